# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark on images anyone can score: a model that answers with the red band,
bright discs on dark ground.
"""

from __future__ import annotations

import csv
import json

import bijie
import gorge
import numpy as np
import pytest
from osgeo import gdal
from shapely.geometry import box

torch = pytest.importorskip("torch")

from models.experiments import benchmark
from models.experiments.plugin_run import Detection
from models.experiments.scene_objects import SceneObjects
from models.geo.grid import Grid


def test_bright_landslides_are_found_and_a_blind_guess_is_worse(tmp_path, model, capsys):
    data = bijie.make(tmp_path)
    benchmark.main(
        [
            "--model",
            model,
            "--data",
            data,
            "--split",
            "test",
            "--csv",
            str(tmp_path / "table.csv"),
        ]
    )
    table = {
        line["what"]: line
        for line in map(json.loads, capsys.readouterr().out.splitlines())
    }
    for name in (
        "windows with negatives",
        "windows with negatives, polygons",
        "whole images with negatives",
    ):
        assert table[name]["iou"] > 0.97 and table[name]["negatives_painted"] == 0
    assert table["blind, windows with negatives"]["iou"] < 0.5
    assert table["blind, windows with negatives"]["negatives_painted"] > 0.9
    with (tmp_path / "table.csv").open(newline="") as file:
        assert [line["what"] for line in csv.DictReader(file)] == list(table)


def test_objects_of_a_scene_are_counted(tmp_path, model, capsys):
    """Two landslides, one of them bright; one bright field that is none. 200 x 200 m
    at 0.5 m, 0.04 km2.
    """
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    label[200:260, 40:100] = 2
    slides = [(1, 40, 40, 80), (2, 200, 40, 60)]
    gorge.make(tmp_path, "T", [(40, 40), (300, 300)], label, slides)
    benchmark.main(["--model", model, "--data", str(tmp_path), "--split", "jinsha_T"])
    line = json.loads(capsys.readouterr().out)
    assert (line["drawn"], line["false_per_km2"]) == (2, 25)
    assert (line["found_class_1"], line["found_class_2"]) == ("1 of 1", "0 of 1")
    assert line["recall"] == pytest.approx(6400 / (6400 + 3600)) and line[
        "precision"
    ] == pytest.approx(0.5)


def test_a_scene_is_cut_off_in_several_places_and_its_figures_are_averaged(
    tmp_path, model, capsys
):
    """Pixels of labels, image and heights stay one on another, so that every cut finds
    the bright landslide whole; what is cut off is not counted.
    """
    label = np.full((400, 400), 255, np.uint8)
    label[140:220, 140:220] = 1
    label[100:400, 300:400] = 0
    gorge.make(tmp_path, "T", [(140, 140)], label, [(1, 140, 140, 80)])
    options = ["--model", model, "--data", str(tmp_path), "--split", "jinsha_T"]
    benchmark.main([*options, "--cuts", "--csv", str(tmp_path / "cuts.csv")])
    *cuts, mean = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(cuts) == len({line["what"] for line in cuts}) == len(benchmark.CUTS)
    limits = [str(number) for number in range(len(cuts))]
    benchmark.main([*options, "--cuts", "--most-false", *limits])
    *limited, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["found_for_false"] for line in limited] == [1] * len(cuts)
    with pytest.raises(SystemExit):
        benchmark.main([*options, "--cuts", "--most-false", "1"])
    assert "one for each" in capsys.readouterr().err
    for line in (*cuts, mean):
        assert (line["found"], line["drawn"], line["false_per_km2"]) == (1, 1, 0)
        assert line["iou"] > 0.95
    assert mean["what"] == "Jinsha T, mean"
    expected = np.mean([line["iou"] for line in cuts])
    assert mean["iou"] == pytest.approx(expected, abs=1e-4)
    assert len((tmp_path / "cuts.csv").read_text().splitlines()) == len(cuts) + 2


def test_the_surest_candidates_alone_are_counted(tmp_path, model, capsys):
    """Three bright fields, the surest of them a landslide, the next none, the third one
    again: 0.04 km2, so that one false candidate is 25 a km2.
    """
    label = np.zeros((400, 400), np.uint8)
    slides = [(1, 40, 40, 80), (2, 200, 40, 80)]
    for kind, row, column, side in slides:
        label[row : row + side, column : column + side] = kind
    gorge.make(tmp_path, "T", [], label, slides)
    image = gdal.Open(str(tmp_path / "jinsha" / "region_T_rgb.tif"), gdal.GA_Update)
    pixels = image.ReadAsArray()
    for value, row, column in ((250, 40, 40), (215, 300, 300), (180, 200, 40)):
        pixels[:, row : row + 80, column : column + 80] = value
    image.WriteArray(pixels)
    image = None

    def line(*options: str) -> dict:
        split = ["--model", model, "--data", str(tmp_path), "--split", "jinsha_T"]
        benchmark.main([*split, *options])
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    all_of_them = line("--most-false", "25")
    assert (all_of_them["found"], all_of_them["false_per_km2"]) == (2, 25)
    assert all_of_them["found_for_false"] == 2
    sure = line("--most-false", "24.9")
    assert (sure["found"], sure["false_per_km2"]) == (2, 25)
    assert sure["found_for_false"] == 1
    assert 215 / 250 < sure["seed_for_false"] <= 1
    assert "found_for_false" not in line()


def test_as_many_false_ones_as_a_table_says_are_no_more_than_it_says():
    """One on 0.88 km2 is 1.136...: the 1.14 of a table lets it through."""
    grid = Grid(4, 1, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    field = box(0, -1, 2, 0)
    detection = Detection(grid, np.array([[0.9, 0.5, 0.0, 0.0]]), [field], [{}])
    objects = SceneObjects(detection, [box(3, -1, 4, 0)], 0.88)
    assert objects.false_per_km2() == 1.14
    assert objects.seed_for(1.14) == 0 and objects.seed_for(1.13) > 1
    lower = SceneObjects(detection, [box(3, -1, 4, 0)], 0.876)  # 1.1415...
    assert lower.seed_for(lower.false_per_km2()) == 0
