# SPDX-License-Identifier: GPL-2.0-or-later
"""What a geologist expects of a first sheet, of a sheet without landslides, and of a
rotated scene with a collar.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from osgeo import gdal
from running import polygons, refused
from samples import write_model, write_raster

from models.contract import Contract

pytest.importorskip("qgis.core")
from qgis.core import NULL, QgsDistanceArea, QgsProject, QgsVectorLayer

TERRAIN = (
    "azim_deg",
    "azim_r",
    "dir8",
    "z_max",
    "z_min",
    "relief_m",
    "h_l",
    "slope_mean",
    "slope_pln",
    "dem_cells",
)
BLUE, GREEN, RED = gdal.GCI_BlueBand, gdal.GCI_GreenBand, gdal.GCI_RedBand


@pytest.fixture(scope="module")
def bgrn_model(tmp_path_factory):
    """Answers with the red band, as a model trained on 8-bit RGB of 2 m pixels would
    read it.
    """
    contract = Contract(
        name="identity",
        version="1",
        bands=("red", "green", "blue"),
        pixel_size=2.0,
        window=64,
        threshold=0.5,
        seed=0.5,
        min_area=2500.0,
        stretch=((20.0, 220.0),) * 3,
        objects=(-1.0, 2.0, 1.0, 1.0, 0.5),
    )
    return write_model(
        tmp_path_factory.mktemp("model") / "red.onnx", contract, channels=3
    )


def sheet(path, blobs, size=300):
    """A 16-bit scene of blue, green, red and near infrared, of which only red shows
    the blobs (row, col, radius).
    """
    rows, cols = np.mgrid[:size, :size]
    red = np.full((size, size), 300, np.uint16)
    red[::7, ::5] = 350
    for row, col, radius in blobs:
        red[np.hypot(rows - row, cols - col) < radius] = 1500
    bands = np.stack(
        [red // 2 + 100, np.full_like(red, 500), red, np.full_like(red, 900)]
    )
    write_raster(path, bands, (5e5, 2.0, 0, 3.3e6, 0, -2.0), 32648)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    for band, colour in enumerate((BLUE, GREEN, RED, gdal.GCI_Undefined), 1):
        dataset.GetRasterBand(band).SetColorInterpretation(colour)
    dataset = None
    return str(path)


def test_scenario_1_a_first_sheet_with_defaults(run, bgrn_model, tmp_path):
    image = sheet(
        tmp_path / "GF1_PMS_H48E006012.tif",
        [(60, 60, 30), (60, 200, 25), (150, 120, 40), (240, 60, 22), (230, 220, 35)],
    )
    result = run(
        "detect",
        {"INPUT": image, "MODEL": bgrn_model, "OUTPUT": str(tmp_path / "found.gpkg")},
    )
    layer, found = polygons(result["OUTPUT"])
    assert result["COUNT"] == len(found) == 5
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid(layer.crs().ellipsoidAcronym())
    for feature in found:
        assert feature["area_m2"] == pytest.approx(
            measure.measureArea(feature.geometry()), rel=1e-3
        )
        assert all(feature[name] == NULL for name in TERRAIN)
        assert (
            feature["conf_cls"] in ("high", "moderate", "low")
            and feature["usgs_conf"] <= 3
        )
        assert (
            feature["sheet"] == "GF1_PMS_H48E006012" and feature["status"] == "candidate"
        )
    assert [f["area_m2"] for f in found] == pytest.approx(
        [math.pi * (2 * r) ** 2 for r in (40, 35, 30, 25, 22)], rel=0.03
    )
    assert sorted(feature["rev_rank"] for feature in found) == [1, 2, 3, 4, 5]
    assert (tmp_path / "found.qml").exists()
    for said in ("identity-1-", "Threshold 0.5", "minimum area 2500 m²", "bands 3, 2, 1"):
        assert said in run.log


def test_scenario_2_a_sheet_without_landslides(run, bgrn_model, tmp_path):
    image = sheet(tmp_path / "plain.tif", [])
    result = run(
        "detect",
        {"INPUT": image, "MODEL": bgrn_model, "OUTPUT": str(tmp_path / "none.gpkg")},
    )
    assert result["COUNT"] == 0 and "No candidates above threshold" in run.log
    layer = QgsVectorLayer(result["OUTPUT"], "none", "ogr")
    assert (
        layer.isValid()
        and layer.featureCount() == 0
        and layer.fields().lookupField("conf_cls") >= 0
    )
    follow = {
        "morphometry": {},
        "merge": {"CONFLICTS": "TEMPORARY_OUTPUT"},
        "preparereview": {"OUTPUT": str(tmp_path / "review.gpkg")},
        "statistics": {"OUTPUT": str(tmp_path / "report.html")},
        "export": {"TARGET": "shapefile", "OUTPUT": str(tmp_path / "none.shp")},
    }
    for name, more in follow.items():  # what comes after it in a model does not break
        key = "INPUTS" if name == "merge" else "INPUT"
        given = [result["OUTPUT"]] if name == "merge" else result["OUTPUT"]
        run(name, {key: given, "OUTPUT": "TEMPORARY_OUTPUT", **more})


def test_scenario_4_a_rotated_scene_with_a_collar_of_zeros(run, tmp_path):
    contract = Contract(
        name="inverse", version="1", bands=("red",), window=64, threshold=0.5, seed=0.5
    )
    dark = write_model(
        tmp_path / "dark.onnx", contract, factor=-1 / 250, offset=1.0
    )  # collar: 1
    rows, cols = np.mgrid[:300, :300]
    along, across = (rows + cols) / math.sqrt(2), (rows - cols) / math.sqrt(2)
    inside = (np.abs(across) < 130) & (np.abs(along - 212) < 150)
    image = np.where(inside, 220, 0).astype(np.uint8)
    centre, cut = (
        np.hypot(rows - 150, cols - 150) < 25,
        np.hypot(across - 125, along - 212) < 25,
    )
    image[inside & (centre | cut)] = 30
    result = run(
        "detect",
        {
            "INPUT": write_raster(tmp_path / "rotated.tif", image, epsg=32648),
            "MODEL": dark,
            "OUTPUT": str(tmp_path / "found.gpkg"),
        },
    )
    _, found = polygons(result["OUTPUT"])
    assert "without a nodata tag" in run.log
    assert [(feature["edge"], "E" in (feature["flags"] or "")) for feature in found] == [
        (0, False),
        (1, True),
    ]
    assert found[0]["area_m2"] == pytest.approx(centre.sum(), rel=0.02)
    assert found[1]["area_m2"] == pytest.approx(
        (inside & cut).sum(), rel=0.03
    )  # nothing of it on the collar
    assert found[0]["valid_fr"] == 1 and found[1]["valid_fr"] < 0.9


def test_scenario_8_a_scene_that_was_not_rectified(run, bgrn_model, tmp_path):
    """As a vendor delivers it: no grid, but the polynomials of the sensor."""
    image = sheet(tmp_path / "GF1_L1A.tif", [(60, 60, 30)])
    dataset = gdal.Open(image, gdal.GA_Update)
    dataset.SetGeoTransform((0, 1, 0, 0, 0, 1))
    model = {
        f"{name}_{part}": value
        for name, value in (("LINE", 150), ("SAMP", 150), ("LAT", 30), ("LONG", 105))
        for part in ("OFF", "SCALE")
    }
    model.update(HEIGHT_OFF=500, HEIGHT_SCALE=500)
    for side in ("LINE", "SAMP"):
        model[f"{side}_NUM_COEFF"] = " ".join(["0", "1", *["0"] * 18])
        model[f"{side}_DEN_COEFF"] = " ".join(["1", *["0"] * 19])
    dataset.SetMetadata({name: str(value) for name, value in model.items()}, "RPC")
    dataset = None
    output = tmp_path / "found.gpkg"
    given = {"INPUT": image, "MODEL": bgrn_model, "OUTPUT": str(output)}
    sentence = refused(run, "detect", given)
    assert "a model of its sensor (RPC" in sentence and "rectify it first" in sentence
    assert not output.exists()
