# SPDX-License-Identifier: GPL-2.0-or-later
"""One network from several that went on from the same weights (arXiv 2203.05482), or from
a run and those that went on from it (arXiv 2109.01903): the mean of their weights.

It costs nothing when it runs. The mean of several is steadier than any one of them; that
of a run and what it became on other shares of its ground may hold on both.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from ..errors import MrifeError
from .checkpoint import read_checkpoint, write_weights
from .datasets import load_chips
from .model_file import load
from .network import terrain_weights
from .trainer import Trainer
from .warmstart import weights_of
from .weight_averaging import mixed, mixed_with_new_elevation

SAME = (
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


def average(paths: list[str], out: str, weights: list[float] | None = None) -> dict:
    """Write the mean of the checkpoints `paths` (of runs of any seed and arm; of a last.pt
    its averaged weights) as `out`, with the settings and the parts of the first, a
    best.pt; `weights` are their shares, 1 in all, alike where none are given.

    Raises MrifeError where one is missing, where their networks differ, or where they
    neither started from one and the same file nor from one of them: the mean of strangers
    is noise.
    """
    lost = [path for path in paths if not Path(path).exists()]
    if lost or len(paths) < 2:
        raise MrifeError(
            "Name two or more checkpoints; {} will not do.", ", ".join(lost) or "one"
        )
    shares = _shares(weights, len(paths))
    states = [read_checkpoint(path) for path in paths]
    if "model" not in states[0]:
        raise MrifeError(
            "{} is the state of a run; name a best.pt first, whose settings the mean takes.",
            paths[0],
        )
    _check_family(paths, states)
    models = [weights_of(state) for state in states]
    mean = {name: _weighted(models, name, shares) for name in models[0]}
    seconds = sum(state["seconds"] for state in states)
    write_weights(states[0] | {"model": mean, "seconds": seconds}, out)
    return {"file": out, "of": paths, "weights": shares}


def average_with_start(path: str, out: str, data: str, share: float = 0.5) -> dict:
    """Write the mean of a checkpoint and of what its run started from, which holds a
    `share` of what the run learned (WiSE-FT, arXiv 2109.01903); weights for elevation that
    the start knew nothing of stay whole. The start's batch-norm statistics come from the
    training images in `data`.

    Raises MrifeError where the run started from nothing.
    """
    _, settings, state = load(path)
    if not settings.start:
        raise MrifeError(
            "The run of {} started from nothing that it could be mixed with.", path
        )
    # where the checkpoint's weights are
    settings = replace(settings, data=data, compile=False, device="cpu")
    trainer = Trainer(settings, load_chips(settings, "train"))
    begun = trainer.student.state_dict()
    if settings.dem == "early" and not terrain_weights(begun, settings).any():
        mean = mixed_with_new_elevation(begun, state["model"], share, settings)
    else:
        mean = mixed(begun, state["model"], share)
    write_weights(state | {"model": mean}, out)
    return {"file": out, "of": [settings.start, path], "weights": [1 - share, share]}


def _shares(weights: list[float] | None, count: int) -> list[float]:
    """1 in all, one a checkpoint; raises MrifeError where the weights are not that."""
    if weights is None:
        return [1 / count] * count
    if len(weights) != count or min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        raise MrifeError(
            "The weights are {}; each of the {} checkpoints needs one of 0 or more, and "
            "their sum must be 1.",
            ", ".join(f"{weight:g}" for weight in weights),
            count,
        )
    return list(weights)


def _weighted(models: list[dict], name: str, shares: list[float]) -> Tensor:
    """The mean of a tensor of that name; counters of batches stay whole numbers."""
    first = models[0][name]
    total = sum(share * model[name].double() for share, model in zip(shares, models))
    if not first.is_floating_point():
        total = total.round()
    return total.to(first.dtype)


def _check_family(paths: list[str], states: list[dict]) -> None:
    """Raises MrifeError where the checkpoints are not of one network and one origin."""
    first = states[0]["settings"]
    related = _of_one_origin(paths, [state["settings"] for state in states])
    for path, state in zip(paths, states):
        other = [name for name in SAME if state["settings"].get(name) != first[name]]
        own = weights_of(state)
        other += [name for name in weights_of(states[0]) if name not in own][:1]
        if other or not related:
            raise MrifeError(
                "{} cannot be averaged with {}: they must be one network that went on "
                "from the same file, or from one of them (see {}).",
                path,
                paths[0],
                ", ".join(other) or "start",
            )


def _of_one_origin(paths: list[str], settings: list[dict]) -> bool:
    """Whether all runs started from one file, but for the run that wrote that file."""
    starts = [_absolute(run["start"]) for run in settings]
    names = [_names(path, run) for path, run in zip(paths, settings)]
    return any(
        origin and all(origin in (start, *own) for start, own in zip(starts, names))
        for origin in starts
    )


def _names(path: str, settings: dict) -> set[str]:
    """By which a run may have known a checkpoint when it started from it: where it lies,
    and where it lay when it was written.
    """
    written = Path(settings["out"]) / Path(path).name
    return {_absolute(path), _absolute(str(written))}


def _absolute(path: str) -> str:
    """Empty where the path is."""
    return path and os.path.abspath(path)


def main(argv: list[str] | None = None) -> None:
    """`python -m models average --out mean.pt [--weights 0.33,0.67] RUN-0/best.pt
    RUN-1/best.pt …`, or of a run and what it started from `python -m models average
    --data DIR [--share 0.5] --out mean.pt RUN/best.pt`
    """
    parser = argparse.ArgumentParser(prog="average", description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--weights", type=numbers, help="of each in the mean; alike")
    parser.add_argument("--data", help="of the run that is mixed with its start")
    parser.add_argument("--share", type=float, default=0.5, help="of the run in it")
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args(argv)
    if given.data and len(given.paths) == 1:
        (path,) = given.paths
        result = average_with_start(path, given.out, given.data, given.share)
    else:
        result = average(given.paths, given.out, given.weights)
    print(json.dumps(result))


def numbers(text: str) -> list[float]:
    """Of a list with commas."""
    return [float(part) for part in text.split(",")]
