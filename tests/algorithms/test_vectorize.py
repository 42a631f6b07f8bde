# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps from mask to outline through the registry, their log, and what is refused;
the image's date.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from levels import GROWN, TWO, levels
from osgeo import gdal
from running import PIXEL_EDGES, block_image, layer_in_degrees, refused
from samples import wkt, write_raster

from models.geo.grid import Grid
from models.inference.image_date import image_date
from models.inference.levels import Strip
from models.inference.probability_writer import ProbabilityWriter

pytest.importorskip("qgis.core")
from obstacles import Does, limited_files
from qgis.core import (
    NULL,
    QgsProcessingException,
    QgsProcessingUtils,
)

PLACE = (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0)


@pytest.fixture
def probability(tmp_path):
    def write(values, **made):
        grid = Grid(values.shape[1], values.shape[0], PLACE, wkt(32647))
        with ProbabilityWriter(str(tmp_path / "p.tif"), grid, made) as writer:
            writer.write(Strip(0, values))
        return str(tmp_path / "p.tif")

    return write


def features(result):
    return sorted(result["OUTPUT"].getFeatures(), key=lambda f: f["rev_rank"])


def test_default_outlines_follow_the_probability_and_the_log_tells(run, probability):
    path = probability(levels(100, 200, (50, 50, 30), (140, 50, 20)))
    result = run("vectorize", {"INPUT": path, "OUTPUT": "TEMPORARY_OUTPUT"})
    large, small = features(result)
    assert (
        large["area_m2"] == pytest.approx(np.pi * 3600, rel=0.01)
        and small["area_m2"] < large["area_m2"]
    )
    assert large["perim_m"] == pytest.approx(np.pi * 120, rel=0.015)
    assert (large["rev_rank"], small["rev_rank"]) == (1, 2)
    for word in (
        "Contour: 2 outlines",
        "Holes: 0 filled",
        "Smoothing: 2 polygons",
        "Simplifying: 2 polygons",
    ):
        assert word in run.log
    assert "Gaps" not in run.log and "Splitting" not in run.log
    stairs, _ = features(
        run("vectorize", {"INPUT": path, **PIXEL_EDGES, "OUTPUT": "TEMPORARY_OUTPUT"})
    )
    assert (
        stairs["perim_m"] > 1.2 * large["perim_m"]
        and "Contour" not in run.log
        and "Smoothing" not in run.log
    )


def test_the_map_scale_sets_the_minimum_area_unless_one_is_given(run, probability):
    path = probability(levels(100, 200, (50, 50, 30), (140, 50, 20)))  # 1.13 and 0.5 ha
    common = {"INPUT": path, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("vectorize", {**common, "SCALE": 50_000})["COUNT"] == 1
    assert (
        "minimum area 10000 m²" in run.log
        and "Minimum area: 1 polygons left out" in run.log
    )
    assert run("vectorize", {**common, "SCALE": 25_000})["COUNT"] == 2
    assert run("vectorize", {**common, "SCALE": 50_000, "MIN_AREA": 0})["COUNT"] == 2


def test_gaps_and_splitting_on_request(run, probability):
    path = probability(levels(*TWO))
    assert (
        run("vectorize", {"INPUT": path, "GAP": 8, "OUTPUT": "TEMPORARY_OUTPUT"})["COUNT"]
        == 1
    )
    assert "Gaps: 2 pieces joined into 1 polygons" in run.log
    path = probability(levels(*GROWN))
    (whole,) = features(run("vectorize", {"INPUT": path, "OUTPUT": "TEMPORARY_OUTPUT"}))
    assert "K" in whole["flags"]
    pieces = features(
        run("vectorize", {"INPUT": path, "SPLIT": True, "OUTPUT": "TEMPORARY_OUTPUT"})
    )
    assert len(pieces) == 5 and "Splitting: 1 polygons cut into 5" in run.log
    assert sum(f["area_m2"] for f in pieces) == pytest.approx(whole["area_m2"], abs=1)


@pytest.fixture
def water():
    """The western half of the larger disc, in degrees."""
    return layer_in_degrees(
        "POLYGON((499900 2999700, 500100 2999700, 500100 3000100, 499900 3000100, 499900 "
        "2999700))"
    )


def test_exclusions_in_another_system(run, probability, water):
    path = probability(levels(100, 200, (50, 50, 30), (140, 50, 20)))
    common = {"INPUT": path, "EXCLUDE": [water], "OUTPUT": "TEMPORARY_OUTPUT"}
    noted = {**common, "EXCLUDE_MODE": "drop"}
    large, small = features(run("vectorize", noted))
    assert large["excl_fr"] == pytest.approx(0.5, abs=0.01) and small["excl_fr"] == 0
    assert "X" in large["flags"] and "Exclusions: 1 polygons overlap" in run.log
    # by default what is covered is cut out, and all that is measured is of the rest
    half, untouched = features(run("vectorize", common))
    assert half["area_m2"] == pytest.approx(large["area_m2"] / 2, rel=0.01)
    assert half["excl_fr"] == 0 and "X" not in (half["flags"] or "")
    assert untouched["area_m2"] == small["area_m2"]
    run("vectorize", {**common, "SPLIT": True})  # the log in the order of the work
    assert run.log.index("Splitting:") < run.log.index("Exclusions:")
    shape = half.geometry()
    assert shape.isGeosValid() and shape.area() == pytest.approx(
        half["area_m2"] * 0.9996**2, rel=1e-3
    )
    assert "0 dropped, 1 clipped to 1 pieces, 0 smaller ones left out" in run.log
    assert (
        run("vectorize", {**common, "MAX_EXCLUDED": 40})["COUNT"] == 1
        and "1 dropped" in run.log
    )
    assert "cannot be opened" in refused(
        run, "vectorize", {**common, "EXCLUDE": ["/nowhere.shp"]}
    )


def test_facts_of_the_run(run, probability):
    path = probability(
        levels(60, 60, (30, 30, 20)),
        MRIFE_MODEL="m-1",
        MRIFE_SOURCE="image",
        MRIFE_GSD="2.5",
        MRIFE_IMG_DATE="2018-03-04",
        MRIFE_OBJECTS="1.5,0.0,0.0,0.0,0.0",
        MRIFE_THRESHOLD="0.5",
    )
    common = {"INPUT": path, "OUTPUT": "TEMPORARY_OUTPUT"}
    (found,) = features(run("vectorize", common))
    assert (found["model_id"], found["src_img"], found["gsd_m"]) == ("m-1", "image", 2.5)
    assert (
        found["img_date"].toString("yyyy-MM-dd") == "2018-03-04"
        and found["run_utc"].isValid()
    )
    assert found["conf"] == pytest.approx(1 / (1 + np.exp(-1.5)), abs=1e-3)
    assert found["conf_cls"] == "high"
    # at another threshold nothing is calibrated: no class, and the log says why
    (found,) = features(run("vectorize", {**common, "THRESHOLD": 0.7}))
    assert [found[name] for name in ("conf", "conf_cls", "usgs_conf")] == [NULL] * 3
    assert "calibrated for outlines at the threshold 0.5; of these, at 0.7" in run.log
    assert found["p_mean"] > 0.7 and found["rev_rank"] == 1
    (found,) = features(
        run("vectorize", {**common, "IMG_DATE": "2020-12-31", "SHEET": "I48E007013"})
    )
    assert (
        found["img_date"].toString("yyyy-MM-dd") == "2020-12-31"
        and found["sheet"] == "I48E007013"
    )
    assert found["ls_id"].startswith("I48E007013_")


@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"IMG_DATE": "31.12.2020"}, "year-month-day"),
        ({"GAP": -1}, "at least 0"),
        ({"MAX_EXCLUDED": 101}, "between 0 and 100"),
        ({"SCALE": 0}, "at least 1"),
    ],
)
def test_wrong_steps_are_refused_in_a_sentence(run, probability, wrong, word):
    path = probability(levels(60, 60, (30, 30, 20)))
    assert word in refused(
        run, "vectorize", {"INPUT": path, "OUTPUT": "TEMPORARY_OUTPUT", **wrong}
    )


def test_a_probability_nobody_asked_for_leaves_nothing(run, scene, model):
    def left():
        return {
            name
            for _, folders, files in os.walk(QgsProcessingUtils.tempFolder())
            for name in folders + files
            if name.startswith("mrife-") or name == "probability.tif"
        }

    before = left()
    run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert left() == before

    with limited_files() as limit, pytest.raises(QgsProcessingException):
        run(
            "detect",
            {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"},
            Does(limit),
        )
    assert left() == before


@pytest.mark.parametrize(
    "domain, key, text, day",
    [
        ("", "TIFFTAG_DATETIME", "2019:05:28 10:11:12", "2019-05-28"),
        ("", "TIFFTAG_DATETIME", "0000:00:00 00:00:00", None),
        ("", "ACQUISITION_DATE", "20170102", "2017-01-02"),
        ("", "OTHER", "2019-05-28", None),
    ],
)
def test_the_date_in_an_image(tmp_path, domain, key, text, day):
    path = write_raster(tmp_path / "i.tif", np.zeros((2, 2), np.uint8))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetMetadataItem(key, text, domain)
    dataset = None
    assert image_date(path) == day


@pytest.mark.parametrize(
    "name, text", [("THRESHOLD", "high"), ("OBJECTS", "1,x"), ("GSD", "nan")]
)
def test_metadata_that_are_no_numbers_are_refused(run, tmp_path, name, text):
    values = (block_image() / 250).astype(np.float32)
    path = write_raster(tmp_path / "p.tif", values)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetMetadataItem(f"MRIFE_{name}", text)
    dataset = None
    sentence = refused(run, "vectorize", {"INPUT": path, "OUTPUT": "memory:"})
    assert f"of MRIFE_{name}, which is no number" in sentence
