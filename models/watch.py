# SPDX-License-Identifier: GPL-2.0-or-later
"""Long loops that somebody watches: who asks for the work may show how far it is, and end
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

# takes what a loop goes over, and gives the same; may raise models.errors.Cancelled
Watch = Callable[[Sequence], Iterable]


def unwatched(items: Sequence) -> Iterable:
    """Nobody looks."""
    return items
