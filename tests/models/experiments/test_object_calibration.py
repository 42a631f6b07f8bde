# SPDX-License-Identifier: GPL-2.0-or-later
"""The calibration of polygons: what is fitted, how it is judged, and that it reaches
the model file.
"""

from __future__ import annotations

import numpy as np
import pytest
from samples import write_model

pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from models.contract import Contract
from models.errors import MrifeError
from models.experiments import object_calibration as objects
from models.experiments.benchmark import Case
from models.experiments.object_calibration import Seen, fit, holds, put, see, together
from models.inference.detector import Detector
from models.inventory.confidence import confidence
from models.onnxfile import describe

TRUE = (-1.0, 2.0, 1.5, 0.5, 1.2)


def made(count: int, seed: int = 0) -> Seen:
    """Polygons that are right as often as TRUE says."""
    random = np.random.default_rng(seed)
    values = [
        {"p_mean": a, "p_p90": b, "p_ctr": c, "area_m2": 10**d}
        for a, b, c, d in random.uniform((0.2, 0.2, -0.2, 2), (1, 1, 0.8, 6), (count, 4))
    ]
    p = np.array([confidence(found, TRUE) for found in values])
    return Seen(values, random.random(count) < p, random.uniform(0.5, 2, count))


def test_the_regression_finds_what_made_the_polygons():
    seen = made(20_000)
    assert np.allclose(fit(seen), TRUE, atol=0.3)
    judged = holds(made(20_000, 1), fit(seen))
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
            fit(made(40)._replace(right=right))


def test_weights_count_as_copies_do():
    seen = made(200)
    doubled = Seen(seen.values * 2, np.tile(seen.right, 2), np.tile(np.ones(200), 2))
    heavier = seen._replace(weight=np.full(200, 7.0))
    assert np.allclose(
        fit(heavier), fit(seen._replace(weight=np.ones(200))), atol=1e-6
    )  # only relative weights
    assert not np.allclose(
        fit(doubled), fit(heavier), atol=1e-3
    )  # more polygons, less ridge


def test_a_wrong_confidence_is_seen():
    seen = made(5000)
    sure = (5.0, 0.0, 0.0, 0.0, 0.0)
    judged = holds(seen, sure)
    share = np.average(seen.right, weights=seen.weight)
    assert judged["calibration_error"] == pytest.approx(0.993 - share, abs=0.01)
    assert (
        judged["share_right"] == pytest.approx(share, abs=1e-3)
        and sum(n for _, _, n in judged["classes"]) == 5000
    )


def test_coefficients_reach_the_model_file_and_nothing_else_changes(tmp_path):
    path = write_model(
        tmp_path / "m.onnx",
        Contract(name="identity", version="1", bands=("red",), window=64),
    )
    before, graph = describe(path).contract, onnx.load(path).graph.SerializeToString()
    put(path, TRUE)
    after = describe(path).contract
    assert (
        after.objects == TRUE
        and after.__class__(**{**after.__dict__, "objects": ()}) == before
    )
    assert onnx.load(path).graph.SerializeToString() == graph


def test_polygons_of_images_are_right_where_half_of_them_is(tmp_path):
    contract = Contract(
        name="identity",
        version="1",
        bands=("red", "green", "blue"),
        window=64,
        pixel_size=0.8,
    )
    detector = Detector(
        write_model(tmp_path / "m.onnx", contract, channels=3), device="cpu"
    )
    image = np.full((3, 96, 96), 20, np.uint8)
    image[:, 10:30, 10:30] = image[:, 50:80, 50:80] = 220
    truth = np.zeros((96, 96), bool)
    truth[10:30, 10:26] = truth[50:80, 50:60] = (
        True  # four fifths of the first, a third of the second
    )
    seen = see(
        [Case(True, image, truth), Case(False, image, np.zeros_like(truth))], detector
    )
    assert seen.right.tolist() == [True, False, False, False]
    assert seen.weight[0] == seen.weight[1] == 1 and (seen.weight[2:] >= 1).all()
    assert (
        seen.values[0]["p_mean"] == pytest.approx(0.88, abs=0.02)
        and seen.values[0]["area_m2"] > 200
    )


def test_each_ground_weighs_the_same():
    many, few = made(900), made(30, 1)
    both = together(many, few)
    assert (
        both.weight[:900].sum() == pytest.approx(both.weight[900:].sum())
        and len(both.values) == 930
    )
    wrong = few._replace(right=np.zeros(30, bool))
    p = [
        np.mean([confidence(found, fit(seen)) for found in few.values])
        for seen in (many, together(many, wrong))
    ]
    assert (
        p[1] < p[0] - 0.1
    )  # ground where the network is wrong lowers what is said elsewhere


def test_what_nobody_looked_at_in_the_gorge_does_not_count(monkeypatch):
    truth = np.array([[1, 2, 255, 0]])
    found = [({"n": 0}, 0.5), ({"n": 1}, np.nan), ({"n": 2}, 0.4)]
    seen = {}

    def drawn(raster, strips, known, detector):
        seen["truth"] = known
        return found

    monkeypatch.setattr(
        objects, "gorge", lambda data, region, detector: (None, [], truth)
    )
    monkeypatch.setattr(objects, "drawn", drawn)
    gorge = objects.see_gorge("", "A", None)
    assert [values["n"] for values in gorge.values] == [
        0,
        2,
    ] and gorge.right.tolist() == [True, False]
    assert (
        seen["truth"][0, :2].tolist() == [1, 1]
        and np.isnan(seen["truth"][0, 2])
        and seen["truth"][0, 3] == 0
    )


def test_one_command_fits_judges_and_writes(tmp_path, monkeypatch, capsys):
    path = write_model(
        tmp_path / "m.onnx",
        Contract(name="identity", version="1", bands=("red",), window=64),
    )
    monkeypatch.setattr(objects, "windows", lambda data, split: [split])
    monkeypatch.setattr(
        objects, "see_gorge", lambda data, region, detector: made(30, ord(region))
    )
    monkeypatch.setattr(objects, "see", lambda cases, detector: made(300, len(cases[0])))
    objects.main(["--model", path, "--data", "", "--put", path])
    assert (
        len(capsys.readouterr().out.splitlines()) == 5
        and len(describe(path).contract.objects) == 5
    )
