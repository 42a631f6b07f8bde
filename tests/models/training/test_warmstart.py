# SPDX-License-Identifier: GPL-2.0-or-later
"""A run that begins with what another learned: the same answers at first, from a
checkpoint or an exported file.
"""

from __future__ import annotations

import pytest
from bijie import lived, tiny

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from torch import nn

from models.contract import Contract
from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.baselines import build
from models.training.model_file import export_onnx
from models.training.network import terrain_weights
from models.training.settings import MRIFE_LOSSES
from models.training.terrain_channels import CHANNELS
from models.training.train import trainer
from models.training.trainer import Trainer

torch.set_num_threads(1)  # the cores have other work


def shipped(settings, folder, bands=("red", "green", "blue")) -> tuple[nn.Module, str]:
    model = lived(settings)
    export_onnx(model, folder / "m.onnx", Contract(bands=bands, window=32))
    return model, str(folder / "m.onnx")


@pytest.fixture(scope="module")
def checkpoint(data, tmp_path_factory) -> str:
    out = tmp_path_factory.mktemp("run")
    torch.save({"model": lived(tiny(data, out)).state_dict()}, out / "best.pt")
    return str(out / "best.pt")


@torch.no_grad()
def answers(model: nn.Module, run: Trainer) -> torch.Tensor:
    return model.eval()(run.sampler.draw(77).weak)


def branch(run: Trainer) -> dict[str, torch.Tensor]:
    return {
        n: p
        for n, p in run.student.named_parameters()
        if n.split(".")[0] not in ("encoder", "aspp", "decoder")
    }


# --- a checkpoint -----------------------------------------------------------------------
# -----------------------------


@pytest.mark.parametrize("arm", ["A0", "A8", "C"])
def test_a_run_from_a_checkpoint_answers_as_it_does(data, checkpoint, tmp_path, arm):
    fresh, warm = (
        trainer(tiny(data, tmp_path, **ARMS[arm], start=start))
        for start in ("", checkpoint)
    )
    model = build(tiny(data, tmp_path))
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    expected = answers(model, warm)
    assert all(
        torch.allclose(answers(m, warm), expected, atol=1e-4)
        for m in (warm.student, warm.teacher)
    )
    assert not torch.allclose(answers(fresh.student, fresh), expected, atol=0.1)
    assert branch(warm).keys() == branch(fresh).keys()
    assert all(torch.equal(branch(warm)[name], p) for name, p in branch(fresh).items())
    warm.train_step()


def test_the_last_checkpoint_will_do_as_well_as_the_best(data, tmp_path):
    first = trainer(tiny(data, tmp_path))
    first.train_step()
    first.save(tmp_path / "last.pt")
    second = trainer(tiny(data, tmp_path, seed=1, start=str(tmp_path / "last.pt")))
    assert torch.allclose(
        answers(second.student, second), answers(first.teacher, second), atol=1e-5
    )


def test_a_branch_that_only_the_checkpoint_has_is_left_behind(data, tmp_path):
    first = trainer(tiny(data, tmp_path, **ARMS["A8"]))
    first.save(tmp_path / "last.pt")
    plain = trainer(tiny(data, tmp_path, seed=1, start=str(tmp_path / "last.pt")))
    assert not branch(plain)
    assert torch.equal(
        plain.student.encoder.state_dict()["conv1.weight"],
        first.teacher.encoder.state_dict()["conv1.weight"],
    )


@pytest.mark.parametrize(
    "change",
    [
        {"width": 16},
        {"network": "unet"},
        {"dem": "early"},
        {"dem": "mid"},
        {"rates": (1, 2)},
    ],
    ids=str,
)
def test_a_checkpoint_of_another_network_is_refused(data, checkpoint, tmp_path, change):
    with pytest.raises(
        MrifeError, match="best.pt is of another network: .* does not fit"
    ):
        trainer(tiny(data, tmp_path, start=checkpoint, **change))


@pytest.mark.parametrize("name", ["gone.pt", "gone.onnx"])
def test_a_missing_file_is_named(data, tmp_path, name):
    with pytest.raises(MrifeError, match=f"no file .*{name}"):
        trainer(tiny(data, tmp_path, start=str(tmp_path / name)))


# --- an exported file -------------------------------------------------------------------
# -----------------------------


def test_a_run_from_an_exported_file_answers_as_it_does(data, tmp_path):
    model, path = shipped(tiny(data, tmp_path), tmp_path)
    run = trainer(tiny(data, tmp_path, start=path, batch=16, dropout=0.0))
    expected = answers(model, run)
    assert expected.std() > 0.1
    assert (answers(run.student, run) - expected).abs().max() < 1e-3
    assert torch.equal(run.student.mean, model.mean) and torch.equal(
        run.student.std, model.std
    )


@pytest.mark.parametrize("network", ["mrife", "unet"])
def test_elevation_that_joins_a_file_without_changes_no_answer(data, tmp_path, network):
    model, path = shipped(tiny(data, tmp_path, network=network), tmp_path)
    change = {"network": network, "dem": "early"}
    run = trainer(tiny(data, tmp_path, start=path, **change))
    weights = terrain_weights(run.student.state_dict(), run.settings)
    assert weights.shape[1] == CHANNELS and not weights.any()
    image = torch.rand(4, 3, 32, 32) * 255
    heights = torch.rand(4, 1, 32, 32) * 300
    with torch.no_grad():
        answer = run.student.eval()(torch.cat([image, heights], 1))
        expected = model(image)
    assert expected.std() > 0.1
    assert torch.allclose(answer, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("branch", [{}, MRIFE_LOSSES])
def test_elevation_may_be_learned_faster_than_the_rest(data, tmp_path, branch):
    _, path = shipped(tiny(data, tmp_path), tmp_path)
    moved = []
    for rate in (1.0, 8.0):
        change = {"dem": "early", "dem_lr": rate, "weight_decay": 0.0, **branch}
        run = trainer(tiny(data, tmp_path, start=path, dem_dropout=0.0, **change))
        for chip in run.sampler.chips:  # their ground has no heights of its own
            chip.pixels[-2] = chip.pixels[0] / 10
        before = run.student.encoder.conv1.weight.detach().clone()
        run.train_step()
        step = (run.student.encoder.conv1.weight.detach() - before).abs()
        moved.append((step[:, :3].max().item(), step[:, 3:].max().item()))
    assert moved[0][0] == moved[1][0] and moved[0][1] > 0
    assert moved[1][1] == pytest.approx(8 * moved[0][1], rel=1e-3)


def test_it_learns_on_without_a_jump(data, tmp_path):
    """By the statistics of a batch the answers are close to those by running ones: the
    norms were unfolded with what they really see, and the original's weights would do
    no better.
    """
    model, path = shipped(tiny(data, tmp_path), tmp_path)
    run = trainer(tiny(data, tmp_path, start=path, batch=16, dropout=0.0))
    expected, batch = answers(run.student, run), run.sampler.draw(77).weak

    @torch.no_grad()
    def gap(network: nn.Module) -> float:
        return (
            ((network.train()(batch) - expected).square().mean() / expected.var())
            .sqrt()
            .item()
        )

    assert gap(run.student) < 0.3 < gap(model)
    assert all(m.training for m in run.student.modules())
    run.train_step()


@pytest.mark.parametrize("arm", ["A4", "A8", "C"])
def test_a_branch_beside_an_exported_path_starts_fresh(data, tmp_path, arm):
    model, path = shipped(tiny(data, tmp_path), tmp_path)
    fresh, warm = (
        trainer(tiny(data, tmp_path, **ARMS[arm], start=start)) for start in ("", path)
    )
    assert (answers(warm.student, warm) - answers(model, warm)).abs().max() < 1e-3
    assert all(torch.equal(branch(warm)[name], p) for name, p in branch(fresh).items())


@pytest.mark.parametrize(
    "change",
    [{"network": "unet"}, ARMS["deeplab"], {"dem": "early"}, {"dem": "mid"}],
    ids=str,
)
def test_every_kind_of_network_can_start_from_its_file(data, tmp_path, change):
    settings = tiny(data, tmp_path, **change)
    bands = ("red", "green", "blue", "elevation")[: settings.planes]
    model = lived(settings)
    if settings.dem == "mid":
        nn.init.normal_(model.terrain.gate)
    export_onnx(model, tmp_path / "m.onnx", Contract(bands=bands, window=32))
    run = trainer(tiny(data, tmp_path, start=str(tmp_path / "m.onnx"), **change))
    assert (answers(run.student, run) - answers(model, run)).abs().max() < 1e-3


def test_an_exported_file_with_an_exchange_is_refused(data, tmp_path):
    """Its branch is folded into the graph and cannot be taken apart."""
    _, path = shipped(tiny(data, tmp_path, **ARMS["A8"]), tmp_path)
    for arm in ("A0", "A8"):
        with pytest.raises(MrifeError, match="m.onnx is of another network"):
            trainer(tiny(data, tmp_path, start=path, **ARMS[arm]))


@pytest.mark.parametrize(
    "change", [{"width": 16}, {"network": "unet"}, {"dem": "mid"}], ids=str
)
def test_an_exported_file_of_another_network_is_refused(data, tmp_path, change):
    _, path = shipped(tiny(data, tmp_path), tmp_path)
    with pytest.raises(MrifeError, match="m.onnx is of another network"):
        trainer(tiny(data, tmp_path, start=path, **change))
