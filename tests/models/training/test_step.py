# SPDX-License-Identifier: GPL-2.0-or-later
"""One step: which view leaves a trace in batch norm, who is shown what, and what is
aimed at.
"""

from __future__ import annotations

import copy
import dataclasses
import math

import pytest
from bijie import SLIM, tiny

torch = pytest.importorskip("torch")

from torch import nn
from torch.nn import functional as F

from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training import losses
from models.training import step as steps
from models.training.batch_norm import bn_frozen
from models.training.lite import has_packaged_weights
from models.training.masking import random_mask
from models.training.network import Mrife
from models.training.settings import Settings
from models.training.step import (
    full_step,
    prototype_term,
    segment_step,
)
from models.training.train import trainer
from models.training.trainer import Trainer
from models.training.views import teach

torch.set_num_threads(1)  # the cores have other work

LITE = {"encoder": "lite0", "pretrained": "package", "output_stride": 16}
needs_weights = pytest.mark.skipif(
    not has_packaged_weights("lite0"), reason="ImageNet weights are not installed"
)

NOW = {
    "ramp": (-1.0, 0.0),
    "dropout": 0.0,
}  # the branch fully on from the first step, and nothing by chance


@pytest.fixture
def begin(data, tmp_path):
    return lambda arm="A8", **changes: trainer(
        tiny(data, tmp_path, **{**ARMS[arm], **NOW, **changes})
    )


def norms(model: nn.Module, beside: tuple[str, ...] = ()) -> dict[str, torch.Tensor]:
    """Copies of the running statistics, but for those of the parts named."""
    return {
        name: value.clone()
        for name, value in model.named_buffers()
        if "running" in name and name.split(".")[0] not in beside
    }


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def full(run: Trainer, w: float = 1.0) -> steps.StepResult:
    torch.manual_seed(5)
    return full_step(
        run.student, run.teacher, run.sampler.draw(0), run.settings, run.queue, w
    )


# --- batch norm -------------------------------------------------------------------------
# -----------------------------


def test_still_uses_the_batch_and_remembers_nothing_of_it():
    model, x = (
        nn.Sequential(nn.BatchNorm2d(3, momentum=0.3), nn.BatchNorm2d(3, momentum=None)),
        torch.randn(4, 3, 8, 8),
    )
    before, answer = norms(model), copy.deepcopy(model)(x + 5)
    with bn_frozen(model):
        assert torch.equal(model(x + 5), answer)
    assert same(norms(model), before) and [m.momentum for m in model] == [0.3, None]
    with pytest.raises(ZeroDivisionError), bn_frozen(model):
        raise ZeroDivisionError
    assert [m.momentum for m in model] == [0.3, None]


BESIDE = ("project", "recover")  # they run on the masked view alone


@pytest.mark.parametrize(
    "changes",
    [{}, {"teacher": "stopgrad"}, {"revisit": 1}, {"policy": "feature"}],
    ids=str,
)
def test_clean_statistics_are_those_of_the_clean_view(begin, changes):
    run = begin(**changes)
    alone = copy.deepcopy(run.student)
    alone.features(
        alone.normalise(
            run.sampler.draw(0).strong.contiguous(memory_format=torch.channels_last)
        )
    )
    assert not same(norms(alone), norms(run.student))
    full(run)
    assert same(norms(alone, BESIDE), norms(run.student, BESIDE))


def test_mixed_statistics_are_those_of_both_views(begin):
    clean, mixed = begin(), begin(statistics="mixed")
    a, b = full(clean), full(mixed)
    assert not torch.equal(
        clean.student.encoder.bn1.running_mean, mixed.student.encoder.bn1.running_mean
    )
    assert a.terms.keys() == b.terms.keys() and a.probability.shape == b.probability.shape


@pytest.mark.parametrize("arm", ["A1", "A2"])
def test_the_baseline_s_second_view_leaves_no_trace_either(begin, arm):
    once, twice = begin("A0"), begin(arm)
    for run in (once, twice):
        segment_step(run.student, run.sampler.draw(0), run.settings)
    assert same(norms(once.student), norms(twice.student))


@pytest.mark.parametrize(
    "changes", [{}, {"teacher": "stopgrad"}, {"ramp": (1.0, 1.0)}], ids=str
)
def test_the_teacher_has_the_statistics_of_the_student(begin, changes):
    run = begin(**changes)
    begun = norms(run.teacher)
    run.train_step()
    assert same(norms(run.student), norms(run.teacher))
    assert not same(begun, norms(run.teacher))


def test_the_teacher_uses_what_the_student_uses(begin):
    """The batch at hand where the student's batch norm learns, else its statistics."""
    crops = 5 + torch.randn(4, 3, 32, 32)
    answers = {}
    for frozen in (False, True):
        run = begin(frozen_norms=frozen)
        both = torch.cat([crops, 9 * crops])
        alone, together = (
            teach(run.student, run.teacher, some, run.settings).features.logits[:4]
            for some in (crops, both)
        )
        answers[frozen] = torch.allclose(alone, together, atol=1e-4)
        assert same(norms(run.teacher), norms(run.student))
    assert answers == {False: False, True: True}


# --- the second view of the baseline ----------------------------------------------------
# -----------------------------


@pytest.mark.parametrize("arm", ["A1", "A2"])
def test_no_mask_of_the_baseline_is_drawn_from_labels(begin, arm, monkeypatch):
    def peek(*_):
        raise AssertionError("the label was looked at")

    monkeypatch.setattr(steps, "draw_mask", peek)
    assert math.isfinite(begin(arm).train_step()["seg"])
    settings, masks = Settings(p_empty=0.3, batch=8), []
    for label in (torch.zeros(64, 1, 96, 96), torch.rand(64, 1, 96, 96).round()):
        torch.manual_seed(0)
        masks.append(random_mask(label, settings))
    assert (
        torch.equal(*masks)
        and masks[0].shape == (64, 6, 6)
        and 0.25 < masks[0].float().mean() < 0.35
    )


def test_a_second_view_counts_as_much_as_the_first(begin):
    """Two equal views leave the loss as it is; a masked one does not, and reaches the
    gradient.
    """

    def loss(arm: str, colour: float = 0.0) -> float:
        run = begin(arm, colour=colour, sensors=0.0, revisit=1)
        torch.manual_seed(0)
        return (
            segment_step(run.student, run.sampler.draw(0), run.settings)
            .terms["seg"]
            .item()
        )

    assert loss("A1") == pytest.approx(loss("A0"), abs=1e-5)
    assert (
        abs(loss("A2") - loss("A0")) > 1e-5
        and abs(loss("A1", 1.0) - loss("A0", 1.0)) > 1e-6
    )


# --- the teacher ------------------------------------------------------------------------
# -----------------------------


@needs_weights
def test_what_imagenet_saw_in_hidden_cells_is_recovered_beside_the_teacher_s(begin):
    run = begin("A4-imagenet", **LITE)
    before = {name: value.clone() for name, value in run.imagenet.state_dict().items()}
    outcome = full_step(
        run.student,
        run.teacher,
        run.sampler.draw(0),
        run.settings,
        None,
        0.5,
        run.imagenet,
    )
    assert outcome.terms.keys() == {"seg", "rec", "imagenet"}
    outcome.terms["imagenet"].backward()
    moved = [n for n, p in run.student.named_parameters() if p.grad is not None]
    assert {name.split(".")[0] for name in moved} == {
        "encoder",
        "neck",
        "recall",
        "token",
    }
    assert all(p.grad is None for p in run.imagenet.parameters())
    for _ in range(2):
        run.train_step()
    assert same(before, run.imagenet.state_dict())


@needs_weights
def test_imagenet_s_features_are_those_of_the_clean_view(begin):
    """What the student begins with sees the same: recovered by itself, nothing is lost."""
    run = begin("A4-imagenet", **LITE)
    image = run.sampler.draw(0).weak
    answer = teach(run.student, run.teacher, image, run.settings, run.imagenet)
    clean = run.student.normalise(image)
    deep = copy.deepcopy(run.student.encoder).eval()(clean)[1]
    assert torch.allclose(answer.imagenet, deep, atol=1e-4)
    hidden = torch.ones(len(deep), *deep.shape[2:], dtype=torch.bool)
    assert losses.recovery(deep, answer.imagenet, hidden) < 1e-4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lambda_imagenet": 1.0}, "switch recover on"),
        ({"regions": True}, "switch contrast on"),
    ],
    ids=str,
)
def test_what_has_nothing_to_stand_on_is_refused(changes, words):
    with pytest.raises(MrifeError, match=words):
        Settings(**changes)


def test_imagenet_s_features_need_imagenet_s_weights(begin):
    with pytest.raises(MrifeError, match="begins from nothing"):
        begin("A4-imagenet")


def test_no_gradient_reaches_the_teacher(begin):
    run = begin()
    run.teacher.requires_grad_(True)
    sum(full(run).terms.values()).backward()
    assert all(p.grad is None for p in run.teacher.parameters())
    assert all(p.grad is not None for p in run.student.parameters())


def test_stopgrad_asks_the_student_itself(begin):
    run = begin("A7-stopgrad")
    for weights in run.teacher.parameters():
        weights.data.fill_(float("nan"))
    terms = full(run).terms
    assert {"seg", "rec", "con", "sd"} == terms.keys() and terms["rec"] > 0
    assert all(term.isfinite() for term in terms.values())
    assert (
        begin("A7", teacher="ema").forward(run.sampler.draw(0)).terms.keys()
        == terms.keys()
    )


# --- stage 0 ----------------------------------------------------------------------------
# -----------------------------


def test_stage_0_learns_from_images_alone_from_the_first_step(begin):
    run = begin("A4", policy="random", lambda_seg=0.0, ramp=(0.0, 0.0))
    batch = run.sampler.draw(0)
    seen = []
    for label in (batch.label, 1 - batch.label):
        torch.manual_seed(2)
        terms = run.forward(dataclasses.replace(batch, label=label)).terms
        assert terms.keys() == {"rec"}
        seen.append(terms["rec"].item())
    assert seen[0] == pytest.approx(seen[1], abs=1e-6) and seen[0] > 0
    head = run.student.decoder.head.weight.detach().clone()
    assert run.train_step().keys() >= {"rec"} and torch.allclose(
        head, run.student.decoder.head.weight, rtol=0.01
    )


@pytest.mark.parametrize("arm", ["A0", "A1"])
def test_segmentation_weighs_the_same_before_the_branch_has_begun(begin, arm):
    terms = []
    for weight in (1.0, 0.5):
        run = begin(arm, lambda_seg=weight, dropout=0.0)
        torch.manual_seed(0)
        terms.append(segment_step(run.student, run.sampler.draw(0), run.settings).terms)
    assert terms[0]["seg"].item() == pytest.approx(2 * terms[1]["seg"].item())


@pytest.mark.parametrize(
    "change",
    [
        {"recover": "off", "distill": "logit"},
        {"policy": "edge"},
        {"contrast": "both"},
        {"ramp": (0.0, 0.1)},
    ],
    ids=str,
)
def test_stage_0_is_refused_where_it_would_need_labels(begin, change):
    with pytest.raises(
        MrifeError, match="recover cosine, policy random, contrast off and"
    ):
        begin(
            "A4", **{"policy": "random", "lambda_seg": 0.0, "ramp": (0.0, 0.0), **change}
        )


# --- parts ------------------------------------------------------------------------------
# -----------------------------


class Perfect(nn.Module):
    def __init__(self, answer: torch.Tensor) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, _: torch.Tensor) -> torch.Tensor:
        return self.answer


def test_pixel_recovery_aims_at_the_pixels_of_the_cells(begin):
    run = begin("A4", recover="pixel")
    assert 0 < full(run).terms["rec"] < math.inf
    clean = run.student.normalise(run.sampler.draw(0).strong)[::2]
    run.student.recover = Perfect(F.pixel_unshuffle(clean, 8))
    assert full(run).terms["rec"] == 0
    run.student.recover = Perfect(F.pixel_unshuffle(clean, 8) + 2)
    assert full(run, w=0.5).terms["rec"] == pytest.approx(
        1.0, abs=1e-5
    )  # 2 apart, at half weight


def test_smooth_recovery_is_smooth_l1_of_normed_cells(begin):
    assert 0 < full(begin("A4", recover="smooth")).terms["rec"] < math.inf
    target, hidden = torch.randn(2, 16, 4, 4), torch.ones(2, 4, 4, dtype=torch.bool)
    assert losses.recovery(3 * target + 1, target, hidden, "smooth") < 1e-4
    cells = losses.cells(target)
    normed = F.layer_norm(cells, cells.shape[1:])
    right = F.smooth_l1_loss(-normed, normed).item()
    opposite = losses.recovery(-target, target, hidden, "smooth")
    assert opposite == pytest.approx(right, rel=1e-4)


def test_the_centre_of_the_prototypes_undoes_a_collapse():
    """Cells that are all alike choose one prototype; the centre follows the teacher
    until they choose none.
    """
    torch.manual_seed(0)
    model, cell = (
        Mrife(Settings(**SLIM, recover="cosine", distill="proto", prototypes=32)),
        torch.randn(1, 128, 1, 1),
    )
    alike, hidden = cell.expand(2, 128, 4, 4), torch.ones(2, 4, 4, dtype=torch.bool)
    entropy = [
        prototype_term(model, model, alike, alike, hidden)[1].item() for _ in range(60)
    ]
    assert entropy[0] < 2.5 and entropy[-1] == pytest.approx(math.log(32), abs=0.01)


def test_prototypes_do_not_collapse(begin):
    run = begin("C", prototypes=32)
    watched = [run.train_step() for _ in range(8)]
    assert all(1 < figures["entropy"] <= math.log(32) + 1e-4 for figures in watched)
    assert run.student.prototypes.centre.abs().sum() > 0
    assert torch.equal(run.student.prototypes.centre, run.teacher.prototypes.centre)


@pytest.mark.parametrize("turn, order", [(1, "sbsbsb"), (2, "ssbbss")])
def test_the_two_paths_take_turns(begin, turn, order):
    run = begin("A7", interact="alternate", turn=turn, steps=6)
    taken = [run.train_step().keys() - {"agree", "spread"} for _ in order]
    assert taken == [
        {"s": {"seg"}, "b": {"rec", "con", "sd"}}[letter] for letter in order
    ]
