# SPDX-License-Identifier: GPL-2.0-or-later
"""The mean of runs that went on from the same weights, or from one of them."""

from __future__ import annotations

from dataclasses import asdict

import bijie
import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.training.model_file import load
from models.training.network import Mrife, terrain_weights
from models.training.settings import Settings
from models.training.soup import average, average_with_start, main


def store(path, seed: int, **changes) -> str:
    torch.manual_seed(seed)
    settings = Settings(
        **{**SLIM, "seed": seed, "out": str(path), "start": "first.pt", **changes}
    )
    torch.save(
        {
            "settings": asdict(settings),
            "model": Mrife(settings).state_dict(),
            "step": 3,
            "seconds": 2.0,
            "stretch": torch.zeros(3, 2),
        },
        path,
    )
    return str(path)


def test_weights_and_statistics_are_the_mean_and_the_file_loads(tmp_path, capsys):
    paths = [store(tmp_path / f"{seed}.pt", seed) for seed in (1, 2, 3)]
    main(["--out", str(tmp_path / "mean.pt"), *paths])
    model, settings, state = load(tmp_path / "mean.pt")
    parts = [load(path)[0].state_dict() for path in paths]
    for name, value in model.state_dict().items():
        assert torch.allclose(
            value.double(), sum(part[name].double() for part in parts) / 3, atol=1e-6
        )
    assert settings.width == 8 and state["seconds"] == 6
    assert "mean.pt" in capsys.readouterr().out


def test_a_run_and_what_it_became_are_mixed_by_weights(tmp_path):
    """Known by where the run lies, or by where it lay when the other began; of three the
    mean may hold two that went on.
    """
    run = store(tmp_path / "best.pt", 1, start="", out=str(tmp_path / "moved"))
    here = store(tmp_path / "a.pt", 2, start=run)
    there = store(tmp_path / "b.pt", 3, start=str(tmp_path / "moved" / "best.pt"))
    out = str(tmp_path / "mean.pt")
    main(["--out", out, "--weights", "0.25,0.75", run, here])
    mixed, first, second = (load(path)[0].state_dict() for path in (out, run, here))
    for name, value in mixed.items():
        expected = 0.25 * first[name].double() + 0.75 * second[name].double()
        assert torch.allclose(value.double(), expected, atol=1e-6)
    assert average([there, run], out)["weights"] == [0.5, 0.5]
    with pytest.raises(MrifeError, match="start"):
        average([here, there], out)


def test_of_the_state_of_a_run_the_averaged_weights_are_taken(tmp_path):
    run = store(tmp_path / "best.pt", 1, start="")
    best, last = (
        store(tmp_path / name, seed, start=run)
        for name, seed in (("a.pt", 2), ("b.pt", 3))
    )
    expected = average([run, best, last], str(tmp_path / "mean.pt"))
    mean = load(tmp_path / "mean.pt")[0].state_dict()
    state = torch.load(last, weights_only=True)
    state["teacher"] = state.pop("model")
    torch.save(state, last)
    assert average([run, best, last], str(tmp_path / "mean.pt")) == expected
    same = load(tmp_path / "mean.pt")[0].state_dict()
    assert all(torch.equal(value, same[name]) for name, value in mean.items())
    with pytest.raises(MrifeError, match="best.pt first"):
        average([last, run], str(tmp_path / "mean.pt"))


@pytest.mark.parametrize("weights", ["0.5,0.6", "1.5,-0.5", "1"])
def test_weights_that_are_no_shares_are_refused(tmp_path, weights):
    paths = [store(tmp_path / f"{seed}.pt", seed) for seed in (0, 1)]
    with pytest.raises(MrifeError, match="2 checkpoints needs one of 0 or more"):
        main(["--out", str(tmp_path / "mean.pt"), f"--weights={weights}", *paths])


def test_the_first_decides_which_parts_stay(tmp_path):
    """A distilled run carries a mask token that the plain path has no use for; the
    other way round it is missed.
    """
    plain, distilled = (
        store(tmp_path / "a.pt", 0),
        store(tmp_path / "d.pt", 1, distill="logit"),
    )
    average([plain, distilled], str(tmp_path / "mean.pt"))
    assert "token" not in load(tmp_path / "mean.pt")[0].state_dict()
    with pytest.raises(MrifeError, match="token"):
        average([distilled, plain], str(tmp_path / "mean.pt"))


@pytest.mark.parametrize(
    "changes, word", [({"rates": (1, 2, 3)}, "rates"), ({"start": "other.pt"}, "start")]
)
def test_strangers_are_refused(tmp_path, changes, word):
    with pytest.raises(MrifeError, match=word):
        average(
            [store(tmp_path / "a.pt", 0), store(tmp_path / "b.pt", 1, **changes)],
            str(tmp_path / "mean.pt"),
        )


def test_runs_from_scratch_and_missing_files_are_refused(tmp_path):
    scratch = [store(tmp_path / f"{seed}.pt", seed, start="") for seed in (0, 1)]
    with pytest.raises(MrifeError, match="start"):
        average(scratch, str(tmp_path / "mean.pt"))
    with pytest.raises(MrifeError, match="gone.pt"):
        average([scratch[0], str(tmp_path / "gone.pt")], str(tmp_path / "mean.pt"))


def test_a_run_is_mixed_with_what_it_started_from_but_for_new_elevation(tmp_path):
    data = bijie.make(tmp_path)
    start = store(tmp_path / "start.pt", 1, start="", dem="early")
    begun = torch.load(start, weights_only=True)
    terrain_weights(begun["model"], Settings(**begun["settings"])).zero_()
    torch.save(begun, start)
    path = store(tmp_path / "end.pt", 2, start=start, dem="early")
    out = str(tmp_path / "mean.pt")
    main(["--data", data, "--share", "0.25", "--out", out, path])
    ends, means = (load(file)[2]["model"] for file in (path, out))
    settings = load(path)[1]
    assert torch.equal(terrain_weights(means, settings), terrain_weights(ends, settings))
    name = "decoder.head.weight"
    expected = 0.75 * begun["model"][name] + 0.25 * ends[name]
    assert torch.allclose(means[name], expected, atol=1e-6)
    with pytest.raises(MrifeError, match="started from nothing"):
        average_with_start(start, out, data)
