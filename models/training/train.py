# SPDX-License-Identifier: GPL-2.0-or-later
"""The training loop: `train(settings)` yields one report an epoch; the caller shows,
stops, or exports.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

import torch

from ..errors import MrifeError
from ..geo.locks import only_run_in
from .datasets import load_chips, load_windows
from .loop import Epoch, epochs
from .settings import Settings
from .trainer import Trainer


def train(settings: Settings) -> Iterator[Epoch]:
    """Train on the data folder, one `Epoch` at a time, as `epochs` does. Raises
    MrifeError where data are missing, or where another run is in the same folder.
    """
    torch.set_num_threads(settings.threads)
    run = trainer(settings)
    windows = load_windows(settings, "val")
    if not windows:
        raise MrifeError(
            "None of {} has ground to choose on; name a source that has, beside them or "
            "as a judge (judges bijie).",
            ", ".join(settings.judges or settings.sources),
        )
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    with only_run_in(out):
        yield from epochs(run, windows)


def trainer(settings: Settings) -> Trainer:
    """A run on the training images of the data folder."""
    return Trainer(settings, load_chips(settings, "train"))


def main(argv: list[str] | None = None) -> None:
    """`python -m models train --data DIR --out DIR [--export FILE] [--any-setting
    VALUE]`: one JSON line an epoch.
    """
    parser = argparse.ArgumentParser(prog="train", description=__doc__)
    for field in fields(Settings):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=as_type(field.default),
            default=field.default,
        )
    parser.add_argument(
        "--export",
        metavar="FILE",
        help="write the best epoch as an ONNX model at the end",
    )
    options = vars(parser.parse_args(argv))
    path = options.pop("export")
    settings = Settings(**options)
    for epoch in train(settings):
        print(json.dumps(asdict(epoch)), flush=True)
    if path:
        from .export import ship  # onnx and onnxruntime only where a file is wanted

        print(json.dumps(ship(Path(settings.out) / "best.pt", settings.data, path)))


def as_type(default: object) -> Callable[[str], object]:
    """What a text of the command line becomes, by the setting's default."""
    if isinstance(default, bool):
        return lambda text: text.lower() in ("1", "true", "yes", "on")
    if isinstance(default, tuple):
        return lambda text: tuple(
            number_or_name(part) for part in text.split(",") if part
        )
    return type(default)


def number_or_name(text: str) -> int | float | str:
    digits = text.lstrip("-")
    if digits.isdigit():
        return int(text)
    if digits.replace(".", "", 1).isdigit():
        return float(text)
    return text
