# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground that has no counties comes in blocks, of which a fold leaves out one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from .settings import BLOCKS, Settings

Part = TypeVar("Part")  # rows or columns of a grid, or numbers of scenes


def parts(
    settings: Settings, split: str, usual: dict[str, Part], blocks: Sequence[Part]
) -> list[Part]:
    """What a split holds: its part of `usual` or, where the settings leave a block out,
    that block (val) or the others (train), one of `blocks` for each of BLOCKS.
    """
    if settings.fold not in BLOCKS or split == "test":
        return [usual[split]]
    number = BLOCKS.index(settings.fold)
    if split == "val":
        return [blocks[number]]
    return [*blocks[:number], *blocks[number + 1 :]]
