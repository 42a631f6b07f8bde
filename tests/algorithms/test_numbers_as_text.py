# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts in the place of numbers, switches and extents: read as they were meant, or
refused before anything is done.
"""

from __future__ import annotations

import math

import pytest
from running import PIXEL_EDGES, refused
from samples import read_raster

pytest.importorskip("qgis.core")
from qgis.core import (
    NULL,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
    QgsProperty,
)

BODY = 100 * 100 + 5 * 5  # m2 of the scene that reach 0.5
NO_NUMBERS = ["abc", "0.5 m", "nan", "inf", "1,000", math.nan, math.inf, "½", [1]]


def definitions(provider, kind):
    return [
        (algorithm, definition)
        for algorithm in provider.algorithms()
        for definition in algorithm.parameterDefinitions()
        if isinstance(definition, kind)
    ]


def test_every_number_of_every_algorithm_refuses_what_is_none(provider):
    numbers = definitions(provider, QgsProcessingParameterNumber)
    assert len(numbers) > 20
    for algorithm, definition in numbers:
        for value in NO_NUMBERS:
            fine, message = algorithm.checkParameterValues(
                {definition.name(): value}, QgsProcessingContext()
            )
            assert not fine
            assert message.startswith(f"{definition.description()}: '{value}'")


def test_every_number_of_every_algorithm_has_its_limits_for_texts_too(provider):
    count = 0
    for algorithm, definition in definitions(provider, QgsProcessingParameterNumber):
        low = definition.minimum()
        if low < -1e300:
            continue
        text = f"{low - 1.5:g}".replace(".", ",")
        if definition.dataType() == QgsProcessingParameterNumber.Type.Integer:
            text = f"{low - 1:g}"
        fine, message = algorithm.checkParameterValues(
            {definition.name(): text}, QgsProcessingContext()
        )
        assert not fine and "; it must be " in message
        count += 1
    assert count > 25


def test_every_switch_of_every_algorithm_refuses_what_is_neither(provider):
    switches = definitions(provider, QgsProcessingParameterBoolean)
    assert len(switches) > 5
    for algorithm, definition in switches:
        fine, message = algorithm.checkParameterValues(
            {definition.name(): "perhaps"}, QgsProcessingContext()
        )
        assert not fine
        assert message.startswith(f"{definition.description()}: 'perhaps' is neither")


@pytest.mark.parametrize(
    "value",
    ["0,5", "0.5", " ０．５ ", "5e-1", "", "  ", NULL, 0.5]
    + [QgsProperty.fromValue("0,5"), QgsProperty.fromExpression("'0,' || '5'")],
)
def test_thresholds_are_read_as_they_were_meant(run, scene, model, value):
    result = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "THRESHOLD": value,
            "OUTPUT": "memory:",
            **PIXEL_EDGES,
        },
    )
    assert result["AREA_M2"] == pytest.approx(BODY, rel=1e-3)


def test_a_number_that_may_not_be_empty_takes_a_decimal_comma_too(run, scene, model):
    given = {"INPUT": scene, "MODEL": model, "GAP": "2,5", "OUTPUT": "memory:"}
    run("detect", given)
    assert "Gaps: 0 pieces joined" in run.log
    assert "cannot be read as a number" in refused(run, "detect", {**given, "GAP": "2 m"})


@pytest.mark.parametrize(
    "word, holes", [("no", 0), ("否", 0), ("OFF", 0), ("ja", None), ("yes", 1)]
)
def test_switches_as_words(run, tmp_path, word, holes):
    import numpy as np
    from samples import write_raster

    image = np.zeros((80, 80), np.float32)
    image[20:60, 20:60] = 1
    image[38:40, 38:40] = 0
    given = {
        "INPUT": write_raster(tmp_path / "p.tif", image),
        "OUTPUT": "memory:",
        **PIXEL_EDGES,
        "HOLES": word,
    }
    if holes is None:
        assert "'ja' is neither true nor false" in refused(run, "vectorize", given)
    else:
        assert run("vectorize", given)["AREA_M2"] == pytest.approx(
            1596 + 4 * holes, rel=1e-3
        )


@pytest.mark.parametrize("bands", ["1", "1;", [1.0], "１"])
def test_bands_as_text(run, scene, model, tmp_path, bands):
    path = str(tmp_path / "p.tif")
    run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "BANDS": bands,
            "OUTPUT": "memory:",
            "PROBABILITY": path,
        },
    )
    assert (read_raster(path) >= 125).sum() == BODY


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"BANDS": "red"}, "'red' cannot be read as a number"),
        ({"BANDS": "1.5"}, "'1.5' is no whole number"),
        ({"BATCH": "2.5"}, "'2.5' is no whole number"),
        ({"EXTENT": "500000,5 500100,5 2999900 3000000"}, "cannot be read as an extent"),
        ({"EXTENT": "nan,nan,nan,nan"}, "cannot be read as an extent"),
        ({"EXTENT": "-inf,inf,-inf,inf"}, "cannot be read as an extent"),
        (
            {"EXTENT": "500000,500100,2999900,3000000 [EPSG:999999]"},
            "'EPSG:999999' is no coordinate reference system that QGIS knows",
        ),
        ({"EXTENT": "here"}, "'here' cannot be read as an extent"),
        ({"THRESHOLD": QgsProperty.fromExpression("1 +")}, "has no result"),
        ({"THRESHOLD": QgsProperty.fromExpression("'high'")}, "'high' cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(run, scene, model, changes, words):
    given = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:", **changes}
    assert words in refused(run, "detect", given)


@pytest.mark.parametrize("empty", ["", " ", NULL, None])
def test_a_choice_that_is_left_empty_has_its_default(run, scene, model, empty):
    choices = {"DEM_UNIT": empty, "OUTLINE": empty, "DEVICE": empty}
    detect = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:"}
    right = run("detect", detect)["AREA_M2"]
    assert run("detect", {**detect, **choices})["AREA_M2"] == right > 0
