# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next, through the registry."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from odd import write_layer
from osgeo import ogr
from qgis.core import NULL, QgsProcessingFeedback, QgsVectorLayer
from running import block_image, refused
from samples import write_raster


def candidates(path, count=20, epsg=32647):
    rows = []
    for place in range(count):
        x = 500_002 + 40 * (place % 5)
        y = 2_999_990 - 40 * (place // 5)
        ring = f"{x} {y},{x + 30} {y},{x + 30} {y - 30},{x} {y - 30},{x} {y}"
        values = {"ls_id": str(place), "conf": 0.04 * (place + 1), "mine": "x"}
        rows.append((f"POLYGON (({ring}))", values))
    return write_layer(path, rows, epsg, kind=ogr.wkbPolygon)


def levels(path):
    return write_raster(path, block_image().astype(np.float32) / 250)


def by_rank(path):
    layer = QgsVectorLayer(path, "o", "ogr")
    return layer, sorted(layer.getFeatures(), key=lambda feature: feature["look_rank"])


def test_candidates_keep_their_fields_and_say_why(run, tmp_path):
    given = {"INPUT": candidates(tmp_path / "c.gpkg"), "PLACES": 10}
    result = run("looknext", {**given, "OUTPUT": str(tmp_path / "o.gpkg")})
    counts = [result[n] for n in ("COUNT", "UNCERTAIN", "DIVERSE", "RANDOM", "LARGE")]
    assert counts == [10, 4, 3, 2, 1]
    layer, features = by_rank(result["OUTPUT"])
    assert [f["look_rank"] for f in features] == list(range(1, 11))
    first = features[0]
    assert (first["look_why"], first["mine"]) == ("uncertain", "x")
    assert first["conf"] in (0.48, 0.52) and first["look_score"] == 0.96
    lots = [f["look_score"] for f in features if f["look_why"] == "random"]
    assert lots == [NULL, NULL]
    assert (layer.crs().authid(), layer.featureCount()) == ("EPSG:32647", 10)
    assert "4 uncertain, 3 unlike the others, 2 drawn by lot, 1 large." in run.log


def test_the_layer_is_styled_by_reason_and_speaks(run, tmp_path):
    given = {"INPUT": candidates(tmp_path / "c.gpkg")}
    result = run("looknext", {**given, "OUTPUT": str(tmp_path / "o.gpkg")})
    layer, _ = by_rank(result["OUTPUT"])
    (heading,) = layer.renderer().rootRule().children()
    labels = [rule.label() for rule in heading.children()]
    assert labels == ["uncertain", "unlike the others", "drawn by lot", "large"]
    assert layer.labelsEnabled()
    assert layer.labeling().settings().fieldName == "look_rank"
    index = layer.fields().lookupField("look_why")
    assert layer.attributeAlias(index) == "Reason"
    setup = layer.editorWidgetSetup(index)
    assert setup.type() == "ValueMap" and "drawn by lot" in str(setup.config())
    table = layer.attributeTableConfig()
    shown = [column.name for column in table.columns() if not column.hidden]
    assert shown[:4] == ["look_rank", "look_why", "look_score", "look_kind"]
    assert table.sortExpression() == '"look_rank"'


def test_tiles_of_a_raster_and_the_same_again(run, tmp_path):
    given = {"PROBABILITY": levels(tmp_path / "p.tif"), "TILE": 40, "PLACES": 8}
    seen = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        out = str(tmp_path / f"{name}.gpkg")
        run("looknext", {**given, "SEED_NUMBER": seed, "OUTPUT": out})
        _, features = by_rank(out)
        seen.append([(f["look_why"], f.geometry().asWkt()) for f in features])
    assert seen[0] == seen[1] != seen[2]
    assert {f["look_kind"] for f in features} == {"tile"}
    assert all(f.geometry().area() == pytest.approx(1600) for f in features)


def test_cancelling_leaves_nothing(run, tmp_path):
    class Impatient(QgsProcessingFeedback):
        def setProgress(self, share):
            self.cancel()

    given = {"PROBABILITY": levels(tmp_path / "p.tif"), "TILE": 40}
    out = tmp_path / "o.gpkg"
    run("looknext", {**given, "OUTPUT": str(out)}, feedback=Impatient())
    assert not out.exists()


def test_nothing_to_choose_from_is_refused(run, tmp_path):
    out = {"OUTPUT": str(tmp_path / "o.gpkg")}
    assert "nothing to choose places from" in refused(run, "looknext", out)
    given = {"PROBABILITY": levels(tmp_path / "p.tif"), "TILE": 0.001, **out}
    assert "smaller than the raster's pixels of 1 m" in refused(run, "looknext", given)
    assert not (tmp_path / "o.gpkg").exists()
