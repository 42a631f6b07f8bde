# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of weights, as PyTorch keeps them."""

from __future__ import annotations

import io
from pathlib import Path

import torch

from ..errors import MrifeError
from ..geo.whole_files import whole_or_nothing
from ..geo.write_failure import write_failure

# what torch.load raises of a file that is cut short, or none of its own
NO_WEIGHTS = (
    torch.serialization.pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
)
WEIGHTS = {"model", "teacher"}  # of a best.pt, of a last.pt


def write_weights(state: dict, path: str | Path) -> None:
    """A kill while writing leaves the older file whole. Raises MrifeError where it cannot
    be written.

    PyTorch's own writer of files has no reason to give on a full disk, only a position
    that it did not expect: it writes to memory.
    """
    memory = io.BytesIO()
    torch.save(state, memory)
    try:
        with whole_or_nothing(path) as part:
            Path(part).write_bytes(memory.getbuffer())
    except OSError as error:
        raise write_failure(path, error) from error


def read_weights(path: str | Path, device: str | torch.device = "cpu") -> dict:
    """What a file of weights holds, by name. Raises MrifeError where it is none, OSError."""
    try:
        stored = torch.load(path, weights_only=True, map_location=device)
    except NO_WEIGHTS:
        stored = None
    if not isinstance(stored, dict):
        raise MrifeError(
            "'{}' is no file of PyTorch's weights, or is cut short; choose another, or "
            "remove it where a stopped run left it.",
            path,
        )
    return stored


def read_checkpoint(
    path: str | Path, device: str | torch.device = "cpu", with_settings: bool = True
) -> dict:
    """What a run kept in its best.pt or last.pt, `with_settings` or perhaps without. Raises
    MrifeError where a file is neither, OSError.
    """
    stored = read_weights(path, device)
    settings = stored.get("settings")
    is_ours = isinstance(settings, dict) and "network" in settings  # as many call theirs
    lacks_settings = with_settings and not is_ours
    if lacks_settings or not WEIGHTS & stored.keys():
        raise MrifeError(
            "'{}' holds no run of this training; name the best.pt or the last.pt of one.",
            path,
        )
    return stored
