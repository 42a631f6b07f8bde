# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks and masks: classes by hand, the same budget for every policy, decoys that
hide where the label is.
"""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from models.training.chips import IGNORE
from models.training.masking import (
    BACKGROUND,
    EDGE,
    INTERIOR,
    UNKNOWN,
    Blocks,
    draw_mask,
    upsample,
    with_decoys,
)
from models.training.settings import Settings


def blobs(count: int = 64, side: int = 128) -> torch.Tensor:
    """Discs at random places, (B, 1, side, side)."""
    torch.manual_seed(1)
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    centre, radius = torch.rand(count, 2) * side, 15 + 20 * torch.rand(count)
    away = (y - centre[:, :1, None]) ** 2 + (x - centre[:, 1:, None]) ** 2
    return (away < radius[:, None, None] ** 2).float()[:, None]


def test_classes_of_a_drawn_label():
    label = torch.zeros(1, 1, 16, 64)
    label[..., 16:32] = 1  # all landslide
    label[..., 32:40] = 1  # half
    label[..., 48:60] = IGNORE  # mostly padding
    assert Blocks.of(label, 16).classes(0.02).tolist() == [
        [[BACKGROUND, INTERIOR, EDGE, UNKNOWN]]
    ]


def test_a_speck_below_the_tolerance_is_no_edge():
    label = torch.zeros(1, 1, 16, 32)
    label[0, 0, 0, :5] = 1  # 5 of 256: 1.95 %
    label[0, 0, 0, 16:22] = 1  # 6 of 256: 2.3 %
    assert Blocks.of(label, 16).classes(0.02).tolist() == [[[BACKGROUND, EDGE]]]


def test_padding_does_not_dilute_a_class():
    label = torch.ones(1, 1, 16, 16)
    label[..., 12:] = IGNORE
    assert Blocks.of(label, 16).classes(0.02).item() == INTERIOR


@pytest.mark.parametrize("policy", ["random", "interior"])
def test_every_policy_hides_as_much_as_edge_does(policy):
    label = blobs()
    budget = []
    for name in ("edge", policy):
        torch.manual_seed(5)
        budget.append(draw_mask(Blocks.of(label, 16), Settings(policy=name)).sum((1, 2)))
    assert torch.equal(*budget)
    assert budget[0].sum() > 0


def test_policies_hide_what_they_say():
    label = blobs()
    classes = Blocks.of(label, 16).classes(0.02)

    def share(policy: str, kind: int) -> float:
        torch.manual_seed(5)
        mask = draw_mask(Blocks.of(label, 16), Settings(policy=policy, decoy=False))
        return (classes[mask] == kind).float().mean().item()

    assert share("edge", EDGE) > 1.5 * share("random", EDGE)
    assert share("interior", INTERIOR) > 1.5 * share("random", INTERIOR)
    assert not draw_mask(Blocks.of(label, 16), Settings(policy="none")).any()


def test_decoys_make_a_hidden_block_say_less():
    label = blobs(256)
    edge = Blocks.of(label, 16).classes(0.02) == EDGE
    torch.manual_seed(2)
    mask = draw_mask(Blocks.of(label, 16), Settings(decoy=False))
    decoyed = with_decoys(mask)
    prior = edge.float().mean()
    assert prior < edge[decoyed].float().mean() < edge[mask].float().mean() - 0.05
    assert (decoyed | ~mask).all()  # nothing hidden becomes visible


def test_enlarge_covers_whole_units():
    mask = torch.tensor([[[True, False]]])
    assert upsample(mask, 3).shape == (1, 1, 3, 6)
    assert upsample(mask, 3)[..., :3].all() and not upsample(mask, 3)[..., 3:].any()
