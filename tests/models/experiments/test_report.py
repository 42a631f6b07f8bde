# SPDX-License-Identifier: GPL-2.0-or-later
"""The report on made-up results whose numbers are known."""

from __future__ import annotations

import csv

import bijie
import pytest
from run_results import IMAGES, result, write

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from models.__main__ import main as command
from models.experiments.report import main


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


def test_an_empty_folder_is_refused(tmp_path, capsys):
    assert (
        command(["report", "--runs", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    )
    assert "no finished run" in capsys.readouterr().err


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
