# SPDX-License-Identifier: GPL-2.0-or-later
"""Two sheets of ten pictures, drawn by fixed rules: what a model file finds on images
it has not seen, and where it fails. Whole images of the main sensor, through the
plugin's own `predict`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..answers import say
from ..inference.levels import LEVELS
from ..training.images import rows
from .cases import Case, whole
from .plugin_run import PluginRun

COUNT = 10
TRUTH = {"colors": "deepskyblue", "linewidths": 2.0}
GUESS = {"colors": "darkorange", "linewidths": 1.1}
# most missed, most false paint, most paint where there is no landslide
FAILURES = (4, 3, 3)


@dataclass(frozen=True)
class Picture:
    """One image, what the model paints on it, (H, W) bool, and its probability, (H, W)
    0-1.
    """

    name: str
    case: Case
    guess: np.ndarray
    probability: np.ndarray

    @property
    def iou(self) -> float:
        both = self.guess | self.case.truth
        return float((self.guess & self.case.truth).sum() / max(1, both.sum()))

    @property
    def missed(self) -> float:
        """Share of the landslide's area."""
        return float(
            (self.case.truth & ~self.guess).sum() / max(1, self.case.truth.sum())
        )

    @property
    def false(self) -> float:
        """Share of the image that is painted beside landslides."""
        return float((self.guess & ~self.case.truth).mean())


def paint(plugin: PluginRun, data: str, split: str) -> Iterator[Picture]:
    """All whole images of a split, painted where the probability reaches the
    contract's threshold.
    """
    names = [
        row["id"]
        for row in rows(Path(data) / "bijie" / "split.csv")
        if row["split"] == split and row["sensor_group"] == "main"
    ]
    lowest = round(plugin.contract.threshold * LEVELS)
    for name, case in zip(names, whole(data, split)):
        probability = plugin.on_image(case.image).probability
        yield Picture(name, case, np.rint(probability * LEVELS) >= lowest, probability)


def successes(pictures: list[Picture]) -> list[Picture]:
    """COUNT landslide images at even ranks of the better half by IoU, the best first."""
    ranked = sorted((p for p in pictures if p.case.landslide), key=lambda p: -p.iou)
    half = (len(ranked) + 1) // 2
    ranks = np.unique(np.linspace(0, half - 1, min(COUNT, half)).round().astype(int))
    return [ranked[rank] for rank in ranks]


def failures(pictures: list[Picture]) -> list[Picture]:
    """Worst of three kinds, see FAILURES; no image twice; of equally missed landslides
    the larger ones.
    """
    slides, ground = (
        [p for p in pictures if p.case.landslide == kind] for kind in (True, False)
    )
    missed = sorted(slides, key=lambda p: (-p.missed, -int(p.case.truth.sum())))[
        : FAILURES[0]
    ]
    rest = [p for p in slides if all(p is not other for other in missed)]
    return missed + worst(rest, FAILURES[1]) + worst(ground, FAILURES[2])


def worst(pictures: Iterable[Picture], count: int) -> list[Picture]:
    return sorted(pictures, key=lambda p: -p.false)[:count]


def caption(picture: Picture) -> str:
    if not picture.case.landslide:
        return f"{picture.name}\nno landslide here, {picture.false:.0%} painted"
    shares = f"{picture.missed:.0%} missed, {picture.false:.0%} of image false"
    return f"{picture.name}  IoU {picture.iou:.2f}\n{shares}"


def outline(axis: Axes, mask: np.ndarray, style: dict) -> None:
    """The border of a mask (H, W), along the image's rim too."""
    if mask.any():
        edge = np.arange(-1, max(mask.shape) + 1)
        axis.contour(
            edge[: mask.shape[1] + 2],
            edge[: mask.shape[0] + 2],
            np.pad(mask, 1).astype(float),
            [0.5],
            **style,
        )


def sheet(
    pictures: list[Picture], title: str, threshold: float, images: bool = True
) -> Figure:
    """Two rows of five: the image (or the probability, dark where it is high), truth
    and prediction outlined.
    """
    figure = Figure(figsize=(13, 6.6), layout="constrained")
    for axis in figure.subplots(2, COUNT // 2).flat:
        axis.set_axis_off()
    for axis, picture in zip(figure.axes, pictures):
        if images:
            axis.imshow(picture.case.image[:3].transpose(1, 2, 0))
        else:
            axis.imshow(picture.probability, cmap="Greys", vmin=0, vmax=1.6)
        outline(axis, picture.case.truth, TRUTH)
        outline(axis, picture.guess, GUESS)
        axis.set_title(caption(picture), fontsize=9)
    figure.suptitle(title, fontsize=11)
    lines = [
        Line2D([], [], color=style["colors"], linewidth=style["linewidths"])
        for style in (TRUTH, GUESS)
    ]
    figure.legend(
        lines,
        ["mapped landslide", f"prediction, probability of {threshold:g} and more"],
        ncols=2,
        loc="outside lower center",
        facecolor="0.4",
        labelcolor="white",
    )
    return figure


def main(argv: list[str] | None = None) -> None:
    """`python -m models gallery --model FILE.onnx --data DIR --split test --out DIR
    [--without-images]`: successes.png, failures.png; without images they may be passed
    on where the images may not.
    """
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    for name in ("model", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--split", required=True, choices=("train", "val", "test"))
    parser.add_argument(
        "--without-images",
        action="store_true",
        help="the probability instead of the image",
    )
    arguments = parser.parse_args(argv)
    plugin = PluginRun(arguments.model)
    out = Path(arguments.out)
    pictures = list(paint(plugin, arguments.data, arguments.split))
    slides = sum(picture.case.landslide for picture in pictures)
    out.mkdir(parents=True, exist_ok=True)
    sheets = {
        "successes": (
            successes(pictures),
            f"Drawn evenly from the better half, by IoU, of the {slides} whole "
            f"landslide images of Bijie ({arguments.split}); the best first",
        ),
        "failures": (
            failures(pictures),
            f"Bijie ({arguments.split}), of {slides} landslide images and "
            f"{len(pictures) - slides} without: the {FAILURES[0]} with most of the "
            f"landslide missed\n(of equals the larger), the {FAILURES[1]} others with "
            f"the most false paint, the {FAILURES[2]} most painted without landslide",
        ),
    }
    threshold = plugin.contract.threshold
    for name, (selection, title) in sheets.items():
        file = out / f"{name}.png"
        figure = sheet(selection, title, threshold, not arguments.without_images)
        figure.savefig(file, dpi=110)
        names = [picture.name for picture in selection]
        say(file=str(file), images=names)
