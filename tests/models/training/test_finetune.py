# SPDX-License-Identifier: GPL-2.0-or-later
"""The worker's side of fine-tuning: nothing of a fold is seen by the network that is
judged on it, a killed lesson ends as an unbroken one, and a file tells its network.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import known_ground
import numpy as np
import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from models.contract import ELEVATION, MISSING_ELEVATION, Contract
from models.errors import InvalidModel, MrifeError
from models.finetune.cuts import (
    BETWEEN,
    NAMES,
    REGION,
    STAND_FOR,
    TILE,
)
from models.inference.detector import Detector
from models.inference.worker_protocol import error_of
from models.onnxfile import describe, shipped_model
from models.training.adapt import adapt
from models.training.architecture import layers_of, settings_of_file, stored_layers
from models.training.baselines import build
from models.training.finetune import best_epoch, others, tune
from models.training.lesson import (
    EPOCHS,
    LEARNED_SHARE,
    Lap,
    Lesson,
    settings_of_lesson,
)
from models.training.model_file import export_onnx, load
from models.training.school import School
from models.training.settings import Settings
from models.training.trainer import Trainer
from models.training.tuning_server import probe, watch

torch.set_num_threads(1)  # the cores have other work
WINDOW = 32


def network(**changes) -> Settings:
    """A small network on windows of 32 pixels, of the rates that a file is held against
    first.
    """
    changes = {**SLIM, "rates": (1, 2, 3), **changes}
    return Settings(crop=WINDOW, batch=4, threads=1, pretrained="none", **changes)


def base_file(folder: Path, **changes) -> str:
    torch.manual_seed(5)
    path = folder / "base.onnx"
    bands = ("red", "green", "blue")
    if "dem" in changes:
        bands = (*bands, ELEVATION)
    contract = Contract(bands=bands, window=WINDOW, pixel_size=1.2, overlap=0.5)
    export_onnx(build(network(**changes)).eval(), path, contract)
    return str(path)


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> str:
    return known_ground.make(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> str:
    return base_file(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def elevated(samples, tmp_path_factory) -> str:
    """The same samples with hills, of which a part has no heights."""
    folder = tmp_path_factory.mktemp("elevated")
    for side, name in NAMES.items():
        pixels = np.load(f"{samples}/{name}-pixels.npy").astype(np.float32)
        across = np.sin(np.arange(side) / 9) * 20 + 500
        heights = np.tile(across, (len(pixels), 1, side, 1)).astype(np.float32)
        heights[..., :30] = MISSING_ELEVATION
        np.save(f"{folder}/{name}-pixels.npy", np.concatenate([pixels, heights], 1))
        for part in ("label", "fold", "weight"):
            shutil.copyfile(f"{samples}/{name}-{part}.npy", f"{folder}/{name}-{part}.npy")
    shutil.copyfile(f"{samples}/{STAND_FOR}", folder / STAND_FOR)
    return str(folder)


def extended(base: str, samples: str, out: Path, **changes) -> Lesson:
    """A lesson with elevation for a base without."""
    contract = describe(base).contract.with_elevation().to_json()
    return lesson(base, samples, out, contract=contract, extended=True, **changes)


def test_a_network_is_extended_by_elevation(base, elevated, tmp_path):
    """Its file asks for elevation, looks at it, and may be taught again."""
    messages = list(tune(extended(base, elevated, tmp_path / "made", lr=0.01)))
    path = messages[-1]["models"][-1]
    model = describe(path)
    assert model.contract.bands == ("red", "green", "blue", "elevation")
    pixels = np.full((1, 4, WINDOW, WINDOW), 90, np.float32)
    hills = pixels.copy()
    hills[0, 3] += 30 * np.sin(np.arange(WINDOW) / 3)
    detector = Detector(path, device="cpu")
    # nothing at all before it has learned
    assert np.abs(detector(pixels) - detector(hills)).max() > 1e-6
    again = lesson(path, elevated, tmp_path / "again", folds=1)
    settings = settings_of_lesson(again, model.contract)
    assert settings.dem == "early" and settings.dem_lr == 1.0
    last = list(tune(again))[-1]["models"][-1]
    assert describe(last).contract.bands == model.contract.bands


def test_elevation_is_learned_whole_and_the_rest_is_mixed(base, elevated, tmp_path):
    kept = {}
    for share in (0.0, 1.0):
        asked = extended(base, elevated, tmp_path / str(share), share=share)
        school = School(
            asked, settings_of_lesson(asked, Contract.from_json(asked.contract))
        )
        list(school.run(None))
        state = torch.load(tmp_path / str(share) / "whole" / "epoch-4.pt")["model"]
        kept[share] = state["encoder.conv1.weight"]
    assert torch.equal(kept[0.0][:, 3:], kept[1.0][:, 3:]) and kept[1.0][:, 3:].any()
    assert not torch.equal(kept[0.0][:, :3], kept[1.0][:, :3])


def lesson(base: str, samples: str, out: Path, **changes) -> Lesson:
    values = {
        "base": base,
        "contract": describe(base).contract.to_json(),
        "samples": samples,
        "out": str(out),
        "folds": 2,
        "steps": 4,
        "threads": 1,
        "device": "cpu",
        "options": (("batch", 4),),
        **changes,
    }
    return Lesson(**values)


@pytest.fixture(scope="module")
def taught(base, samples, tmp_path_factory) -> tuple[Path, list[dict]]:
    """The folder of a lesson that is through, which nothing may write to, and what the
    worker said.
    """
    folder = tmp_path_factory.mktemp("taught")
    return folder, list(tune(lesson(base, samples, folder)))


def test_a_lesson_gives_a_file_a_fold_and_one_for_use(taught):
    folder, messages = taught
    laps = [message for message in messages if "average_precision" in message]
    assert [(lap["run"], lap["step"]) for lap in laps[: 2 * EPOCHS]] == [
        (run, step) for run in ("fold-1", "fold-2") for step in (1, 2, 3, 4)
    ]
    assert all(0 <= lap["iou"] <= 1 for lap in laps[: 2 * EPOCHS])
    last = messages[-1]
    assert [Path(path).name for path in last["models"]] == [
        "fold-1.onnx",
        "fold-2.onnx",
        "whole.onnx",
    ]
    assert all(lap["losses"].keys() == {"seg"} for lap in laps)
    assert all(0 < lap["losses"]["seg"] < 10 for lap in laps)
    # the run on all ground ends at the epoch that the folds chose, and is not scored
    whole = laps[2 * EPOCHS :]
    assert len(whole) == last["epoch"]
    assert whole[-1]["iou"] is None
    for path in last["models"]:
        assert describe(path).contract.window == WINDOW
    model, settings, state = load(folder / "whole.pt")
    assert state["step"] == last["epoch"] and settings.encoder == "slim"


def test_the_file_for_use_is_the_mean_of_all_networks_of_the_lesson(taught):
    folder, messages = taught
    epoch = messages[-1]["epoch"]
    kept = [
        torch.load(folder / run / f"epoch-{epoch}.pt", weights_only=True)["model"]
        for run in ("fold-1", "fold-2", "whole")
    ]
    model, _, _ = load(folder / "whole.pt")
    used = model.state_dict()
    convolutions = [name for name, value in used.items() if value.ndim == 4]
    learned = 0
    for name in convolutions:
        every = torch.stack([state[name] for state in kept]).double()
        apart = (every - every.mean(0)).abs().amax()
        off = (used[name] - every.mean(0)).abs().amax()
        assert off <= 0.05 * apart + 1e-7, (name, off, apart)
        learned += bool(apart > 0)
    assert learned > 10


def test_from_nothing_the_file_for_use_is_that_of_all_ground(samples, tmp_path):
    asked = new_lesson(("red", "green", "blue"), samples, tmp_path, folds=2)
    epoch = list(tune(asked))[-1]["epoch"]
    kept = torch.load(tmp_path / "whole" / f"epoch-{epoch}.pt", weights_only=True)
    used = torch.load(tmp_path / "whole.pt", weights_only=True)["model"]
    assert all(torch.equal(used[name], value) for name, value in kept["model"].items())


def weights_after(base, samples, folder, **changes):
    """Of a lesson's run on all ground, at its end."""
    asked = lesson(base, samples, folder, **changes)
    list(School(asked, settings_of_lesson(asked, describe(base).contract)).run(None))
    state = torch.load(folder / "whole" / "epoch-4.pt", weights_only=True)["model"]
    return {name: value for name, value in state.items() if value.is_floating_point()}


def test_mrifes_losses_are_learned_with_and_mixed_as_without(base, samples, tmp_path):
    """The branch is gone from the file, which may be taught again."""
    asked = lesson(base, samples, tmp_path / "made", mrife_losses=True)
    settings = settings_of_lesson(asked, describe(base).contract)
    assert (settings.recover, settings.contrast, settings.distill) == (
        "cosine",
        "both",
        "logit",
    )
    kept, begun, learned = (
        weights_after(base, samples, tmp_path / name, mrife_losses=True, **share)
        for name, share in (
            ("made", {}),
            ("begun", {"share": 0.0}),
            ("learned", {"share": 1.0}),
        )
    )
    plain = weights_after(base, samples, tmp_path / "plain")
    assert set(plain) <= set(kept)
    assert any(not torch.equal(kept[name], plain[name]) for name in plain)
    for name in plain:
        assert torch.allclose(
            kept[name], begun[name].lerp(learned[name], LEARNED_SHARE), atol=1e-6
        )
    assert any(not torch.equal(learned[name], begun[name]) for name in plain)
    *laps, last = tune(asked)
    told = [lap["losses"] for lap in laps if lap["run"] == "fold-1" and "losses" in lap]
    assert all(losses.keys() == {"seg", "rec", "con", "sd"} for losses in told[2:])
    assert all(loss > 0 for loss in told[-1].values())
    path = last["models"][0]
    again = lesson(path, samples, tmp_path / "again")
    assert not settings_of_lesson(again, describe(path).contract).enhanced


def weights(folder: Path, run: str, epoch: int) -> dict:
    path = folder / run / f"epoch-{epoch}.pt"
    return torch.load(path, weights_only=True)["model"]


def same(first: dict, second: dict) -> bool:
    return all(torch.equal(first[name], value) for name, value in second.items())


def test_a_killed_lesson_ends_as_an_unbroken_one(base, samples, taught, tmp_path):
    """So two runs of a seed are alike, and those of two seeds are not."""
    whole = taught[0]
    asked = lesson(base, samples, tmp_path / "broken")
    messages = tune(asked)
    for message in messages:
        if message.get("run") == "fold-2" and "iou" in message:
            break
    messages.close()
    assert not (tmp_path / "broken" / "fold-2" / "done.json").exists()
    broken = list(tune(asked))[-1]["models"]
    for models in zip(taught[1][-1]["models"], broken):
        first, second = (Path(path).read_bytes() for path in models)
        assert first == second
    assert len(broken) == 3
    for run in ("fold-1", "fold-2"):
        last = weights(whole, run, EPOCHS)
        assert same(last, weights(tmp_path / "broken", run, EPOCHS))
        assert not same(last, weights(whole, run, EPOCHS - 1))
    other = lesson(base, samples, tmp_path / "other", seed=1)
    school = School(other, settings_of_lesson(other, describe(base).contract))
    list(school.run(None, 1))
    assert not same(weights(whole, "whole", 1), weights(tmp_path / "other", "whole", 1))


def test_killed_while_an_epoch_is_scored(base, samples, tmp_path, monkeypatch):
    """However little before it wrote its state to the disk."""
    options = (("batch", 4), ("save_minutes", 0.0))
    kept = {}
    for name in ("unbroken", "broken"):
        asked = lesson(base, samples, tmp_path / name, steps=8, options=options)
        settings = settings_of_lesson(asked, describe(base).contract)
        if name == "broken":
            with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
                patch.setattr(Trainer, "scored", interrupt)
                list(School(asked, settings).run(0))
        laps = [said for said in School(asked, settings).run(0) if isinstance(said, Lap)]
        assert [lap.step for lap in laps] == [2, 4, 6, 8]
        kept[name] = weights(tmp_path / name, "fold-1", EPOCHS)
    assert same(*kept.values())


def interrupt(*_: object):
    raise KeyboardInterrupt


def test_a_window_larger_than_the_tiles(samples, tmp_path):
    """A base that sees more at once than a tile of known ground holds."""
    side = TILE + 16
    torch.manual_seed(5)
    path = str(tmp_path / "base.onnx")
    contract = Contract(bands=("red", "green", "blue"), window=side, pixel_size=1.2)
    wide = network(width=16)
    export_onnx(build(replace(wide, crop=side)).eval(), path, contract)
    asked = lesson(path, samples, tmp_path / "out", options=(("batch", 1),))
    school = School(asked, settings_of_lesson(asked, contract))
    list(school.run(0))
    file = school.export_one(0, 1, contract, school.counts[0][:1])
    assert describe(file).contract.window == side


def test_a_lesson_that_is_through_is_not_taught_again(base, samples, taught, tmp_path):
    folder, messages = taught
    shutil.copytree(folder, tmp_path / "again")
    first = [m for m in messages if "average_precision" in m]
    again = list(tune(lesson(base, samples, tmp_path / "again")))
    assert [m for m in again if "average_precision" in m] == first
    assert len(again) == len(first) + 1


def lap(value: float) -> Lap:
    return Lap("fold-1", 1, 4, value, value, 1.0)


def test_the_epoch_is_chosen_on_ground_that_others_left_out():
    curves = [[lap(v) for v in (0.1, 0.9, 0.2)], [lap(v) for v in (0.3, 0.2, 0.8)]]
    assert best_epoch(others(curves, 0)) == 3
    assert best_epoch(others(curves, 1)) == 2
    assert best_epoch(curves) == 2  # 0.2, 0.55, 0.5
    assert best_epoch([]) == EPOCHS
    assert others(curves[:1], 0) == curves[:1]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"width": 16, "output_stride": 16, "rates": (1, 2, 3)},
        {"skips": (2, 4), "rates": (2, 4, 6)},
        {"encoder": "lite0", "output_stride": 16, "rates": (1, 2, 3), "skips": (4, 8)},
        {"encoder": "lite1", "output_stride": 8, "rates": (2, 4, 6)},
        {"dem": "mid"},
    ],
)
def test_a_file_tells_its_network(tmp_path, changes):
    path = base_file(tmp_path, **changes)
    settings = settings_of_file(path, describe(path).contract, Settings())
    wanted = network(**changes)
    names = ("encoder", "output_stride", "rates", "skips", "dem", "crop")
    assert [getattr(settings, n) for n in names] == [getattr(wanted, n) for n in names]
    assert (settings.pixel_size, settings.start) == (1.2, path)
    if wanted.encoder == "slim":
        assert settings.width == wanted.width


def test_the_shipped_file_tells_its_network():
    contract = describe(shipped_model()).contract
    settings = settings_of_file(shipped_model(), contract, Settings())
    assert (settings.encoder, settings.output_stride) == ("lite0", 16)
    assert layers_of(settings) == stored_layers(shipped_model())


def test_what_cannot_be_taught_is_refused(tmp_path, samples):
    twin = shipped_model(fast=True)
    contract = describe(twin).contract
    with pytest.raises(InvalidModel, match="none that can be trained here"):
        settings_of_file(twin, contract, Settings())
    asked = lesson(twin, samples, tmp_path, check=True)
    with pytest.raises(InvalidModel):
        list(tune(asked))


def test_a_base_is_checked_without_samples(base, tmp_path):
    asked = lesson(base, str(tmp_path / "nowhere"), tmp_path, check=True)
    assert list(tune(asked)) == [{"models": [], "begins": "base"}]


@pytest.mark.parametrize("learn", ["decoder", "late"])
def test_what_is_not_to_learn_stays_as_it_is(base, samples, tmp_path, learn):
    asked = lesson(base, samples, tmp_path, learn=learn)
    settings = settings_of_lesson(asked, describe(base).contract)
    school = School(asked, settings)
    run = Trainer(replace(settings, out=str(tmp_path)), school.samples.chips(None))
    before = {name: value.clone() for name, value in run.student.state_dict().items()}
    run.train_step()
    changed = {
        name.split(".")[0] + "." + name.split(".")[1]
        for name, value in run.student.state_dict().items()
        if not torch.equal(value, before[name])
    }
    allowed = {"decoder": ("decoder",), "late": ("decoder", "aspp", "encoder.layer4")}
    assert changed and all(name.startswith(allowed[learn]) for name in changed)
    assert any(name.startswith("decoder") for name in changed)


def test_the_server_answers_in_lines(base, tmp_path, samples):
    replies = io.StringIO()
    asked = {
        "base": base,
        "contract": describe(base).contract.to_json(),
        "samples": samples,
        "out": str(tmp_path),
        "folds": 1,
        "steps": 4,
        "threads": 1,
        "options": [["batch", 4]],
    }
    watch(json.dumps(asked), replies)
    answers = [json.loads(line) for line in replies.getvalue().splitlines()]
    assert answers[0]["run"] == "fold-1" and "models" in answers[-1]


def test_the_server_says_what_is_wrong(tmp_path, samples):
    replies = io.StringIO()
    twin = shipped_model(fast=True)
    asked = {"base": twin, "contract": describe(twin).contract.to_json()}
    asked |= {"samples": samples, "out": str(tmp_path), "folds": 1, "check": True}
    watch(json.dumps(asked), replies)
    answer = json.loads(replies.getvalue())
    assert answer["kind"] == "InvalidModel" and "trained here" in answer["error"]


def test_a_folder_that_cannot_be_written_is_said(base, samples, tmp_path):
    (tmp_path / "file").write_text("")
    replies = io.StringIO()
    asked = {"base": base, "contract": describe(base).contract.to_json()}
    asked |= {"samples": samples, "out": str(tmp_path / "file"), "folds": 1, "steps": 4}
    watch(json.dumps(asked), replies)
    assert "cannot write its checkpoints" in replies.getvalue()


def test_a_full_disk_is_said(base, samples, tmp_path):
    """And the older checkpoint is still whole."""
    made = tmp_path / "made"
    (made / "fold-1").mkdir(parents=True)
    older = made / "fold-1" / "epoch-1.pt"
    older.write_text("older")
    replies = io.StringIO()
    asked = {"base": base, "contract": describe(base).contract.to_json(), "folds": 1}
    asked |= {"samples": samples, "out": str(made), "steps": 4, "threads": 1}
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
    try:
        watch(json.dumps(asked | {"options": [["batch", 4]]}), replies)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = str(error_of(json.loads(replies.getvalue().splitlines()[-1])))
    assert said == (
        f"The disk of '{older.parent}' is full, and 'epoch-1.pt' was not written; make "
        "room or choose another folder."
    )
    assert list(older.parent.iterdir()) == [older] and older.read_text() == "older"


def test_what_does_not_fit_into_memory_is_said(base, samples, tmp_path):
    """Samples that say they are larger than any memory."""
    shutil.copytree(samples, tmp_path / "samples")
    with (tmp_path / "samples" / "large-label.npy").open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (1 << 50,)}
        np.lib.format.write_array_header_1_0(file, header)
    replies = io.StringIO()
    asked = {"base": base, "contract": describe(base).contract.to_json(), "folds": 1}
    asked |= {"samples": str(tmp_path / "samples"), "out": str(tmp_path), "steps": 4}
    watch(json.dumps(asked), replies)
    assert "ran out of memory" in replies.getvalue()


def test_a_fault_of_the_worker_ends_it_with_its_traceback():
    code = "from models.training.tuning_server import main; main('run')"
    worker = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    worker.stdin.write("no JSON\n")
    worker.stdin.flush()
    assert worker.wait(60) == 1
    assert "JSONDecodeError" in worker.stderr.read() and not worker.stdout.read()
    for stream in (worker.stdin, worker.stdout, worker.stderr):
        stream.close()


def test_this_python_can_teach():
    assert probe()["executable"] == sys.executable and "error" not in probe()


def test_a_lesson_of_an_earlier_version_goes_on(base, samples, taught, tmp_path):
    """Which kept nothing of its losses."""
    shutil.copytree(taught[0], tmp_path / "again")
    for path in (tmp_path / "again").glob("*/done.json"):
        laps = json.loads(path.read_text())
        for lap in laps:
            del lap["losses"]
        path.write_text(json.dumps(laps))
    laps = list(tune(lesson(base, samples, tmp_path / "again")))[:-1]
    assert laps and all(lap["losses"] == {} for lap in laps)


def test_a_loss_that_is_no_number_is_said(base, samples, tmp_path):
    asked = lesson(base, samples, tmp_path, lr=1e30)
    with pytest.raises(MrifeError, match="not finite"):
        list(tune(asked))


def test_a_lesson_keeps_the_usual_share_of_what_is_learned():
    assert Lesson("", "", "", "", 2).share == LEARNED_SHARE


KINDS = {
    "five": ("band 1", "band 2", "band 3", "band 4", "band 5"),
    "grey": ("band 1",),
    "heights": ("elevation",),
    "colours": ("red", "green", "blue"),
}


def new_lesson(bands, samples, out, **changes):
    contract = Contract(bands=bands, window=WINDOW, pixel_size=1.2, overlap=0.5)
    options = tuple({"encoder": "slim", "width": 8, "batch": 2, "unit": 16}.items())
    values = {"base": "", "contract": contract.to_json(), "options": options}
    values |= {"samples": samples, "out": str(out), "folds": 1, "steps": 4}
    return Lesson(**values | {"threads": 1, "device": "cpu", "lr": 1e-3} | changes)


@pytest.mark.parametrize("kind", ["five", "grey", "heights"])
def test_a_network_without_a_base_learns_any_bands(samples, tmp_path, kind):
    """Also elevation alone; its file answers, and may be taught again."""
    bands = KINDS[kind]
    folder = tmp_path / "samples"
    shutil.copytree(samples, folder)
    for name in NAMES.values():
        pixels = np.load(folder / f"{name}-pixels.npy")[:, [0, 1, 2, 0, 1][: len(bands)]]
        if kind == "heights":
            pixels = pixels.astype(np.float32) + 900
        np.save(folder / f"{name}-pixels.npy", pixels)
    asked = new_lesson(bands, str(folder), tmp_path / "made")
    path = list(tune(asked))[-1]["models"][-1]
    assert School(asked, settings_of_lesson(asked, describe(path).contract)).share == 1
    assert describe(path).contract.bands == bands
    windows = np.load(folder / f"{NAMES[TILE]}-pixels.npy")[:1, :, :WINDOW, :WINDOW]
    answer = Detector(path, device="cpu")(windows.astype(np.float32))
    assert answer.shape == (1, WINDOW, WINDOW) and np.isfinite(answer).all()
    again = lesson(path, str(folder), tmp_path / "again", check=True)
    assert list(tune(again)) == [{"models": [], "begins": "base"}]


def test_a_network_of_heights_alone_learns_in_its_first_layer():
    """It begins at zero only beside the bands of an image."""
    model = build(network(channels=0, dem="early"))
    assert model.encoder.conv1.weight.abs().sum() > 0
    beside = build(network(channels=1, dem="early")).encoder.conv1.weight
    assert not beside[:, 1:].any() and beside[:, :1].any()


def test_what_a_network_without_a_base_begins_with(tmp_path):
    asked = new_lesson(KINDS["colours"], "", tmp_path, options=(), check=True)
    assert list(tune(asked)) == [{"models": [], "begins": "imagenet"}]
    contract = Contract.from_json(asked.contract)
    settings = settings_of_lesson(asked, contract)
    assert (settings.encoder, settings.pretrained) == ("lite0", "package")
    assert not settings.frozen_norms and not settings.start
    grey = new_lesson(KINDS["grey"], "", tmp_path, options=(), check=True)
    assert list(tune(grey)) == [{"models": [], "begins": "random"}]


def with_region(samples, folder):
    """The samples in a folder, beside a region to adapt to."""
    shutil.copytree(samples, folder, dirs_exist_ok=True)
    region = folder / REGION
    region.mkdir()
    for path in Path(samples).glob(f"{NAMES[TILE]}-*.npy"):
        shutil.copyfile(path, region / path.name)


def test_a_network_adapts_to_the_region_first_and_goes_on_after_a_kill(
    base, samples, tmp_path
):
    """The runs on labels start from what it learned, which a kill does not change."""
    with_region(samples, tmp_path)
    learned = []
    for name in ("whole", "broken"):
        asked = lesson(base, str(tmp_path), tmp_path / name, adapt=True)
        settings = settings_of_lesson(asked, describe(base).contract)
        if name == "broken":
            messages = adapt(School(asked, settings))
            assert next(messages)["run"] == REGION
            messages.close()
        school = School(asked, settings)
        told = list(adapt(school))[-1]
        assert (told["run"], told["step"]) == (REGION, asked.steps)
        assert told["losses"].keys() == {"rec", "sd"}
        assert school.settings.start == str(tmp_path / name / REGION / "adapted.pt")
        assert not list(adapt(School(asked, settings)))  # not taught again
        run = Trainer(
            replace(school.settings, out=str(tmp_path)), school.samples.chips(None)
        )
        learned.append(run.student.state_dict())
        kept = torch.load(school.settings.start, weights_only=True)["model"]
        assert all(torch.equal(kept[name], value) for name, value in learned[-1].items())
    assert all(torch.equal(learned[1][name], v) for name, v in learned[0].items())


def test_of_what_is_learned_without_labels_the_same_share_is_kept(
    base, samples, tmp_path
):
    with_region(samples, tmp_path)
    kept = []
    for share in (0.0, LEARNED_SHARE, 1.0):
        asked = lesson(base, str(tmp_path), tmp_path / str(share), adapt=True)
        asked = replace(asked, share=share, lr=0.01)
        school = School(asked, settings_of_lesson(asked, describe(base).contract))
        list(adapt(school))
        state = torch.load(school.settings.start, weights_only=True)["model"]
        kept.append(state["encoder.conv1.weight"])
    begun, shared, learned = kept
    assert not torch.allclose(begun, learned, atol=1e-4)
    assert torch.allclose(shared, begun.lerp(learned, LEARNED_SHARE), atol=1e-6)


def test_ground_that_leaves_nothing_to_learn_from_is_said(base, samples, tmp_path):
    """One tile: all of it lies in the fold that is left out, or between two."""
    for side, name in NAMES.items():
        for part in ("pixels", "label", "weight"):
            shutil.copyfile(
                f"{samples}/{name}-{part}.npy", tmp_path / f"{name}-{part}.npy"
            )
        fold = np.full((4, side, side), BETWEEN, np.uint8)
        fold[:, :20] = 0
        np.save(tmp_path / f"{name}-fold.npy", fold)
    shutil.copyfile(f"{samples}/{STAND_FOR}", tmp_path / STAND_FOR)
    asked = lesson(base, str(tmp_path), tmp_path / "made")
    with pytest.raises(MrifeError, match="The known ground is too small"):
        list(tune(asked))


def test_the_environment_for_training_has_all_that_it_takes():
    """There are no GDAL, shapely, pyproj and jinja2 in it, which QGIS's own Python has."""
    absent = "('osgeo', 'shapely', 'pyproj', 'jinja2')"
    code = f"import sys; sys.modules.update(dict.fromkeys({absent}))"
    code += "; import models.training.finetune"
    subprocess.run([sys.executable, "-c", code], check=True)
