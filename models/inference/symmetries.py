# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows looked at in several flips and rotations: what the answers have in common, and
how far they differ.

A network that has seen the ground from all sides should answer the same whichever side is
up; where it does not, it is unsure (test-time augmentation; Wang and others 2019,
10.1016/j.neucom.2019.01.103).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .batches import Batch, RowPart


class Symmetry(NamedTuple):
    """How a square window is laid before the network."""

    quarters: int  # turns of 90 degrees against the clock
    mirrored: bool  # left to right, before it is turned

    def of(self, pixels: np.ndarray) -> np.ndarray:
        """A view of pixels (..., side, side), laid so."""
        if self.mirrored:
            pixels = pixels[..., ::-1]
        return np.rot90(pixels, self.quarters, (-2, -1))

    def undone(self, answer: np.ndarray) -> np.ndarray:
        """A view of an answer (..., side, side) to what was laid so, as the ground lies."""
        answer = np.rot90(answer, -self.quarters, (-2, -1))
        if self.mirrored:
            answer = answer[..., ::-1]
        return answer


AS_IT_LIES = (Symmetry(0, False),)
ALL = tuple(Symmetry(q, mirrored) for mirrored in (False, True) for q in range(4))

# of a batch: mean probability (n, side, side) and, of several symmetries, mean square
Moments = tuple[np.ndarray, ...]


def moments(
    detector, batches: Iterable[Batch], symmetries: tuple[Symmetry, ...] = AS_IT_LIES
) -> Iterator[tuple[list[RowPart], Moments | None]]:
    """The answers to batches over some symmetries, in order; pixels of None pass.

    `detector` as in `predict`. What is yielded holds until the next one is asked for.
    """
    sums: Moments = ()
    last = len(symmetries) - 1
    for (parts, number), answer in detector.stream(_laid(batches, symmetries)):
        if answer is None:
            yield parts, None
        elif not last:
            yield parts, (answer,)
        else:
            answer = symmetries[number].undone(answer)
            if number == 0:
                sums = (np.zeros_like(answer), np.zeros_like(answer))
            sums[0][...] += answer
            sums[1][...] += answer * answer
            if number == last:
                yield parts, tuple(total / len(symmetries) for total in sums)


def _laid(
    batches: Iterable[Batch], symmetries: tuple[Symmetry, ...]
) -> Iterator[tuple[tuple[list[RowPart], int], np.ndarray | None]]:
    """Each batch in all symmetries, and which one it is."""
    for parts, pixels in batches:
        if pixels is None:
            yield (parts, 0), None
            continue
        for number, symmetry in enumerate(symmetries):
            yield (parts, number), symmetry.of(pixels)
