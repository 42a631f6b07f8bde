# SPDX-License-Identifier: GPL-2.0-or-later
"""The losses at their limits, and who may be compared with whom."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional as F

from models.training import losses
from models.training.chips import IGNORE
from models.training.contrast import (
    UNUSED,
    Queue,
    cell_labels,
    contrast_of,
    region_means,
    regions_of,
)
from models.training.masking import Blocks
from models.training.settings import Settings


def halves() -> torch.Tensor:
    """(2, 1, 64, 64): each crop's left half is landslide."""
    label = torch.zeros(2, 1, 64, 64)
    label[..., :32] = 1
    return label


def projections(label: torch.Tensor, side: int) -> torch.Tensor:
    """Unit vectors that tell the two classes perfectly apart, (B, 128, h, w)."""
    share = torch.nn.functional.avg_pool2d(label, side)
    out = torch.zeros(len(label), 128, *share.shape[2:])
    out[:, 0], out[:, 1] = share[:, 0], 1 - share[:, 0]
    return out


def test_segmentation_is_zero_when_right_and_blind_to_padding():
    label = halves()
    right = 40 * (label - 0.5)
    assert losses.segmentation(right, label) < 1e-3
    assert losses.segmentation(-right, label) > 10
    padded, wrong = label.clone(), right.clone()
    padded[..., -10:] = IGNORE
    wrong[..., -10:] = 20
    assert losses.segmentation(wrong, padded) < 1e-3


def test_a_ground_with_few_landslides_weighs_like_one_with_many():
    """Two crops: half of one is landslide, found; a hundredth of the other, missed."""
    label = torch.zeros(2, 1, 10, 10)
    label[0, :, :5] = 1
    label[1, 0, 0, 0] = 1
    logits = torch.full((2, 1, 10, 10), -20.0)
    logits[0, :, :5] = 20
    pooled = losses.segmentation(logits, label)
    apart = losses.segmentation(logits, label, torch.tensor([0, 1]))
    # by hand: cross entropy of one pixel in 200; Dice (101 / 102), or 1 and 1 / 2
    assert pooled == pytest.approx(20 / 200 + 1 - 101 / 102, abs=1e-4)
    assert apart == pytest.approx(20 / 200 + 1 - (1 + 0.5) / 2, abs=1e-4)
    together = losses.segmentation(logits, label, torch.tensor([3, 3]))
    assert together == pytest.approx(float(pooled))


def test_segmentation_without_a_known_pixel_is_finite():
    logits = torch.zeros(1, 1, 8, 8, requires_grad=True)
    loss = losses.segmentation(logits, torch.full((1, 1, 8, 8), float(IGNORE)))
    loss.backward()
    assert loss.isfinite() and logits.grad.isfinite().all()


def test_recovery_ignores_scale_and_visible_cells():
    torch.manual_seed(0)
    target, hidden = torch.randn(2, 16, 4, 4), torch.zeros(2, 4, 4, dtype=torch.bool)
    hidden[:, 0] = True
    guess = 3 * target + 1
    guess[:, :, 1:] = torch.randn(2, 16, 3, 4)
    assert losses.recovery(guess, target, hidden) < 1e-4
    assert losses.recovery(torch.randn_like(target), target, hidden) > 0.5
    assert losses.recovery(guess, target, torch.zeros_like(hidden)) == 0


def test_recovery_of_one_hidden_cell_by_hand():
    """Of two channels, 3 and 1 for 1 and 3: layer norm makes 1, -1 and -1, 1 of them."""
    guess = torch.tensor([3.0, 1.0]).view(1, 2, 1, 1)
    target = torch.tensor([1.0, 3.0]).view(1, 2, 1, 1)
    hidden = torch.ones(1, 1, 1, dtype=torch.bool)
    by_hand = {"cosine": 2.0, "smooth": 2 - 0.5, "pixel": 2.0}
    for form, loss in by_hand.items():
        found = losses.recovery(guess, target, hidden, form)
        assert found.item() == pytest.approx(loss, abs=1e-3)
    found = losses.recovery(2 * guess, target, hidden, "pixel")
    assert found.item() == pytest.approx((5 + 1) / 2)


def test_distillation_is_least_where_the_student_says_what_the_teacher_does():
    teacher = torch.tensor([-2.0, 0.0, 3.0]).view(1, 1, 1, 3)
    student = teacher.clone().requires_grad_()
    loss = losses.distillation(student, teacher)
    loss.backward()
    assert student.grad.abs().max() < 1e-6
    entropy = torch.distributions.Bernoulli(logits=teacher).entropy().mean()
    assert loss.item() == pytest.approx(entropy.item(), abs=1e-6)


def test_prototypes_by_hand():
    """A teacher who says 3/4 and 1/4 without the centre, a student who says 4/5 and 1/5;
    the second cell can be seen.
    """
    centre = torch.tensor([0.5, 0.2])
    teacher = centre + torch.tensor([[0.04 * math.log(3), 0.0], [9.0, -9.0]])
    student = torch.tensor([[0.1 * math.log(4), 0.0], [-9.0, 9.0]])
    loss = losses.prototypes(student, teacher, centre, torch.tensor([True, False]))
    by_hand = -(0.75 * math.log(0.8) + 0.25 * math.log(0.2))
    assert loss.item() == pytest.approx(by_hand, abs=1e-5)


def test_no_gradient_reaches_the_teacher():
    torch.manual_seed(0)
    student, teacher = (torch.randn(2, 128, 4, 4, requires_grad=True) for _ in range(2))
    settings, label = Settings(output_stride=16, crop=64, contrast="both"), halves()
    logits = torch.zeros(2, 1, 64, 64)
    total = (
        losses.recovery(student, teacher, torch.ones(2, 4, 4, dtype=torch.bool))
        + losses.distillation(student, teacher)
        + contrast_of(student, teacher, logits, Blocks.of(label, 16), Queue(8), settings)
    )
    total.backward()
    assert teacher.grad is None
    assert student.grad.abs().sum() > 0


def test_contrast_follows_its_equation():
    """One anchor, one positive at similarity 1, one negative at 0: log(1 + e^(-1 / t))."""
    anchor, key = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    loss = losses.contrast(
        anchor, key, torch.tensor([[True, False]]), torch.tensor([[True, True]]), 0.5
    )
    assert loss.item() == pytest.approx(math.log(1 + math.exp(-2)), abs=1e-6)


def test_contrast_is_the_mean_over_positives_and_then_over_anchors():
    """An anchor with two positives, one with two negatives, one without a positive, one
    whose negatives are not in scope.
    """
    anchor = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    key = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    same = torch.tensor([[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0]]).bool()
    allowed = torch.ones(4, 3).bool()
    allowed[3, 2] = False
    first = (math.log(1 + math.exp(0 - 1)) + math.log(1 + math.exp(0))) / 2
    second = math.log(1 + (math.exp(0) + math.exp(-1)) / math.exp(1))
    loss = losses.contrast(anchor, key, same, allowed, 1.0)
    assert loss.item() == pytest.approx((first + second) / 2, abs=1e-6)


def test_contrast_vanishes_on_separated_features_and_not_on_mixed_ones():
    label, settings = halves(), Settings(output_stride=16, crop=64, contrast="both")
    logits = torch.zeros(2, 1, 64, 64)
    apart = projections(label, 16)
    blocks = Blocks.of(label, 16)
    torch.manual_seed(0)
    assert contrast_of(apart, apart, logits, blocks, None, settings) < 0.01
    mixed = torch.ones_like(apart)
    assert contrast_of(mixed, mixed, logits, blocks, None, settings) > 2


@pytest.mark.parametrize("scope", ["intra", "inter", "both"])
def test_contrast_is_finite_with_one_class_absent(scope):
    settings, label = (
        Settings(output_stride=16, crop=64, contrast=scope),
        torch.zeros(2, 1, 64, 64),
    )
    x = torch.randn(2, 128, 4, 4, requires_grad=True)
    blocks = Blocks.of(label, 16)
    loss = contrast_of(x, x, torch.zeros(2, 1, 64, 64), blocks, None, settings)
    loss.backward()
    assert loss == 0 and x.grad.isfinite().all()


def test_scope_decides_which_crops_are_compared():
    """Crop 0 is all landslide, crop 1 all background: within a crop there is nothing
    to contrast.
    """
    label = torch.zeros(2, 1, 64, 64)
    label[0] = 1
    x, logits = torch.randn(2, 128, 4, 4), torch.zeros(2, 1, 64, 64)

    def loss(scope: str, queue: Queue | None = None) -> float:
        return contrast_of(
            x,
            x,
            logits,
            Blocks.of(label, 16),
            queue,
            Settings(output_stride=16, crop=64, contrast=scope),
        ).item()

    assert loss("intra") == 0
    assert loss("both") > 0
    assert loss("inter") == 0  # no positive in another crop ...
    queue = Queue(4)
    queue.push(
        torch.nn.functional.normalize(torch.randn(4, 128), dim=1),
        torch.tensor([0, 0, 1, 1]),
    )
    assert loss("inter", queue) > 0  # ... but in the queue


def test_regions_are_the_mean_directions_of_a_crop_s_landslides_and_background():
    """Two crops of three cells: background and landslides; landslides and an unused
    cell.
    """
    vectors = torch.tensor(
        [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [0.6, 0.8], [1.0, 0.0]]
    )
    labels = torch.tensor([0, 0, 1, 1, 1, UNUSED])
    crop = torch.tensor([0, 0, 0, 1, 1, 1])
    means = region_means(vectors, labels, crop)
    half = math.sqrt(0.5)
    first = torch.tensor([[half, half], [-1.0, 0.0]])
    last = F.normalize(torch.tensor([[0.6, -0.2]]), dim=1)
    assert torch.allclose(means, torch.cat([first, last]), atol=1e-6)
    where, which = regions_of(labels, crop)
    assert where.tolist() == [0, 0, 1] and which.tolist() == [0, 1, 1]


def test_contrast_of_regions_counts_a_crop_once_however_many_its_cells():
    """Of crop 1 one cell in sixteen is landslide: it is worth what crop 0's eight are."""
    label = halves()
    label[1] = 0
    label[1, :, :16, :16] = 1
    settings = Settings(
        output_stride=16, crop=64, contrast="inter", regions=True, temperature=1.0
    )
    axes = torch.eye(128)
    x = torch.zeros(2, 128, 4, 4)
    shares = F.avg_pool2d(label, 16)[:, 0]
    x[:, 0] = (shares < 0.5).float()
    x[:, 1] = (shares >= 0.5).float()
    logits = torch.zeros(2, 1, 64, 64)
    queue = Queue(8)
    loss = contrast_of(x, x, logits, Blocks.of(label, 16), queue, settings)
    # each region: one positive at similarity 1, one negative at 0
    assert loss.item() == pytest.approx(math.log(1 + math.exp(-1)), abs=1e-5)
    keys, kept = queue.pull()
    assert torch.allclose(keys, axes[kept]) and kept.tolist() == [0, 0, 1, 1]


def test_contrast_of_regions_is_finite_where_no_cell_is_known():
    settings = Settings(output_stride=16, crop=64, contrast="both", regions=True)
    x = torch.randn(2, 128, 4, 4, requires_grad=True)
    blocks = Blocks.of(torch.full((2, 1, 64, 64), float(IGNORE)), 16)
    loss = contrast_of(x, x, torch.zeros(2, 1, 64, 64), blocks, Queue(8), settings)
    loss.backward()
    assert loss == 0 and x.grad.isfinite().all()


def test_queue_forgets_the_oldest():
    queue = Queue(2, width=1)
    for value in (1.0, 2.0, 3.0):
        queue.push(torch.tensor([[value], [-value]]), torch.tensor([1, 0]))
    key, label = queue.pull()
    assert key[label == 1].flatten().tolist() == [3, 2]
    assert key[label == 0].flatten().tolist() == [-3, -2]


def test_cells_between_the_classes_and_under_padding_are_unused():
    label = torch.zeros(1, 1, 16, 64)
    label[..., 16:24] = 1  # half: landslide
    label[..., 32:36] = 1  # a quarter: neither
    label[..., 48:] = IGNORE
    assert cell_labels(Blocks.of(label, 16), 0.02).tolist() == [0, 1, UNUSED, UNUSED]


def test_guidance_is_least_where_the_guides_agree_and_blind_to_padding():
    guided = torch.tensor([0.1, 0.5, 0.9, 0.2]).view(1, 1, 2, 2)
    label = torch.tensor([0.0, 1.0, 1.0, IGNORE]).view(1, 1, 2, 2)
    logits = guided.logit().requires_grad_()
    least = losses.guidance(logits, guided, label)
    least.backward()
    assert logits.grad.abs().max() < 1e-6
    moved = logits.detach().clone()
    moved[0, 0, 1, 1] = 30
    assert losses.guidance(moved, guided, label) == least
    moved[0, 0, 0, 0] = 0
    assert losses.guidance(moved, guided, label) > least
