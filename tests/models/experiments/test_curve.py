# SPDX-License-Identifier: GPL-2.0-or-later
"""The curve of fine-tuning: subsets are nested, nothing that is scored was learned from,
and each arm learns what it says.
"""

from __future__ import annotations

import csv
import json

import bijie
import numpy as np
import pytest
from osgeo import gdal
from shapely import wkb

torch = pytest.importorskip("torch")

from models.contract import Contract
from models.errors import MrifeError
from models.evaluation.pixel_metrics import ConfusionCounts
from models.experiments import curve
from models.experiments.new_county import (
    is_landslide,
    new_county,
    outlines,
    write_county_samples,
)
from models.finetune.cuts import LARGE, SMALL, TILE, UNKNOWN, read_cuts
from models.training.baselines import build
from models.training.model_file import export_onnx
from models.training.settings import Settings
from models.training.train import train

torch.set_num_threads(1)  # the cores have other work
WINDOW = 32
CONTRACT = Contract(window=WINDOW, pixel_size=1.6, overlap=0.5, threshold=0.3)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> str:
    """16 crops with landslides and 16 without in each part."""
    return bijie.make(tmp_path_factory.mktemp("data"), 16)


@pytest.fixture(scope="module")
def county(data):
    return new_county(data, "weining", 12)


def numbers(rows: list[dict]) -> dict[bool, list[int]]:
    """Places in the order of the files, of crops with landslide and without."""
    return {
        kind: sorted(int(row["id"][-2:]) for row in rows if is_landslide(row) == kind)
        for kind in (True, False)
    }


def test_a_pool_and_the_rest_are_parted_by_crops_that_may_show_the_same(county):
    pool = numbers(county.pool)
    rest = numbers(county.rest)
    assert pool == {True: list(range(6)), False: list(range(16, 22))}
    assert rest == {True: list(range(12, 16)), False: list(range(28, 32))}


def test_smaller_subsets_lie_in_larger_ones_with_the_share_of_the_county(county):
    before: set[str] = set()
    for size in (4, 5, 8, 11, 12):
        rows = county.subset(size, 3)
        names = {row["id"] for row in rows}
        assert len(names) == size and before <= names
        assert abs(sum(map(is_landslide, rows)) - size / 2) <= 0.5
        before = names
    assert before == {row["id"] for row in county.pool}
    assert county.subset(8, 3) == county.subset(8, 3) != county.subset(8, 4)


def test_another_county_and_a_pool_of_all_are_refused(data):
    with pytest.raises(MrifeError, match="choose one of weining"):
        new_county(data, "dafang", 12)
    with pytest.raises(MrifeError, match="32 crops; a pool of 20 leaves none"):
        new_county(data, "weining", 20)


def test_outlines_of_a_mask_follow_its_pixels():
    mask = np.zeros((6, 8), bool)
    mask[1:3, 2:5] = True
    mask[4, 6] = True
    made = outlines(mask, (100.0, 2.0, 0.0, 50.0, 0.0, -2.0))
    assert sorted(wkb.loads(polygon).bounds for polygon, _ in made) == [
        (104.0, 44.0, 110.0, 48.0),
        (112.0, 40.0, 114.0, 42.0),
    ]


def test_samples_are_the_crops_in_two_folds(data, county, tmp_path):
    rows = county.subset(8, 0)
    assert write_county_samples(data, rows, CONTRACT, tmp_path, 0) == 2
    large, small, tiles = (read_cuts(tmp_path, side) for side in (LARGE, SMALL, TILE))
    # a crop is 48 pixels of the model: one cut of each
    assert (len(large.label), len(small.label), len(tiles.label)) == (4, 4, 8)
    for cuts in (large, small, tiles):
        known = cuts.label != UNKNOWN
        assert known[:, :48, :48].mean() > 0.8
        assert not known[:, 48:].any() and not known[:, :, 48:].any()
    assert (tiles.label == 1).any((1, 2)).sum() == 4
    own = [np.unique(fold[:48, :48]).tolist() for fold in large.fold]
    assert own == [[0], [0], [1], [1]]  # half of the landslides in each
    assert all(gdal.VSIStatL(f"/vsimem/{row['id']}.tif") is None for row in rows)


@pytest.fixture(scope="module")
def command(data, tmp_path_factory) -> list[str]:
    """A network of the smallest kind, and one step of each arm."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(5)
    settings = {"crop": WINDOW, "pretrained": "none", **bijie.SLIM}
    network = build(Settings(**settings)).eval()
    network.decoder.head.weight.data *= 100  # that it answers differently somewhere
    export_onnx(network, folder / "base.onnx", CONTRACT)
    unet = bijie.tiny(data, folder / "unet", steps=1, epoch_steps=1, network="unet")
    for _ in train(unet):
        pass
    return [
        *("--base", str(folder / "base.onnx"), "--data", data, "--pool", "12"),
        *("--unet", str(folder / "unet" / "best.pt"), "--steps", "4"),
        *("--settings", '{"batch": 4, "queue": 16, "lr": 0.01, "warmup": 0.0}'),
    ]


def test_arms_learn_from_crops_that_are_not_scored(command, county, tmp_path, capsys):
    out = tmp_path / "curve"
    arms = ["tuned", "decoder", "losses", "unet", "nothing"]
    whole = [*command, "--out", str(out), "--arms", *arms, "--sizes", "8", "--folds", "0"]
    curve.main(whole)
    lines = {path.stem: json.loads(path.read_text()) for path in out.glob("*.json")}
    assert set(lines) == {"base", *(f"{arm}-8-0" for arm in ("threshold", *arms))}
    rest = {row["id"] for row in county.rest}
    for name, line in lines.items():
        assert set(line["images"]) == rest and not rest & set(line["learned"])
        assert len(line["learned"]) == (8 if name != "base" else 0)
        assert line["arm"] in arms or line["seconds"] == 0
    assert lines["base"]["threshold"] == CONTRACT.threshold
    assert lines["threshold-8-0"]["images"] == lines["base"]["images"]
    answers = {name: json.dumps(line["images"]) for name, line in lines.items()}
    begun = {answers["base"], *(answers[f"{arm}-8-0"] for arm in arms[:-1])}
    assert len(begun) == len(arms)  # each that began with something went its own way
    # nothing was left to choose a threshold on
    assert [lines[f"{arm}-8-0"]["iou"] for arm in arms] == [None] * len(arms)
    assert not [path for path in out.iterdir() if path.is_dir()]
    with (out / "curve.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [line["arm"] for line in table] == sorted(["base", "threshold", *arms])
    gains = {line["arm"]: [line[name] for name in curve.GAIN] for line in table}
    assert gains["base"] == gains["threshold"] == ["0.0"] * 3
    assert (out / "curve.png").stat().st_size > 5000
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.json")}
    capsys.readouterr()
    curve.main(whole)
    assert capsys.readouterr().out == ""
    assert before == {path: path.stat().st_mtime_ns for path in out.glob("*.json")}


def test_the_threshold_is_chosen_on_crops_that_the_run_left_out(command, tmp_path):
    out = tmp_path / "curve"
    curve.main([*command, "--out", str(out), "--sizes", "8", "--folds", "1"])
    line = json.loads((out / "tuned-8-0.json").read_text())
    assert 0 < line["threshold"] <= 1
    assert 0 <= line["iou"] <= line["best_iou"]
    counts = np.array(list(line["images"].values())).sum(0)
    scores = ConfusionCounts(*counts)
    assert line["iou"] == pytest.approx(scores.at(line["threshold"]).iou, abs=1e-4)
    assert line["average_precision"] == pytest.approx(
        scores.average_precision(), abs=1e-4
    )


def test_a_unet_needs_one_to_begin_with(command, tmp_path):
    place = command.index("--unet")
    short = command[:place] + command[place + 2 :]
    with pytest.raises(MrifeError, match="give --unet"):
        curve.main([*short, "--out", str(tmp_path / "curve"), "--arms", "unet"])
