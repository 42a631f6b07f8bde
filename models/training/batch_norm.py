# SPDX-License-Identifier: GPL-2.0-or-later
"""A mode of batch norm for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def bn_frozen(model: nn.Module) -> Iterator[None]:
    """Batch norm that learns uses the batch at hand and remembers nothing of it."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, before):
            norm.momentum = momentum
