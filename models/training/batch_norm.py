# SPDX-License-Identifier: GPL-2.0-or-later
"""Modes of batch norm for a while: which statistics it uses, and which it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

# of the teacher's statistics: as long a memory as its weights have
TEACHER_BN_MOMENTUM = 0.01


@contextmanager
def bn_from_batch(model: nn.Module) -> Iterator[None]:
    """Batch norm uses the batch at hand and slowly averages over batches, whatever
    mode the model is in: averaged weights need statistics of their own, those of the
    student do not fit them.
    """
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = TEACHER_BN_MOMENTUM
        norm.train()
    try:
        yield
    finally:
        for norm in norms:
            norm.train(model.training)


@contextmanager
def bn_frozen(model: nn.Module) -> Iterator[None]:
    """Batch norm uses the batch at hand and remembers nothing of it."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, before):
            norm.momentum = momentum
