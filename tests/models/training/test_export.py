# SPDX-License-Identifier: GPL-2.0-or-later
"""The exported file: agrees with torch through the plugin's own detector, is
calibrated, keeps its contract.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from models.contract import MISSING_ELEVATION, Contract
from models.errors import InvalidModel
from models.evaluation.calibration import Calibration
from models.experiments.ablations import ARMS
from models.inference.detector import Detector
from models.onnxfile import describe, shipped_model
from models.training import export
from models.training.baselines import build
from models.training.datasets import sources
from models.training.export import facts, ship
from models.training.model_file import Exported, export_onnx, load, update_contract
from models.training.network import Mrife
from models.training.settings import NOTHING, PACKAGE, Settings
from models.training.train import train

SHIPPED = Path(__file__).resolve().parents[3] / "models" / "mrife.onnx"


def lively(enhance: bool) -> Mrife:
    """A small network whose answers spread over 0-1."""
    torch.manual_seed(0)
    model = Mrife(Settings(**bijie.SLIM, **ARMS["A8" if enhance else "A0"])).eval()
    torch.nn.init.normal_(model.decoder.head.weight, std=10.0)
    if enhance:
        torch.nn.init.ones_(model.exchange.gate_s)
    return model


@pytest.mark.parametrize("enhance", [False, True])
def test_the_file_agrees_with_torch_for_any_batch(tmp_path, enhance):
    model, contract = lively(enhance), Contract(window=64, threshold=0.3)
    calibration = Calibration(0.7, -0.2)
    assert export_onnx(model, tmp_path / "m.onnx", contract, calibration) < 1e-3
    detector = Detector(str(tmp_path / "m.onnx"), device="cpu")
    assert detector.contract == contract
    batch = np.random.default_rng(1).uniform(0, 255, (3, 3, 64, 64)).astype(np.float32)
    with torch.no_grad():
        expected = Exported(model, calibration)(torch.from_numpy(batch))[:, 0].numpy()
    answer = detector(batch)
    assert expected.max() - expected.min() > 0.1
    assert np.abs(answer - expected).max() < 1e-3
    assert np.abs(detector(batch[:1]) - answer[:1]).max() < 1e-4


def test_a_file_that_differs_is_refused(tmp_path):
    with pytest.raises(InvalidModel, match="differs from the network"):
        export_onnx(
            lively(False), tmp_path / "m.onnx", Contract(window=64), tolerance=0.0
        )
    assert list(tmp_path.iterdir()) == []


def test_facts_change_and_the_graph_does_not(tmp_path):
    path = str(tmp_path / "m.onnx")
    before = Contract(window=64, threshold=0.3)
    export_onnx(lively(False), path, before)
    graph = onnx.load(path).graph.SerializeToString()
    after = update_contract(path, threshold=0.25, objects=(1.0, 2.0))
    assert after == replace(before, threshold=0.25, objects=(1.0, 2.0))
    assert describe(path).contract == after
    assert onnx.load(path).graph.SerializeToString() == graph


def test_a_checkpoint_ships_with_its_choices(tmp_path, monkeypatch):
    settings = Settings(
        data=bijie.make(tmp_path),
        out=str(tmp_path / "run"),
        crop=32,
        batch=4,
        **bijie.SLIM,
        steps=4,
        epoch_steps=4,
        threads=1,
    )
    list(train(settings))
    chosen = ship(tmp_path / "run" / "best.pt", settings.data, tmp_path / "m.onnx")
    contract = Detector(str(tmp_path / "m.onnx"), device="cpu").contract
    assert (contract.threshold, contract.seed) == (chosen["threshold"], chosen["seed"])
    assert (
        contract.seed >= contract.threshold
        and contract.window == 32
        and contract.pixel_size == 1.6
    )
    assert chosen["difference"] < 1e-3
    assert all(low < high for low, high in contract.stretch)
    assert "Relic" in contract.not_seen and "licence" in contract.licence
    monkeypatch.setattr(export, "pixel_sizes", lambda settings: ((1.6, 232.0), ()))
    for one_size, promised in ((False, (1.6, 232.0)), (True, ())):
        best = tmp_path / "run" / "best.pt"
        ship(best, settings.data, tmp_path / "m.onnx", one_size=one_size)
        assert describe(str(tmp_path / "m.onnx")).contract.pixel_sizes == promised


def test_a_file_names_the_weights_that_its_encoder_began_with(tmp_path):
    for pretrained, begins in ((PACKAGE, True), (NOTHING, False)):
        settings = Settings(pretrained=pretrained)
        model = build(replace(settings, pretrained=NOTHING))
        stored = {"settings": asdict(settings), "model": model.state_dict()}
        torch.save(stored | {"stretch": torch.zeros(3, 2)}, tmp_path / "best.pt")
        model, _, state = load(tmp_path / "best.pt")
        licence = facts(model, state).licence
        assert ("EfficientNet-Lite0 (Apache-2.0" in licence) == begins


def test_the_shipped_model_for_images_with_elevation_does_without_it_like_the_other():
    beside, alone = (
        Detector(shipped_model(elevation=elevation), device="cpu")
        for elevation in (True, False)
    )
    contract = beside.contract
    assert contract.bands == ("red", "green", "blue", "elevation")
    assert not contract.takes_elevation_alone
    for name in ("threshold", "seed", "objects", "version", "pixel_size"):
        assert getattr(contract, name) == getattr(alone.contract, name)
    side = contract.window
    # as bright as bare ground: on noise of all colours the network is sure of nothing
    image = np.random.default_rng(0).uniform(120, 180, (2, 3, side, side))
    image = image.astype(np.float32)
    heights = np.full((2, 1, side, side), MISSING_ELEVATION, np.float32)
    both = beside(np.concatenate([image, heights], 1))
    assert np.abs(both - alone(image)).max() < 2e-3
    slope = np.broadcast_to(np.arange(side, dtype=np.float32), heights.shape)
    assert np.abs(beside(np.concatenate([image, slope], 1)) - both).max() > 0.01


def test_the_shipped_model_for_elevation_alone_says_what_it_is_and_knows_a_plain():
    path = shipped_model(alone=True)
    detector = Detector(path, device="cpu")
    contract = detector.contract
    assert Path(path).name == "mrife-terrain.onnx"
    assert Path(path).stat().st_size < 8_000_000
    assert contract.bands == ("elevation",)
    assert contract.elevation_alone == (1.6, 5.0, 20.0, 232.0)
    for words in ("EfficientNet-Lite0 (Apache-2.0", "landnet (MIT)"):
        assert words in contract.licence
    side = contract.window
    plain = np.full((1, 1, side, side), 800, np.float32)
    missing = np.full((1, 1, side, side), MISSING_ELEVATION, np.float32)
    for ground in (plain, missing):
        assert detector(ground).max() < contract.threshold


@pytest.mark.skipif(
    not SHIPPED.exists(), reason="the shipped model is not in this checkout"
)
def test_the_shipped_model_is_small_and_says_what_it_is():
    detector = Detector(str(SHIPPED), device="cpu")
    contract = detector.contract
    assert SHIPPED.stat().st_size < 8_000_000
    assert contract.bands == ("red", "green", "blue") and contract.pixel_size == 1.6
    assert 0 < contract.threshold <= contract.seed < 1
    assert "EfficientNet-Lite0 (Apache-2.0" in contract.licence
    # even ground is no landslide: deep shade, a sheet of water, a cloud, snow
    for grey in (0, 30, 60, 90, 120, 160, 200, 230, 255):
        even = np.full((1, 3, contract.window, contract.window), grey, np.uint8)
        assert detector(even).max() < contract.threshold


def test_who_learned_from_old_slides_does_not_say_that_none_were_seen():
    settings = Settings(sources=("moldavia",), channels=0, dem="early", **bijie.SLIM)
    state = {"stretch": torch.zeros(0, 2), "settings": asdict(settings)}
    contract = export.facts(Mrife(settings), state)
    assert contract.not_seen.startswith("Relic landslides beyond one plateau; other")
    assert "old slope failures" in contract.trained_on


def test_all_that_a_network_can_learn_from_has_words_and_a_licence():
    assert set(export.TRAINED_ON) == set(export.LICENCES) == set(sources())
    scenes = Settings(sources=("scenes", "scenes-5m"), **bijie.SLIM)
    words = export.licence(scenes)
    assert words.count("generated by the plugin's own code") == 1
    images = Settings(sources=("bijie", "relief", "relief-images"), **bijie.SLIM)
    words = export.licence(images)
    assert words.count("cite Ji et al. 2020") == words.count("Land Tirol") == 1
