# SPDX-License-Identifier: GPL-2.0-or-later
"""One network from several that went on from the same weights: the mean of their weights
(arXiv 2203.05482).

It costs nothing when it runs, and is steadier than any one of them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from ..errors import MrifeError

SAME = (
    "start",
    "network",
    "channels",
    "encoder",
    "width",
    "output_stride",
    "rates",
    "pixel_size",
    "interact",
    "dem",
)


def average(paths: list[str], out: str) -> dict:
    """Write the mean of the checkpoints `paths` (best.pt of runs of any seed and arm) as
    `out`, with the settings and the parts of the first.

    Raises MrifeError where one is missing, where their networks differ, or where they did
    not start from one and the same file: the mean of strangers is noise.
    """
    lost = [path for path in paths if not Path(path).exists()]
    if lost or len(paths) < 2:
        raise MrifeError(
            "Name two or more checkpoints; {} will not do.", ", ".join(lost) or "one"
        )
    states = [torch.load(path, weights_only=True, map_location="cpu") for path in paths]
    first = states[0]["settings"]
    models = [state["model"] for state in states]
    for path, state in zip(paths, states):
        other = [name for name in SAME if state["settings"].get(name) != first[name]]
        other += [name for name in models[0] if name not in state["model"]][:1]
        if other or not first["start"]:
            raise MrifeError(
                "{} cannot be averaged with {}: they must be one network that went on "
                "from the same file (see {}).",
                path,
                paths[0],
                ", ".join(other) or "start",
            )
    mean = {
        name: torch.stack([m[name].double() for m in models]).mean(0).to(value.dtype)
        for name, value in models[0].items()
    }
    torch.save(
        states[0] | {"model": mean, "seconds": sum(state["seconds"] for state in states)},
        out,
    )
    return {"file": out, "of": paths}


def main(argv: list[str] | None = None) -> None:
    """`python -m models average --out mean.pt RUN-0/best.pt RUN-1/best.pt …`"""
    parser = argparse.ArgumentParser(prog="average", description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("paths", nargs="+")
    print(json.dumps(average(**vars(parser.parse_args(argv)))))
