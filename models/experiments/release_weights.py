# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped weights from the data, in one command that goes on where it was stopped.

For images, and images with elevation: two long runs of the plain path on the counties,
one after the other, the mean of what they passed through, short runs from there on three
grounds, and the mean of these and of what they began with (arXiv 2203.05482, 2109.01903).
For elevation alone: three runs on its grounds, and one that learns from the first of them
what they answer in the mean (arXiv 1503.02531). What comes out is calibrated and exported;
files get the operating point that counties left out choose, or blocks of other grounds,
those for images also 8-bit twins. All of it takes some seven hours of one free core.
`--ground scenes` makes one file from generated scenes alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path

from ..answers import say
from ..errors import MrifeError
from ..training.compact import compact
from ..training.export import ship
from ..training.image_alone import image_alone
from ..training.model_file import update_contract
from ..training.quantise import quantise
from ..training.settings import Settings
from ..training.soup import average, average_with_start
from ..training.train import as_type, train
from . import folds, operating_point
from .ablations import DATASETS, settings_of

LONG = {
    "sources": ("bijie",),
    "sensors": 0.3,
    "islands": 0.25,
    "seed": 5,
    "ema": 0.998,
    "threads": 1,
    "steps": 8000,
    "epoch_steps": 800,
}
LONGER = {**LONG, "seed": 6, "lr": 6e-4, "steps": 7200}
SHORT = {
    "sources": ("bijie", "jinsha", "mars"),
    "shares": (0.5, 0.375, 0.125),
    "judges": ("bijie",),
    "dem": "early",
    "dem_lr": 10.0,
    "dem_dropout": 0.3,
    "image_dropout": 0.1,
    "coarse_dem": 0.4,
    "frozen_norms": True,
    "islands": 0.4,
    "sensors": 0.2,
    "lr": 1.5e-4,
    "encoder_lr": 1.0,
    "seed": 1,
    "threads": 1,
    "steps": 750,
    "epoch_steps": 250,
}
MEMBERS = (
    SHORT,
    {**SHORT, "covers": 0.1},
    {**SHORT, "covers": 0.1, "islands": 0.25, "seed": 2},
    {**SHORT, "covers": 0.1, "seed": 3},
)
SHARE = 0.67  # of what the short runs learned
FOLDS = {**LONG, "steps": 2400, "epoch_steps": 400}
TERRAIN = {"threads": 1, "steps": 3600, "epoch_steps": 300, "seed": 4, "ema": 0.998}
TERRAIN_SEEDS = (4, 5, 6)  # of runs whose answers the last one learns, from the first
TERRAIN_GUIDED = {
    **TERRAIN,
    "steps": 1800,
    "seed": 7,
    "lr": 5e-4,
    "encoder_lr": 0.5,
    "lambda_guide": 3.0,
}
TERRAIN_FOLDS = {**TERRAIN, "steps": 1200, "epoch_steps": 1200}
TERRAIN_SIZE = 5.0  # m, between the 1.6 of scenes and the 20 of the plateau
TERRAIN_BITS = 8  # of a stored weight
ALONE = {"threads": 1, "steps": 3600, "epoch_steps": 450, "seed": 2}


class Release:
    """The work: `runs` holds what it passes through, `given` are settings that stand for
    those of every run. The methods yield a line for people for each thing that is done.
    """

    def __init__(
        self, data: str, runs: Path, version: str, given: dict[str, object]
    ) -> None:
        self._data = data
        self._runs = runs
        self._version = version
        self._given = given

    def image_files(self, folder: Path) -> Iterator[dict]:
        """`mrife.onnx` and `mrife-dem.onnx` with their twins, in a folder."""
        both = self._runs / "mean.pt"
        image = self._runs / "image.pt"
        yield from self._network(both)
        yield image_alone(both, image)
        files = [self._runs / "mrife.onnx", self._runs / "mrife-dem.onnx"]
        for checkpoint, file in zip((image, both), files):
            yield self._exported(checkpoint, file, file.stem, one_size=True)
        self._choose(files)
        for file in files:
            twin = folder / f"{file.stem}-int8.onnx"
            out = str(self._runs)
            yield quantise(file, self._data, twin, sources=("bijie", "jinsha"), out=out)
            yield compact(file, folder / file.name)

    def _network(self, path: Path) -> Iterator[dict]:
        """The checkpoint of the network that sees images and elevation."""
        long = self._trained(LONG, "long")
        longer = self._trained(LONGER, "longer", long / "best.pt")
        passed = [long / "best.pt", longer / "best.pt", longer / "last.pt"]
        base = self._runs / "base.pt"
        yield average(list(map(str, passed)), str(base))
        begin = self._runs / "base.onnx"
        if not begin.exists():
            yield self._exported(base, begin, "mrife-bijie")
        members = [
            str(self._trained(member, f"short-{number}", begin) / "best.pt")
            for number, member in enumerate(MEMBERS)
        ]
        learned = str(self._runs / "learned.pt")
        yield average(members, learned)
        yield average_with_start(learned, str(path), self._data, SHARE)

    def _choose(self, files: list[Path]) -> None:
        """Threshold, seed and confidence to the files, by the first of them."""
        self._left_out(FOLDS, "folds", "bijie")
        first, *_ = names = list(map(str, files))
        result = self._runs / "folds" / folds.RESULT
        options = ["--folds", str(result), "--learned-gorge"]
        operating_point.main(
            ["--model", first, "--data", self._data, *options, "--write", *names]
        )

    def terrain_file(self, folder: Path) -> Iterator[dict]:
        """`mrife-terrain.onnx` in a folder."""
        guides = [
            self._trained({**TERRAIN, "seed": seed}, f"terrain-{seed}", dataset="terrain")
            for seed in TERRAIN_SEEDS
        ]
        files = [run / "best.pt" for run in guides]
        guided = {**TERRAIN_GUIDED, "guides": tuple(map(str, files))}
        run = self._trained(guided, "terrain", files[0], "terrain")
        whole = self._runs / "mrife-terrain.onnx"
        yield self._exported(run / "best.pt", whole, whole.stem, also_size=TERRAIN_SIZE)
        chosen = self._left_out(TERRAIN_FOLDS, "terrain-folds", "terrain")
        update_contract(
            whole, threshold=chosen["calibrated_threshold"], seed=chosen["calibrated_seed"]
        )
        yield compact(whole, folder / whole.name, TERRAIN_BITS)

    def _left_out(self, changes: dict, name: str, dataset: str) -> dict:
        """What runs that each left out a county, or a block, say together."""
        runs = self._runs / name
        settings = settings_of("A0", dataset, Settings(data=self._data))
        settings = replace(settings, **{**changes, **self._given})
        result = folds.left_out(settings, runs, folds.members(settings))
        if result is None:
            raise MrifeError(
                "Another command is at work in {}; give this one again when it is through.",
                runs,
            )
        return result

    def ground_file(self, dataset: str, path: Path) -> Iterator[dict]:
        """One file, and its twin beside it, from one run on one ground."""
        run = self._trained(ALONE, dataset, dataset=dataset)
        yield self._exported(run / "best.pt", path, f"mrife-{dataset}")
        twin = path.with_name(f"{path.stem}-int8.onnx")
        sources = settings_of("A0", dataset, Settings()).sources
        yield quantise(path, self._data, twin, sources=sources, out=str(run))

    def _trained(
        self,
        changes: dict,
        name: str,
        start: str | Path = "",
        dataset: str = "bijie",
    ) -> Path:
        """The folder of a run, which goes on to its end where it was stopped."""
        out = self._runs / name
        settings = settings_of("A0", dataset, Settings(data=self._data))
        changes = {**changes, **self._given, "start": str(start), "out": str(out)}
        for epoch in train(replace(settings, **changes)):
            say(run=name, **asdict(epoch))
        return out

    def _exported(
        self, checkpoint: Path, path: Path, name: str, **options: object
    ) -> dict:
        return ship(checkpoint, self._data, path, name, self._version, **options)


def main(argv: list[str] | None = None) -> None:
    """`python -m models weights --data DIR --runs DIR --path FOLDER [--version V]`: the
    five shipped files; or `--ground GROUND --path FILE` [--any-setting VALUE].
    """
    arguments, given = _parsed(argv)
    path = Path(arguments.path)
    release = Release(arguments.data, Path(arguments.runs), arguments.version, given)
    if arguments.dataset:
        lines = release.ground_file(arguments.dataset, path)
    else:
        path.mkdir(parents=True, exist_ok=True)
        lines = (
            line
            for files in (release.image_files, release.terrain_file)
            for line in files(path)
        )
    for line in lines:
        say(**line)


def _parsed(argv: list[str] | None) -> tuple[argparse.Namespace, dict[str, object]]:
    """The options, and those of them that are settings of every run."""
    parser = argparse.ArgumentParser(prog="weights", description=__doc__)
    for name in ("runs", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--data", default="")
    parser.add_argument(
        "--ground",
        "--dataset",
        dest="dataset",
        choices=tuple(DATASETS),
        help="one file from one ground; without it all five shipped files",
    )
    parser.add_argument("--version", default="1")
    names = [f.name for f in fields(Settings) if f.name not in ("out", "start", "data")]
    for name in names:
        kind = as_type(getattr(Settings, name))
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind)
    arguments = parser.parse_args(argv)
    if not arguments.dataset and not arguments.data:
        raise MrifeError("Name the folder of the data (--data); only scenes need none.")
    options = vars(arguments)
    return arguments, {name: options[name] for name in names if options[name] is not None}
