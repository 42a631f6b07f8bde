# SPDX-License-Identifier: GPL-2.0-or-later
"""The calibration of polygons: what is fitted, how it is judged, and that it reaches
the model file.
"""

from __future__ import annotations

import json
from dataclasses import replace

import bijie
import gorge
import numpy as np
import pytest
from samples import write_model

pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import Contract
from models.errors import MrifeError
from models.experiments import object_calibration as objects
from models.experiments.cases import Case
from models.experiments.object_calibration import (
    ScoredPolygons,
    collect,
    collect_gorge,
    fit,
    judge,
    pool,
)
from models.experiments.plugin_run import PluginRun
from models.inventory.confidence import confidence
from models.onnxfile import describe

TRUE = (-1.0, 2.0, 1.5, 0.5, 1.2)


def made(count: int, seed: int = 0) -> ScoredPolygons:
    """Polygons that are right as often as TRUE says."""
    random = np.random.default_rng(seed)
    values = [
        {"p_mean": a, "p_p90": b, "p_ctr": c, "area_m2": 10**d}
        for a, b, c, d in random.uniform((0.2, 0.2, -0.2, 2), (1, 1, 0.8, 6), (count, 4))
    ]
    p = np.array([confidence(found, TRUE) for found in values])
    return ScoredPolygons(values, random.random(count) < p, random.uniform(0.5, 2, count))


def test_the_regression_finds_what_made_the_polygons():
    seen = made(20_000)
    assert np.allclose(fit(seen), TRUE, atol=0.3)
    judged = judge(made(20_000, 1), fit(seen))
    assert (
        judged["calibration_error"] < 0.02
        and judged["brier"] < judged["brier_of_mean"] - 0.05
    )


def test_few_polygons_are_not_believed_blindly():
    assert max(map(abs, fit(made(12))[1:])) < 10
    for right in (np.ones(40, bool), np.zeros(40, bool)):
        with pytest.raises(
            MrifeError, match="40 polygons all are right or all are wrong"
        ):
            fit(replace(made(40), right=right))


def test_weights_count_as_copies_do():
    seen = made(200)
    doubled = ScoredPolygons(
        seen.values * 2, np.tile(seen.right, 2), np.tile(np.ones(200), 2)
    )
    heavier = replace(seen, weight=np.full(200, 7.0))
    assert np.allclose(
        fit(heavier), fit(replace(seen, weight=np.ones(200))), atol=1e-6
    )  # only relative weights
    assert not np.allclose(
        fit(doubled), fit(heavier), atol=1e-3
    )  # more polygons, less ridge


def test_a_wrong_confidence_is_seen():
    seen = made(5000)
    sure = (5.0, 0.0, 0.0, 0.0, 0.0)
    judged = judge(seen, sure)
    share = np.average(seen.right, weights=seen.weight)
    assert judged["calibration_error"] == pytest.approx(0.993 - share, abs=0.01)
    assert (
        judged["share_right"] == pytest.approx(share, abs=1e-3)
        and sum(n for _, _, n in judged["classes"]) == 5000
    )


def test_polygons_of_images_are_right_where_half_of_them_is(tmp_path):
    contract = Contract(
        name="identity",
        version="1",
        bands=("red", "green", "blue"),
        window=64,
        pixel_size=0.8,
    )
    plugin = PluginRun(write_model(tmp_path / "m.onnx", contract, channels=3))
    image = np.full((3, 96, 96), 20, np.uint8)
    image[:, 10:30, 10:30] = image[:, 50:80, 50:80] = 220
    truth = np.zeros((96, 96), bool)
    truth[10:30, 10:26] = truth[50:80, 50:60] = (
        True  # four fifths of the first, a third of the second
    )
    seen = collect(
        [Case(True, image, truth), Case(False, image, np.zeros_like(truth))], plugin
    )
    assert seen.right.tolist() == [True, False, False, False]
    assert seen.weight[0] == seen.weight[1] == 1 and (seen.weight[2:] >= 1).all()
    assert (
        seen.values[0]["p_mean"] == pytest.approx(0.88, abs=0.02)
        and seen.values[0]["area_m2"] > 200
    )


def test_each_ground_weighs_the_same():
    many, few = made(900), made(30, 1)
    both = pool(many, few)
    assert (
        both.weight[:900].sum() == pytest.approx(both.weight[900:].sum())
        and len(both.values) == 930
    )
    wrong = replace(few, right=np.zeros(30, bool))
    p = [
        np.mean([confidence(found, fit(seen)) for found in few.values])
        for seen in (many, pool(many, wrong))
    ]
    assert (
        p[1] < p[0] - 0.1
    )  # ground where the network is wrong lowers what is said elsewhere


def test_what_nobody_looked_at_in_the_gorge_does_not_count(tmp_path, model):
    """Four bright squares: on a landslide, on none, half unknown, unknown."""
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    label[200:280, 40:80] = 255
    label[200:280, 80:120] = 2
    label[200:400, 200:400] = 255
    corners = [(40, 40), (40, 240), (200, 40), (240, 240)]
    gorge.make(tmp_path, "A", corners, label)
    scored = collect_gorge(str(tmp_path), "A", PluginRun(model))
    assert sorted(scored.right.tolist()) == [False, True, True]
    assert len(scored.values) == 3 and (scored.weight == 1).all()


def test_one_command_fits_judges_and_writes(tmp_path, model, capsys):
    """Bright discs on landslides; in the gorge a bright field that is none."""
    data = bijie.make(tmp_path)
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    gorge.make(tmp_path, "A", [(40, 40), (40, 240)], label)
    gorge.make(tmp_path, "B", [(240, 240)], label)
    path = write_model(tmp_path / "m.onnx", describe(model).contract)
    objects.main(["--model", model, "--data", data, "--put", path])
    first, *splits = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["split"] for line in splits] == ["val", "test", "jinsha_A", "jinsha_B"]
    assert splits[0]["right"] == 6 <= splits[0]["polygons"]
    assert (splits[2]["right"], splits[2]["polygons"]) == (1, 2)
    assert (splits[3]["right"], splits[3]["polygons"]) == (0, 1)
    stored = describe(path).contract
    assert list(stored.objects) == first["coefficients"]
    assert replace(stored, objects=()) == describe(model).contract
    # what counties left out say is judged as it is
    folds = tmp_path / "folds.json"
    folds.write_text(json.dumps({"confidence": TRUE}), encoding="utf-8")
    objects.main(["--model", model, "--data", data, "--folds", str(folds)])
    judged = json.loads(capsys.readouterr().out.splitlines()[0])
    assert judged["coefficients"] == list(TRUE) != first["coefficients"]
    # a model that has learned from the stretch is fitted on the county alone, where
    # here nothing is wrong
    with pytest.raises(MrifeError, match="Of 6 polygons all are right"):
        objects.main(["--model", model, "--data", data, "--learned-gorge"])
