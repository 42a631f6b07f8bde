# SPDX-License-Identifier: GPL-2.0-or-later
"""One network from several that went on from the same weights: the mean of their weights (arXiv 2203.05482).

It costs nothing when it runs, and is steadier than any one of them.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from ..errors import MrifeError

FREE = {"seed", "out", "threads", "device", "data"}     # what the runs may differ in


def average(paths: list[str], out: str) -> dict:
    """Write the mean of the checkpoints `paths` (best.pt of runs that differ in their seed only) as `out`.

    Raises MrifeError where one is missing, where they are of different settings, or where they did not start from one
    and the same file: the mean of strangers is noise.
    """
    lost = [path for path in paths if not Path(path).exists()]
    if lost or len(paths) < 2:
        raise MrifeError(f"Name two or more checkpoints; {', '.join(lost) or 'one'} will not do.")
    states = [torch.load(path, weights_only=True, map_location="cpu") for path in paths]
    first = states[0]["settings"]
    for path, state in zip(paths, states):
        other = [name for name in first if name not in FREE and state["settings"].get(name) != first[name]]
        if other or not first["start"]:
            raise MrifeError(f"{path} cannot be averaged with {paths[0]}: they must go on from the same file with the "
                             f"same settings ({', '.join(other) or 'start'}).")
    models = [state["model"] for state in states]
    mean = {name: torch.stack([m[name].double() for m in models]).mean(0).to(value.dtype)
            for name, value in models[0].items()}
    torch.save(states[0] | {"model": mean, "seconds": sum(state["seconds"] for state in states)}, out)
    return {"file": out, "of": paths}


def main(argv: list[str] | None = None) -> None:
    """`python -m models average --out mean.pt RUN-0/best.pt RUN-1/best.pt …`"""
    parser = argparse.ArgumentParser(prog="average", description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("paths", nargs="+")
    print(json.dumps(average(**vars(parser.parse_args(argv)))))
