# SPDX-License-Identifier: GPL-2.0-or-later
"""From data to the shipped files in one command, and not twice the same work."""

from __future__ import annotations

import json
from pathlib import Path

import bijie
import canyon
import gorge
import numpy as np
import plateau
import pytest
from samples import write_raster

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import ELEVATION
from models.errors import MrifeError
from models.experiments.release_weights import MEMBERS, SHARE, TERRAIN_SEEDS, main
from models.inference.detector import Detector

TINY = "--crop 32 --batch 8 --encoder slim --output-stride 8 --width 8 --threads 1"
STEPS = "--steps 2 --epoch-steps 1 --lr 0.01 --encoder-lr 1"
CONFIDENCE = (1.0, 2.0, 3.0, 4.0, 5.0)
RGB = ("red", "green", "blue")
FILES = {
    "mrife": RGB,
    "mrife-int8": RGB,
    "mrife-dem": (*RGB, ELEVATION),
    "mrife-dem-int8": (*RGB, ELEVATION),
    "mrife-terrain": (ELEVATION,),
}


def command(folder: Path, path: Path, *options: str) -> list[str]:
    """A recipe of seconds."""
    places = ["--data", str(folder), "--runs", str(folder / "runs"), "--path", str(path)]
    return [*places, *TINY.split(), *STEPS.split(), *options]


def grounds(folder: Path) -> None:
    """Counties, two stretches of a gorge, one with its surface model, and tiles of Mars."""
    bijie.make(folder, 12)
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    for region in "AB":
        gorge.make(folder, region, [(40, 40), (40, 240)], label)
    heights = np.full((400, 400), 20, np.float32) + 40 * label
    write_raster(folder / "jinsha" / "region_A_dsm.tif", heights, gorge.PLACE)
    canyon.make(folder, (10, 20, 43))
    plateau.make(folder)


@pytest.fixture
def brief(monkeypatch):
    """Elevation alone learns on a plateau and the tiles of Mars, which are there; networks
    of two steps draw no polygons that a confidence could be fitted to.
    """
    monkeypatch.setattr(
        "models.experiments.operating_point.calibrate_objects",
        lambda *_: [{"coefficients": CONFIDENCE}],
    )
    both = ("mars", "moldavia")
    terrain = {"sources": both, "shares": (0.5, 0.5), "judges": both}
    for name in ("TERRAIN", "TERRAIN_FOLDS", "TERRAIN_GUIDED"):
        monkeypatch.setattr(f"models.experiments.release_weights.{name}", terrain)


def weights(path: Path) -> dict:
    return torch.load(path, weights_only=True)["model"]


def test_data_become_the_five_shipped_files(tmp_path, brief):
    """Killed and called again it makes the same files, and learns nothing twice."""
    grounds(tmp_path)
    out = tmp_path / "out"
    main(command(tmp_path, out, "--version", "7"))
    assert {path.stem for path in out.iterdir()} == set(FILES)
    thresholds = set()
    for name, bands in FILES.items():
        contract = Detector(str(out / f"{name}.onnx"), device="cpu").contract
        assert (contract.bands, contract.version) == (bands, "7")
        assert contract.name == name.removesuffix("-int8")
        assert contract.pixel_sizes == ()
        if ELEVATION != bands[0]:
            thresholds.add((contract.threshold, contract.seed))
            assert contract.elevation_alone == () and contract.objects == CONFIDENCE
    assert len(thresholds) == 1

    runs = tmp_path / "runs"
    assert contract.elevation_alone == (5.0, 20.0, 232.0)
    blocks = json.loads((runs / "terrain-folds" / "folds.json").read_text())
    assert contract.threshold == pytest.approx(blocks["calibrated_threshold"], abs=1e-3)
    assert contract.seed == pytest.approx(blocks["calibrated_seed"], abs=1e-3)
    begin = weights(runs / "base.pt")
    members = [weights(runs / f"short-{n}" / "best.pt") for n in range(len(MEMBERS))]
    mean = weights(runs / "mean.pt")
    name = "decoder.head.weight"  # no norm follows it, which a file folds in
    learned = sum(member[name] for member in members) / len(members)
    expected = (1 - SHARE) * begin[name] + SHARE * learned
    assert torch.allclose(mean[name], expected, atol=1e-6)
    assert not torch.allclose(mean[name], learned, atol=1e-6)

    stored = list(runs.rglob("last.pt"))
    assert len(stored) == 2 + len(MEMBERS) + 5 + len(TERRAIN_SEEDS) + 1 + 3
    guided = torch.load(runs / "terrain" / "best.pt", weights_only=True)["settings"]
    guides = [str(runs / f"terrain-{seed}" / "best.pt") for seed in TERRAIN_SEEDS]
    assert list(guided["guides"]) == guides and guided["start"] == guides[0]
    before = [path.stat().st_mtime_ns for path in stored]
    files = [(out / f"{name}.onnx").read_bytes() for name in FILES]
    (out / "mrife.onnx").unlink()
    main(command(tmp_path, out, "--version", "7"))
    assert [path.stat().st_mtime_ns for path in stored] == before
    assert [(out / f"{name}.onnx").read_bytes() for name in FILES] == files


def test_one_ground_becomes_a_file_and_its_twin(tmp_path):
    bijie.make(tmp_path)
    main(command(tmp_path, tmp_path / "m.onnx", "--ground", "bijie"))
    plain, twin = (
        Detector(str(tmp_path / name), device="cpu") for name in ("m.onnx", "m-int8.onnx")
    )
    assert plain.contract == twin.contract and plain.contract.name == "mrife-bijie"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["bijie"]


def test_without_data_nothing_begins(tmp_path):
    runs = tmp_path / "runs"
    with pytest.raises(MrifeError, match="Name the folder of the data"):
        main(["--runs", str(runs), "--path", str(tmp_path / "out")])
    assert not runs.exists() and not (tmp_path / "out").exists()
