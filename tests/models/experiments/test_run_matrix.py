# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparison: runs that end in a result, are not done twice, go on after a kill,
and belong to one process.
"""

from __future__ import annotations

import json
import subprocess
import sys

import bijie
import numpy as np
import pytest
from bijie import SLIM, TINY_OPTIONS, tiny

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("fcntl")

from torch import nn

from models.experiments import run_matrix as matrix
from models.experiments.ablations import ARMS
from models.experiments.run_matrix import claimed, complete, cost, main, paced, scored
from models.experiments.run_summary import SCORES
from models.training.baselines import build
from models.training.model_file import load
from models.training.settings import Settings
from models.training.train import train
from models.training.trainer import Trainer

torch.set_num_threads(1)  # the cores have other work


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return bijie.make(tmp_path_factory.mktemp("data"), 3)


def command(data, runs, *more: str) -> list[str]:
    return [
        "--data",
        data,
        "--runs",
        str(runs),
        "--arms",
        "A0,A4",
        "--seeds",
        "5",
        *TINY_OPTIONS,
        "--epoch-steps",
        "2",
        *more,
    ]


@pytest.fixture(scope="module")
def done(data, tmp_path_factory):
    """The folder of two finished runs."""
    runs = tmp_path_factory.mktemp("runs")
    main(command(data, runs))
    return runs


def result(folder) -> dict:
    return json.loads((folder / "result.json").read_text())


# --- runs -------------------------------------------------------------------------------
# -----------------------------


@pytest.mark.parametrize("arm", ["A0", "A4"])
def test_a_run_ends_in_a_result(done, arm):
    found = result(done / "bijie" / "4" / f"{arm}-5")
    assert {
        "arm",
        "settings",
        "steps",
        "best_step",
        "seconds",
        "seconds_per_step",
        "device",
        "curve",
        "parameters",
        "gmac",
        "validation",
        "test",
        "images",
        "slide",
        "background",
        "minutes",
    } <= found.keys()
    assert (found["arm"], found["steps"], found["settings"]["seed"]) == (arm, 4, 5)
    assert found["settings"]["recover"] == ("cosine" if arm == "A4" else "off")
    assert [epoch["step"] for epoch in found["curve"]] == [2, 4] and found[
        "best_step"
    ] in (2, 4)
    assert ("rec" in found["curve"][-1]["means"]) == (arm == "A4")
    assert found["seconds_per_step"] == pytest.approx(found["seconds"] / 4)
    assert {*SCORES, "threshold"} <= found["test"].keys()


def test_a_branch_that_is_not_shipped_costs_nothing(done):
    a, b = (result(done / "bijie" / "4" / f"{arm}-5") for arm in ("A0", "A4"))
    assert a["gmac"] == b["gmac"] and a["parameters"] == pytest.approx(
        b["parameters"], abs=0.001
    )


def test_what_is_done_is_not_done_again(done, data, capsys):
    before = {path: path.stat().st_mtime_ns for path in done.rglob("result.json")}
    main(command(data, done))
    assert len(before) == 2 and before == {
        path: path.stat().st_mtime_ns for path in done.rglob("result.json")
    }
    assert capsys.readouterr().out == ""


def test_counts_of_the_images_are_those_of_the_test_score(data, tmp_path):
    """The bootstrap draws images; all of them together must say what the table says."""
    settings = tiny(data, tmp_path, steps=30, epoch_steps=30, lr=5e-3)
    list(train(settings))
    model, _, _ = load(tmp_path / "best.pt")
    found = scored(model, settings)
    names, both, false, missed = (np.array(column) for column in zip(*found["images"]))
    assert set(names) == {f"test_{i:02}" for i in range(6)}
    assert both.sum() + missed.sum() == sum(found["slide"]) > both.sum() > 0
    assert both.sum() / (both + false + missed).sum() == pytest.approx(
        found["test"]["iou"], abs=1e-9
    )
    assert sum(found["slide"]) + sum(found["background"]) == 6 * 70 * 80
    assert found["test"]["boundary_f1"] > 0.3 and 0 < found["test"]["threshold"] < 1


def test_a_killed_run_goes_on(data, tmp_path, capsys):
    broken, whole = (
        tiny(data, tmp_path / name, **ARMS["A4"]) for name in ("broken", "whole")
    )
    epochs = train(broken)
    next(epochs)
    epochs.close()  # killed after the checkpoint of its first epoch
    complete(broken, "A4")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines if "step" in line] == [4]
    complete(whole, "A4")
    a, b = (result(tmp_path / name) for name in ("broken", "whole"))
    assert a["test"] == b["test"] and a["images"] == b["images"] and a["steps"] == 4
    assert a["curve"][-1]["means"] == b["curve"][-1]["means"]


# --- claims -----------------------------------------------------------------------------
# -----------------------------

HOLD = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"


def test_a_folder_belongs_to_one_process_and_is_free_after_its_death(data, tmp_path):
    with claimed(tmp_path / "run") as mine:
        assert mine
        with claimed(tmp_path / "run") as second, claimed(tmp_path / "other") as other:
            assert not second and other
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "run" / "claim")],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    holder.stdout.readline()
    complete(tiny(data, tmp_path / "run"), "A0")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "claim"
    }  # nothing was begun
    holder.kill()
    holder.wait()
    with claimed(tmp_path / "run") as mine:
        assert mine


# --- budgets ----------------------------------------------------------------------------
# -----------------------------


def test_equal_time_means_steps_in_proportion(tmp_path):
    speed, measured = {"off": 0.5, "cosine": 1.25}, []

    def steps(settings: Settings, seconds: float, arm: str) -> int:
        return paced(settings, seconds, tmp_path, arm, time_step).steps

    def time_step(settings: Settings) -> float:
        measured.append(settings.recover)
        return speed[settings.recover]

    plain, branch = Settings(epoch_steps=10), Settings(epoch_steps=10, recover="cosine")
    assert steps(plain, 1000, "A0") == 2000
    assert steps(branch, 1000, "A4") == 800
    assert steps(plain, 500, "A0") == 1000
    assert steps(plain, 1, "A0") == 10  # one epoch at least
    assert measured == ["off", "cosine"]  # each once
    assert json.loads((tmp_path / "speed.json").read_text()) == {"A0": 0.5, "A4": 1.25}


def test_a_step_is_timed_with_the_branch_on(data, tmp_path, monkeypatch):
    watched, original = [], Trainer.train_step
    monkeypatch.setattr(Trainer, "train_step", lambda run: watched.append(original(run)))
    assert 0 < matrix.seconds_per_step(tiny(data, tmp_path, **ARMS["A4"]), 4) < 60
    assert len(watched) == 4 and all("rec" in terms for terms in watched)


class Half(nn.Module):
    """One convolution that runs, one that does not."""

    def __init__(self, conv: nn.Module) -> None:
        super().__init__()
        self.conv, self.idle = conv, nn.Conv2d(3, 1000, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x)


@pytest.mark.parametrize(
    "conv, weights, products",
    [
        (nn.Conv2d(3, 60, 3, padding=1), 60 * 27 + 60, 256**2 * 60 * 27),
        (
            nn.Conv2d(3, 600, 3, padding=1, stride=2, groups=3),
            600 * 9 + 600,
            128**2 * 600 * 9,
        ),
    ],
    ids=["plain", "grouped"],
)
def test_cost_is_what_one_can_count(conv, weights, products):
    found = cost(Half(conv), Settings(crop=256))
    assert found == {
        "parameters": round(weights / 1e6, 3),
        "gmac": round(products / 1e9, 3),
    }


def test_cost_of_the_whole_network_is_that_of_its_exported_part():
    plain, full = (
        cost(build(Settings(**SLIM, **ARMS[arm])).eval(), Settings())
        for arm in ("A0", "A8")
    )
    assert (
        full["parameters"] > plain["parameters"]
        and 1 < full["gmac"] / plain["gmac"] < 1.5
    )
