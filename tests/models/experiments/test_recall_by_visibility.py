# SPDX-License-Identifier: GPL-2.0-or-later
"""Recall against visibility on one small made-up scene: every slide is counted once,
objects as they lie.
"""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from bijie import TINY_OPTIONS

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from models.errors import MrifeError
from models.experiments import recall_by_visibility as ageing
from models.experiments import recall_plot
from models.experiments.run_matrix import main as matrix
from models.scenes.scene import SceneSettings
from models.training import scene_dataset as sources

PART = {"train": (1,), "val": (2,), "test": (3, 4)}
TINY = [*TINY_OPTIONS, "--epoch-steps", "4", "--negatives", "0"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A finished run of two seeds, made on scenes of 128 x 96 pixels."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "SCENES", PART)
        patch.setattr(
            sources,
            "scene_settings",
            lambda seed, pixel_size: SceneSettings(
                seed=seed, width=128, height=96, pixel_size=pixel_size, slides=4
            ),
        )
        matrix(
            [
                "--runs",
                str(folder),
                "--arms",
                "A0",
                "--seeds",
                "0,1",
                "--ground",
                "scenes-dem",
                *TINY,
            ]
        )
        yield folder


def test_a_scene_is_kept_with_its_slides_and_an_older_file_is_made_anew(
    tmp_path, runs, monkeypatch
):
    names = ("mask", "label", "look_alikes", "visibility", "age", "area", "kind")
    mask, label, others, visibility, age, area, kind = sources.kept_scene(
        tmp_path, 3, 1.6, names
    )
    assert (
        ((label > 0) == mask).all() and not (mask & (others > 0)).any() and others.any()
    )
    assert label.max() == len(visibility) == len(age) == len(area) == len(kind)
    assert ((0 < visibility) & (visibility < 1)).all() and (age >= 40).all()
    pixels = np.bincount(label.ravel())[1:] * 1.6**2
    assert np.abs(pixels / area - 1).max() < 0.1

    (file,) = tmp_path.glob("*.npz")
    with np.load(file) as stored:
        older = {name: stored[name] for name in ("image", "dem", "mask")}
    np.savez_compressed(file, **older)
    made = []
    monkeypatch.setattr(
        sources,
        "make_scene",
        lambda s, original=sources.make_scene: made.append(s) or original(s),
    )
    sources.stored_scene(tmp_path, 3, 1.6)
    assert not made  # what it holds is enough for training
    (again,) = sources.kept_scene(tmp_path, 3, 1.6, ("label",))
    assert len(made) == 1 and (again == label).all()


def test_the_command_writes_a_line_a_slide_and_run_and_a_picture(tmp_path, runs, capsys):
    ageing.main(
        [
            "--runs",
            str(runs),
            "--ground",
            "scenes-dem",
            "--budget",
            "4",
            "--arms",
            "A0,A8",
            "--out",
            str(tmp_path),
        ]
    )
    first, second, arm, files = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["run"], second["run"], arm["arm"], arm["seeds"]) == (
        "A0-0",
        "A0-1",
        "A0",
        2,
    )
    assert arm["iou"] == pytest.approx((first["iou"] + second["iou"]) / 2, abs=1e-4)
    with open(files["csv"], newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {(row["arm"], row["seed"], row["scene"], row["slide"]) for row in rows}
    assert len(keys) == len(rows) == first["slides"] + second["slides"] and {
        row["scene"] for row in rows
    } == {"3", "4"}
    share = [float(row["painted"]) for row in rows if row["seed"] == "1"]
    assert second["painted"] == pytest.approx(np.mean(share), abs=1e-3)
    assert second["recall_half"] == pytest.approx(
        np.mean(np.array(share) >= 0.5), abs=1e-3
    )
    assert (tmp_path / "ageing-scenes-dem-4.png").stat().st_size > 10_000


def test_the_operating_point_is_the_one_of_the_result(runs, tmp_path):
    """The kept calibration and the one fitted anew on validation give the same
    probabilities.
    """
    folder = runs / "scenes-dem" / "4" / "A0-0"
    detect, settings, threshold = ageing.open_run(folder, "")
    result = json.loads((folder / "result.json").read_text())
    assert threshold == result["test"]["threshold"] and settings.dem == "early"
    raw = np.random.default_rng(0).uniform(0, 255, (1, 4, 32, 32)).astype(np.float32)
    older = tmp_path / "A0-0"
    older.mkdir()
    (older / "best.pt").write_bytes((folder / "best.pt").read_bytes())
    (older / "result.json").write_text(
        json.dumps({k: v for k, v in result.items() if k != "calibration"})
    )
    assert np.allclose(ageing.open_run(older, "")[0](raw), detect(raw), atol=1e-5)


def test_perfect_and_blind_predictions_are_told_apart(runs, monkeypatch):
    """Painting the truth finds every slide; painting all finds them too, and pays on
    the ground between them.
    """
    folder = runs / "scenes-dem" / "4" / "A0-0"
    monkeypatch.setattr(
        ageing,
        "probabilities",
        lambda _, windows, side: iter([windows[0].truth.astype(float)]),
    )
    right = ageing.score_run("A0", 0, folder).facts
    assert (right["recall_half"], right["painted"], right["iou"]) == (1, 1, 1)
    assert (right["background"], right["look_alikes"], right["false_per_km2"]) == (
        0,
        0,
        0,
    )
    monkeypatch.setattr(
        ageing,
        "probabilities",
        lambda _, windows, side: iter([np.ones(windows[0].truth.shape)]),
    )
    everything = ageing.score_run("A0", 0, folder).facts
    assert (
        everything["recall_half"],
        everything["background"],
        everything["look_alikes"],
    ) == (1, 1, 1)
    assert everything["iou"] < 0.5


def test_false_objects_are_large_and_mostly_beside_slides():
    painted, mask = np.zeros((2, 60, 60), bool)
    mask[:30] = True
    painted[2:12, 2:12] = True  # on a slide
    painted[25:40, 20:30] = True  # 100 of 150 pixels beside it
    painted[50:55, 50:55] = True  # too small
    painted[40:50, 30:40] = True  # touches the second by a corner only
    assert ageing.true_and_false(painted, mask, 4.0)[1] == 2
    assert ageing.true_and_false(painted, mask, 20.0)[1] == 3
    assert not ageing.true_and_false(np.zeros_like(mask), mask, 4.0).any()


def test_bins_hold_the_same_number_of_slides():
    visibility, value = (
        np.random.default_rng(0).permutation(np.arange(12) / 12),
        np.ones(12),
    )
    edges = np.quantile(visibility, np.linspace(0, 1, 7))
    assert np.allclose(
        recall_plot.binned(visibility, visibility, edges), (np.arange(6) * 2 + 0.5) / 12
    )
    assert (recall_plot.binned(visibility, value, edges) == 1).all()
    assert np.isnan(
        recall_plot.binned(visibility[visibility > 0.5], value[visibility > 0.5], edges)[
            0
        ]
    )


def test_without_a_finished_run_it_says_so(tmp_path):
    with pytest.raises(MrifeError, match="No finished run of A0 with seeds 0"):
        ageing.main(
            [
                "--runs",
                str(tmp_path),
                "--ground",
                "bijie",
                "--budget",
                "4",
                "--arms",
                "A0",
                "--seeds",
                "0",
                "--out",
                str(tmp_path),
            ]
        )
