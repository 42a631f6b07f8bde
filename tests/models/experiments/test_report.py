# SPDX-License-Identifier: GPL-2.0-or-later
"""The report on made-up results whose numbers are known."""

from __future__ import annotations

import csv
import json

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from models.__main__ import main as command
from models.errors import MrifeError
from models.evaluation.pixel_metrics import LEVELS
from models.experiments.report import main, read, resample, table

IMAGES = [[f"image {i}", 60 + i, 20, 20 - i % 7] for i in range(30)]


def better(images: list, by: int = 10) -> list:
    """As many missed pixels found, image by image."""
    return [[name, both + by, false, missed - by] for name, both, false, missed in images]


def histograms(recall: float = 0.8) -> dict:
    """Landslides at 1 or 0.5, ground at 0.5 or 0: precision is 1 up to `recall`, 0.5
    beyond.
    """
    slide, ground = np.zeros(LEVELS + 1), np.zeros(LEVELS + 1)
    slide[LEVELS], slide[LEVELS // 2], ground[LEVELS // 2], ground[0] = (
        100 * recall,
        100 * (1 - recall),
        100,
        800,
    )
    return {"slide": slide.tolist(), "background": ground.tolist()}


def result(
    arm: str = "A0", seed: int = 0, images: list = IMAGES, recall: float = 0.8, **test
) -> dict:
    scores = {
        "threshold": 0.5,
        "precision": 0.8,
        "recall": 0.8,
        "f1": 0.8,
        "iou": 0.6,
        "miou": 0.7,
        "average_precision": 0.85,
        "boundary_f1": 0.5,
        "false_windows": 0.1,
        "calibration_error": 0.02,
    }
    curve = [
        {
            "step": 100 * k,
            "seconds": (30 + seed) * k,
            "iou": 0.6 - 0.5 / k,
            "average_precision": 0.8 - 0.6 / k,
        }
        for k in range(1, 6)
    ]
    return {
        "arm": arm,
        "settings": {"seed": seed},
        "steps": 500,
        "best_step": 400,
        "seconds": 150.0,
        "seconds_per_step": 0.3,
        "device": "cpu",
        "curve": curve,
        "parameters": 1.5,
        "gmac": 2.25,
        "validation": {"iou": 0.65},
        "test": {**scores, **test},
        "images": images,
        **histograms(recall),
    }


def write(folder, *results: dict, ground: str = "bijie", budget: str = "500"):
    for run in results:
        place = folder / ground / budget / f"{run['arm']}-{run['settings']['seed']}"
        place.mkdir(parents=True)
        (place / "result.json").write_text(json.dumps(run))
    return folder


def rows(file) -> dict[str, dict]:
    with file.open(newline="") as lines:
        return {line["arm"]: line for line in csv.DictReader(lines)}


def test_means_and_deviations_are_over_seeds(tmp_path):
    write(
        tmp_path,
        result(seed=0, iou=0.5),
        result(seed=1, iou=0.6),
        result(seed=2, iou=0.7),
        result("A1", iou=0.4),
    )
    main(["--runs", str(tmp_path), "--out", str(tmp_path / "out")])
    found = rows(tmp_path / "out" / "bijie-500.csv")
    assert (found["A0"]["seeds"], found["A0"]["iou"], found["A0"]["iou_sd"]) == (
        "3",
        "0.6",
        "0.1",
    )
    assert (found["A1"]["seeds"], found["A1"]["iou"], found["A1"]["iou_sd"]) == (
        "1",
        "0.4",
        "",
    )
    assert (found["A0"]["parameters"], found["A0"]["gmac"], found["A0"]["val_iou"]) == (
        "1.5",
        "2.25",
        "0.65",
    )
    with (tmp_path / "out" / "bijie-500-runs.csv").open(newline="") as lines:
        runs = [
            (line["arm"], line["seed"], line["best_step"], line["iou"])
            for line in csv.DictReader(lines)
        ]
    assert runs == [
        ("A0", "0", "400", "0.5"),
        ("A0", "1", "400", "0.6"),
        ("A0", "2", "400", "0.7"),
        ("A1", "0", "400", "0.4"),
    ]


def test_arms_come_in_their_order_and_plots_are_drawn(tmp_path, capsys):
    write(
        tmp_path,
        *(
            result(arm, seed)
            for arm in ("unet", "A8", "A0", "L-decoys", "A7-stopgrad")
            for seed in (1, 0)
        ),
    )
    write(tmp_path, result("A8"), result("A0"), ground="bijie-0.25")
    out = tmp_path / "out"
    assert command(["report", "--runs", str(tmp_path), "--out", str(out)]) == 0
    assert list(rows(out / "bijie-500.csv")) == [
        "A0",
        "A7-stopgrad",
        "A8",
        "L-decoys",
        "unet",
    ]
    names = {
        f"{group}-500{kind}"
        for group in ("bijie", "bijie-0.25")
        for kind in (".csv", "-runs.csv", ".md", "-curves.png", "-iou.png", "-pr.png")
    }
    assert {file.name for file in out.iterdir()} == names | {"bijie-portion.png"}
    for file in out.glob("*.png"):
        assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_size > 10_000
    said = capsys.readouterr().out
    assert (out / "bijie-500.md").read_text(
        encoding="utf-8"
    ) in said and "## bijie-0.25, 500 steps" in said
    table_lines = [line for line in said.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table_lines}) == 1
    assert "| 0.600 ± 0.000 |" in table_lines[2]


def test_precision_is_taken_at_the_recall_of_the_baseline():
    """A0 reaches 0.7 on average: A1 does so at precision 1 with one seed, at 0.5 with
    the other.
    """
    arms = {
        "A0": [result(seed=0), result(seed=1)],
        "A1": [result("A1", 0, recall=0.8), result("A1", 1, recall=0.6)],
    }
    for run, recall in zip(arms["A0"], (0.65, 0.75)):
        run["test"]["recall"] = recall
    assert table(arms)[1]["precision_at_a0_recall"] == pytest.approx(0.75)


def test_a_sure_difference_is_sure_and_none_is_none():
    arms = {
        "A0": [result(seed=s) for s in (0, 1)],
        "A1": [result("A1", s) for s in (0, 1)],
        "A8": [result("A8", s, better(IMAGES)) for s in (0, 1)],
    }
    base, same, gain = table(arms)
    assert np.isnan(
        [base["difference"], base["difference_low"], base["difference_high"]]
    ).all()
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (
        0,
        0,
        0,
    )
    both, union = (
        np.sum([w[1:] for w in IMAGES], 0)[[0]].item(),
        np.sum([w[1:] for w in IMAGES]).item(),
    )
    assert gain["difference"] == pytest.approx(300 / union)
    assert 0 < gain["difference_low"] < gain["difference"] < gain["difference_high"]
    assert base["iou_low"] < both / union < base["iou_high"]


def test_seeds_that_point_both_ways_leave_zero_inside():
    noisy = [
        [name, both + (10 if i % 2 else -10), false, missed - (10 if i % 2 else -10)]
        for i, (name, both, false, missed) in enumerate(IMAGES)
    ]
    row = table({"A0": [result()], "A8": [result("A8", 0, noisy)]})[1]
    assert row["difference_low"] < 0 < row["difference_high"]


def test_windows_of_an_image_are_drawn_together():
    """Splitting an image into two windows must change nothing, renaming the second
    window must.
    """
    halves = [
        [name, n, false // 2, missed // 2]
        for name, both, false, missed in IMAGES
        for n in (both, 0)
    ]
    whole = [
        [name, both, false // 2 * 2, missed // 2 * 2]
        for name, both, false, missed in IMAGES
    ]
    apart = [[f"{name} {i % 2}", *counts] for i, (name, *counts) in enumerate(halves)]
    split, together, free = (
        resample({"A0": [result(images=images)]})["A0"]
        for images in (halves, whole, apart)
    )
    assert np.array_equal(split, together)
    assert split[0] == free[0] and split[1:].std() < free[1:].std()


def test_what_is_missing_leaves_empty_cells(tmp_path):
    """No baseline, no negatives, one seed; an arm that ARMS does not know comes last."""
    write(
        tmp_path,
        result("extra", false_windows=None),
        result("A4", false_windows=None),
        ground="mars",
        budget="60s",
    )
    main(["--runs", str(tmp_path), "--out", str(tmp_path / "out")])
    found = rows(tmp_path / "out" / "mars-60s.csv")
    assert list(found) == ["A4", "extra"]
    for key in (
        "false_windows",
        "false_windows_sd",
        "iou_sd",
        "difference",
        "difference_low",
        "difference_high",
        "precision_at_a0_recall",
    ):
        assert found["A4"][key] == ""
    assert found["A4"]["iou_low"] and "jinsha_iou" not in found["A4"]
    assert "nan" not in (tmp_path / "out" / "mars-60s.md").read_text(encoding="utf-8")
    assert "nan" not in (tmp_path / "out" / "mars-60s-runs.csv").read_text(
        encoding="utf-8"
    )


def test_objects_of_the_other_scene_are_summed():
    first, second = (
        {
            "jinsha_B": {
                "iou": iou,
                "false_per_km2": 1.0,
                "found_class_1": "3 of 7",
                "found_class_2": found,
            }
        }
        for iou, found in ((0.2, "0 of 4"), (0.3, "2 of 4"))
    )
    base, other = table(
        {"A0": [result() | first, result(seed=1) | second], "A1": [result("A1")]}
    )
    assert (base["jinsha_found_class_1"], base["jinsha_found_class_2"]) == (
        "6 of 14",
        "2 of 8",
    )
    assert base["jinsha_iou"] == pytest.approx(0.25) and np.isnan(other["jinsha_iou"])


def test_an_empty_folder_and_unlike_images_are_refused(tmp_path, capsys):
    assert (
        command(["report", "--runs", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    )
    assert "no finished run" in capsys.readouterr().err
    with pytest.raises(MrifeError, match="A8-0 was tested on 29 of the 30"):
        resample({"A0": [result()], "A8": [result("A8", images=IMAGES[1:])]})


def test_runs_are_sorted_by_seed_as_a_number(tmp_path):
    write(tmp_path, *(result(seed=seed) for seed in (10, 9, 2)))
    assert [run["settings"]["seed"] for run in read(tmp_path)["bijie", "500"]["A0"]] == [
        2,
        9,
        10,
    ]


def test_the_floor_of_a_blind_predictor_is_told_where_it_belongs(tmp_path, capsys):
    write(tmp_path / "runs", result())
    write(tmp_path / "runs", result(), ground="mars")
    main(
        [
            "--runs",
            str(tmp_path / "runs"),
            "--out",
            str(tmp_path / "out"),
            "--data",
            bijie.make(tmp_path),
        ]
    )
    assert (
        capsys.readouterr().out.count("A predictor that never looks reaches IoU 0.") == 1
    )
    assert "never looks" in (tmp_path / "out" / "bijie-500.md").read_text(
        encoding="utf-8"
    )


def test_a_collapsed_run_of_one_epoch_is_reported_too(tmp_path):
    broken = result(
        "A8",
        images=[[name, 0, 0, both + missed] for name, both, _, missed in IMAGES],
        iou=0.0,
        f1=0.0,
    )
    broken["curve"] = [
        {"step": 400, "seconds": 9.0, "iou": 0.0, "average_precision": float("nan")}
    ]
    main(["--runs", str(write(tmp_path, broken)), "--out", str(tmp_path / "out")])
    assert rows(tmp_path / "out" / "bijie-500.csv")["A8"]["iou_high"] == "0.0"
    assert len(list((tmp_path / "out").glob("*.png"))) == 3


def test_times_are_those_of_an_idle_machine_where_they_were_measured(tmp_path):
    write(tmp_path, result("A0"), result("A1"))
    (tmp_path / "speed.json").write_text(json.dumps({"bijie A0": 0.1, "mars A1": 9.0}))
    arms = read(tmp_path)["bijie", "500"]
    assert [epoch["seconds"] for epoch in arms["A0"][0]["curve"]] == [10, 20, 30, 40, 50]
    assert (
        arms["A0"][0]["seconds_per_step"] == 0.1
        and arms["A1"][0]["seconds_per_step"] == 0.3
    )
    assert arms["A1"][0]["curve"][0]["seconds"] == 30
