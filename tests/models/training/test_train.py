# SPDX-License-Identifier: GPL-2.0-or-later
"""The loop: learns, repeats itself, goes on after a kill, and stops where the numbers
break.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from bijie import tiny

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.loop import collapse_warning
from models.training.settings import Settings
from models.training.step import branch_weight
from models.training.train import main, train, trainer
from models.training.trainer import Trainer


def weights(out, name="last.pt") -> dict:
    return torch.load(out / name, weights_only=True)["teacher"]


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


FULL = {**ARMS["A8"], "ramp": (0.0, 0.1), "revisit": 1}


@pytest.mark.parametrize("branch", [{}, FULL], ids=["baseline", "full"])
def test_the_same_seed_gives_the_same_bits(data, tmp_path, branch):
    for name in "ab":
        list(train(tiny(data, tmp_path / name, **branch)))
    list(train(tiny(data, tmp_path / "c", seed=1, **branch)))
    assert same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not same(weights(tmp_path / "a"), weights(tmp_path / "c"))


def test_a_killed_run_ends_as_an_unbroken_one(data, tmp_path):
    whole = list(train(tiny(data, tmp_path / "whole", **FULL)))
    broken = train(tiny(data, tmp_path / "broken", **FULL))
    first = next(broken)
    broken.close()  # killed after its first epoch, queue and optimiser included
    rest = list(train(tiny(data, tmp_path / "broken", **FULL)))
    assert [e.step for e in [first, *rest]] == [e.step for e in whole] == [2, 4]
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "broken"))
    assert rest[-1].means == whole[-1].means and rest[-1].iou == whole[-1].iou


def test_two_runs_do_not_write_to_one_folder(data, tmp_path):
    """Each would take what the other is writing for a whole file."""
    settings = tiny(data, tmp_path / "out")
    first = train(settings)
    next(first)
    with pytest.raises(MrifeError, match="is writing to '.*out'; wait until it is"):
        next(train(settings))
    first.close()
    assert next(train(settings)).step == 4


def test_a_kill_between_epochs_costs_only_what_was_not_saved(data, tmp_path):
    settings = tiny(data, tmp_path / "often", epoch_steps=4, save_minutes=0.0, **FULL)
    seen, original = [], Trainer.update_teacher

    def killed(run):
        original(run)
        seen.append(run.step)
        if len(seen) == 4:
            raise KeyboardInterrupt

    Trainer.update_teacher = killed
    try:
        with pytest.raises(KeyboardInterrupt):
            list(train(settings))
        list(train(settings))
    finally:
        Trainer.update_teacher = original
    assert seen == [1, 2, 3, 4, 4]
    list(train(tiny(data, tmp_path / "whole", epoch_steps=4, **FULL)))
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "often"))


def test_the_baseline_is_the_segmentation_path_alone(data, tmp_path):
    """With w(t) at zero the branch's passes are skipped: what both builds share ends
    up the same to the last bit.
    """
    list(train(tiny(data, tmp_path / "plain")))
    list(train(tiny(data, tmp_path / "idle", **ARMS["A7"], ramp=(1.0, 1.0))))
    plain, idle = weights(tmp_path / "plain"), weights(tmp_path / "idle")
    assert all(torch.equal(plain[name], idle[name]) for name in plain)
    assert len(idle) > len(plain)


@pytest.mark.parametrize(
    "off, term", [("recover", "rec"), ("contrast", "con"), ("distill", "sd")]
)
def test_a_part_switched_off_is_not_computed(data, tmp_path, off, term):
    (epoch,) = train(tiny(data, tmp_path, steps=2, **{**FULL, off: "off"}))
    assert {"rec", "con", "sd"} - epoch.means.keys() == {term}
    assert 0 < epoch.means["spread"] <= 1 and -1 <= epoch.means["agree"] <= 1


def test_teacher_is_the_running_average_and_copies_buffers(data, tmp_path):
    run = trainer(tiny(data, tmp_path, ema=0.9))
    run.step = 1000
    before = [p.clone() for p in run.teacher.parameters()]
    with torch.no_grad():
        for p in run.student.parameters():
            p.add_(1.0)
    run.student.encoder.bn1.running_mean.fill_(7.0)
    run.update_teacher()
    for old, new in zip(before, run.teacher.parameters()):
        assert torch.allclose(new, old + 0.1, atol=1e-5)
    assert (run.teacher.encoder.bn1.running_mean == 7).all()
    assert not any(p.requires_grad for p in run.teacher.parameters())


def test_a_few_crops_can_be_learned_by_heart(data, tmp_path):
    *_, last = train(
        tiny(
            data,
            tmp_path,
            steps=60,
            epoch_steps=30,
            lr=5e-3,
            ema=0.9,
            batch=8,
            pixel_size=0.8,
            crop=64,
            colour=0.2,
            sensors=0.0,
            dropout=0.0,
        )
    )
    assert last.iou > 0.6 and last.means["seg"] < 0.6
    assert (tmp_path / "best.pt").exists()


def test_a_loss_that_is_not_finite_names_its_images(data, tmp_path):
    with pytest.raises(
        MrifeError, match=r"\(seg\) is not finite at step \d, images train_0.*; let less"
    ):
        list(train(tiny(data, tmp_path, lr=1e38)))


def test_another_setting_does_not_continue_a_run(data, tmp_path):
    next(train(tiny(data, tmp_path)))
    with pytest.raises(MrifeError, match="another width"):
        next(train(tiny(data, tmp_path, width=16)))


def test_the_branch_joins_little_by_little():
    settings = Settings(recover="cosine", ramp=(0.2, 0.4))
    assert [round(branch_weight(settings, p), 3) for p in (0, 0.2, 0.3, 0.4, 1)] == [
        0,
        0,
        0.5,
        1,
        1,
    ]
    assert branch_weight(replace(settings, recover="off"), 1) == 0


def test_the_command_prints_one_json_line_an_epoch(data, tmp_path, capsys):
    settings = asdict(tiny(data, tmp_path, batch=2))
    argv = []
    for name in (
        "data",
        "out",
        "crop",
        "batch",
        "encoder",
        "output_stride",
        "width",
        "steps",
        "epoch_steps",
        "threads",
    ):
        argv += [f"--{name.replace('_', '-')}", str(settings[name])]
    main(
        [
            *argv,
            "--rates",
            "1,2",
            "--ramp",
            "0.1,0.5",
            "--judges",
            "bijie",
            "--mining",
            "false",
            "--export",
            str(tmp_path / "m.onnx"),
        ]
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines[:2]] == [2, 4] and 0 <= lines[1]["iou"] <= 1
    assert lines[2]["bytes"] == (tmp_path / "m.onnx").stat().st_size
    stored = Settings(**torch.load(tmp_path / "last.pt", weights_only=True)["settings"])
    assert stored.rates == (1, 2) and stored.mining is False
    assert (stored.ramp, stored.judges) == ((0.1, 0.5), ("bijie",))


def test_the_command_says_what_is_wrong(tmp_path):
    with pytest.raises(MrifeError, match="split.csv"):
        main(["--data", str(tmp_path), "--out", str(tmp_path / "run")])


def test_ground_that_nothing_can_be_chosen_on_is_refused(data, tmp_path):
    """Before a step is taken; the first report ended with numpy's words."""
    with pytest.raises(MrifeError, match="None of relief, jinsha has ground to choose"):
        list(train(tiny(data, tmp_path, judges=("relief", "jinsha"))))


def test_compiling_changes_nothing_but_speed(data, tmp_path, monkeypatch):
    """The compiler itself is torch's; here it wraps what a step runs, and what is
    stored has the plain names.
    """
    wrapped = []

    def note(function):
        wrapped.append(function.__name__)
        return function

    monkeypatch.setattr(torch, "compile", note)
    list(train(tiny(data, tmp_path / "a", compile=True, **FULL)))
    list(train(tiny(data, tmp_path / "b", **FULL)))
    assert wrapped == ["segment", "features"]
    assert same(weights(tmp_path / "a"), weights(tmp_path / "b"))


def test_a_gpu_that_is_not_there_is_named(data, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(MrifeError, match="no GPU"):
        list(train(tiny(data, tmp_path, device="cuda")))


def test_a_collapse_is_said():
    assert collapse_warning({"spread": 0.3, "entropy": 3.0}) == ""
    assert "collapsed" in collapse_warning({"spread": 0.001})
    assert "collapsed" in collapse_warning({"spread": 0.3, "entropy": 0.2})


def test_the_last_weights_and_fresh_statistics_can_be_scored(data, tmp_path):
    run = trainer(tiny(data, tmp_path, weights="student", reestimate=3))
    run.train_step()
    model = run.scored()
    assert torch.equal(model.decoder.head.weight, run.student.decoder.head.weight)
    assert not torch.equal(
        model.encoder.bn1.running_mean, run.student.encoder.bn1.running_mean
    )
    again = run.scored()
    assert torch.equal(model.encoder.bn1.running_mean, again.encoder.bn1.running_mean)
