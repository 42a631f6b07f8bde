# SPDX-License-Identifier: GPL-2.0-or-later
"""The network for images inside one that takes elevation, too: what that one says where no
elevation is shown, at the cost of one that never saw any.

Without elevation all terrain planes are 0, so that their weights in the first layer may
go.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from ..errors import MrifeError
from .baselines import build
from .checkpoint import write_weights
from .model_file import load
from .settings import NOTHING


def image_alone(checkpoint: str | Path, path: str | Path) -> dict:
    """Write the checkpoint of the network for images to `path`. Raises MrifeError where
    the terrain planes are not in the first layer beside an image.
    """
    _, settings, state = load(checkpoint)
    if settings.dem != "early" or not settings.channels:
        raise MrifeError(
            "The network of '{}' does not see elevation beside an image in its first "
            "layer; choose a run with dem early.",
            checkpoint,
        )
    alone = replace(settings, dem="off", image_dropout=0.0)
    shapes = build(replace(alone, pretrained=NOTHING)).state_dict()
    weights = {}
    for name, value in state["model"].items():
        # of the first layer, and of what a loss of the branch has of as many planes
        if value.shape != shapes[name].shape:
            value = value[:, : settings.channels].clone()
        weights[name] = value
    write_weights(state | {"settings": asdict(alone), "model": weights}, path)
    return {"file": str(path), "of": str(checkpoint)}


def main(argv: list[str] | None = None) -> None:
    """`python -m models image-alone --checkpoint RUN/best.pt --path RUN/image.pt`"""
    parser = argparse.ArgumentParser(prog="image-alone", description=__doc__)
    for name in ("checkpoint", "path"):
        parser.add_argument(f"--{name}", required=True)
    print(json.dumps(image_alone(**vars(parser.parse_args(argv)))))
