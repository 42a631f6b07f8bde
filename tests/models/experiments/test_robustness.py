# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows that are harder to read, and what is told of runs that read them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from models.experiments import robustness
from models.experiments.alterations import (
    aged,
    altered,
    blurred,
    half_shaded,
    recoloured,
)
from models.training.eval_tile import EvalTile

PIXEL_M = 1.6


def window(name: str = "a") -> EvalTile:
    """Dark ground with fine light and shade, and a bright landslide in its middle."""
    noise = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1))
    pixels = 60 + 20 * noise
    pixels[:, 20:44, 20:44] += 100
    truth = np.zeros((128, 128), bool)
    truth[40:88, 40:88] = True
    return EvalTile(name, True, pixels.round().byte(), truth)


def contrast(pixels: torch.Tensor) -> float:
    """How much brighter the middle of the landslide is than the ground far from it."""
    return float(pixels[:, 28:36, 28:36].mean() - pixels[:, :8].mean())


def test_a_blur_of_metres_keeps_the_mean_and_loses_detail():
    tile = window()
    seen = blurred(tile, 3.2, PIXEL_M)
    assert float(seen.mean()) == pytest.approx(float(tile.pixels.float().mean()), abs=0.5)
    assert float(seen[:, :12].std()) < 0.3 * float(tile.pixels[:, :12].float().std())


def test_an_impulse_spreads_by_the_metres_that_were_asked_for():
    pixels = torch.zeros(3, 65, 65)
    pixels[:, 32, 32] = 255
    seen = blurred(EvalTile("b", False, pixels, np.zeros((65, 65), bool)), 6.4, PIXEL_M)
    place = torch.arange(65).float() - 32
    spread = (seen[0].sum(0) * place**2).sum() / seen[0].sum()
    assert float(spread) ** 0.5 * PIXEL_M == pytest.approx(6.4, rel=0.05)


def test_a_landslide_takes_on_the_colours_around_it_and_the_rest_stays():
    tile = window()
    before = contrast(tile.pixels.float())
    some = aged(tile, 0.5, PIXEL_M)
    most = aged(tile, 0.9, PIXEL_M)
    assert contrast(some) == pytest.approx(0.5 * before, rel=0.1)
    assert contrast(most) == pytest.approx(0.1 * before, abs=0.05 * before)
    assert torch.allclose(most[:, :8], tile.pixels[:, :8].float(), atol=1)
    detail = most[:, 28:36, 28:36].std() / tile.pixels[:, 28:36, 28:36].float().std()
    assert detail > 0.8


def test_ground_without_landslides_does_not_age():
    tile = EvalTile("c", False, window().pixels, np.zeros((128, 128), bool))
    assert torch.equal(aged(tile, 0.9, PIXEL_M), tile.pixels.float())


def test_half_of_a_window_loses_the_share_of_light_that_was_asked_for():
    tile = window()
    before = tile.pixels.float()
    seen = half_shaded(tile, 0.5, PIXEL_M)
    left = (seen / before).mean(0)  # (64, 64)
    assert float((left > 0.99).float().mean()) == pytest.approx(0.5, abs=0.1)
    dark = left < 0.55
    assert float(dark.float().mean()) == pytest.approx(0.5, abs=0.1)
    assert float(left[dark].mean()) == pytest.approx(0.5, abs=0.02)
    other = half_shaded(window("b"), 0.5, PIXEL_M)
    assert (seen - other).abs().mean() > 3


def test_an_image_has_its_own_colours_each_time():
    first = recoloured(window("a"), 2.0, PIXEL_M)
    assert torch.equal(first, recoloured(window("a"), 2.0, PIXEL_M))
    other = recoloured(window("b"), 2.0, PIXEL_M)
    assert (first - other).abs().mean() > 3


def test_a_seed_that_is_no_number_is_refused(capsys):
    arguments = ["--runs", "r", "--budget", "7", "--arms", "A0", "--data", "d"]
    with pytest.raises(SystemExit):
        robustness.main([*arguments, "--out", "o", "--seeds", "0,x"])
    assert (
        "argument --seeds: invalid seed_numbers value: '0,x'" in capsys.readouterr().err
    )


def test_each_run_is_scored_under_each_condition(tmp_path, monkeypatch, capsys):
    """A detector that calls bright ground landslide."""

    def bright(raw: np.ndarray) -> np.ndarray:
        return (raw[:, 0] > 110).astype(np.float32)

    class Crops:
        crop = 64
        pixel_size = PIXEL_M

    monkeypatch.setattr(
        robustness, "finished_runs", lambda folder, arms, seeds: [("A0", 0, folder)]
    )
    monkeypatch.setattr(robustness, "open_run", lambda *_: (bright, Crops, 0.5))
    monkeypatch.setattr(robustness, "replace", lambda settings, **_: settings)
    monkeypatch.setattr(robustness, "load_windows", lambda *_: [window()])
    arguments = ["--runs", "r", "--budget", "7", "--arms", "A0", "--data", "d"]
    robustness.main([*arguments, "--out", str(tmp_path)])
    with (tmp_path / "robustness.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["alteration"], float(row["strength"])) for row in rows] == list(
        robustness.conditions()
    )
    assert float(rows[0]["iou"]) > 0.95
    faded = [row for row in rows if row["alteration"] == "aged"]
    assert float(faded[0]["iou"]) > 0.8
    assert float(faded[-1]["iou"]) < 0.3
    assert (tmp_path / "robustness.png").stat().st_size > 10_000
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["iou"] == pytest.approx(float(rows[0]["iou"]), abs=1e-5)
    assert altered([window()], "blurred", 1.6, PIXEL_M)[0].truth.any()
