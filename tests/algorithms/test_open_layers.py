# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers as people have them open: with polygons that are drawn and not saved yet."""

from __future__ import annotations

import pytest
from odd import SQUARE, geometry, write_layer

pytest.importorskip("qgis.core")
from qgis.core import QgsGeometry, QgsProject, QgsVectorLayer, QgsVectorLayerUtils


def square(place):
    return geometry(f"POLYGON {SQUARE.format(x=100 * place, e=100 * place + 40)}")


def named(place):
    return {"ls_id": f"a{place}", "status": "confirmed", "n": place}


@pytest.fixture
def saved(tmp_path):
    """Four squares in a GeoPackage."""
    rows = [(square(place), named(place)) for place in range(4)]
    return write_layer(tmp_path / "saved.gpkg", rows)


@pytest.fixture
def drawn(tmp_path):
    """The same, of which the last two are drawn and not saved: QGIS calls them first, and
    their row number is a text, "Autogenerate".
    """
    rows = [(square(place), named(place)) for place in range(2)]
    layer = QgsVectorLayer(write_layer(tmp_path / "drawn.gpkg", rows), "drawn", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    for place in (2, 3):
        values = {
            layer.fields().lookupField(name): value
            for name, value in named(place).items()
        }
        outline = QgsGeometry.fromWkt(square(place).ExportToWkt())
        layer.addFeature(QgsVectorLayerUtils.createFeature(layer, outline, values))
    yield layer
    layer.rollBack()
    QgsProject.instance().removeMapLayer(layer.id())


WITH_ROW_NUMBERS = {
    "morphometry": ("INPUT", {}, "OUTPUT"),
    "evaluate": ("INPUT", {"REFERENCE": "saved", "REPORT": "o.html"}, "HITS"),
    "merge": ("EXISTING", {"INPUTS": "saved"}, "OUTPUT"),
}


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", ""])
@pytest.mark.parametrize("name", WITH_ROW_NUMBERS)
def test_polygons_that_are_not_saved_get_the_next_row_numbers(
    run, saved, drawn, folder, name, ending
):
    parameter, others, output = WITH_ROW_NUMBERS[name]
    values = {"saved": saved, "o.html": str(folder / "o.html")}
    given = {key: values[value] for key, value in others.items()}
    place = str(folder / f"o.{ending}") if ending else "memory:"
    written = run(name, {**given, parameter: drawn, output: place})[output]
    if ending:
        written = QgsVectorLayer(written, "o", "ogr")
    rows = {feature["ls_id"]: feature for feature in written.getFeatures()}
    assert sorted(rows) == ["a0", "a1", "a2", "a3"]
    assert [rows[f"a{place}"]["n"] for place in range(4)] == [0, 1, 2, 3]
    numbers = [rows[f"a{place}"]["fid"] for place in range(4)]
    assert numbers[:2] == [1, 2]
    if ending == "gpkg":
        assert sorted(numbers[2:]) == [3, 4]
    else:
        assert numbers[2:] == [None, None]
