# SPDX-License-Identifier: GPL-2.0-or-later
"""The curve of fine-tuning as a picture, a line an arm."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from .plot_style import COLOURS, INK, LOOK

# arms in the order of the legend
TITLES = {
    "tuned": "fine-tuned, all layers",
    "decoder": "fine-tuned, the decoder alone",
    "losses": "fine-tuned with MRIFE's losses",
    "unet": "a U-Net, fine-tuned",
    "imagenet": "from ImageNet's encoder",
    "nothing": "from nothing",
}
SCORES = {
    "average_precision": "average precision",
    "best_iou": "IoU at its best threshold",
}


def draw_curve(lines: Sequence[dict]) -> Figure:
    """Scores on crops that nobody learned from against the number that was: the mean over
    seeds, shaded from the lowest to the highest; the base is a level line.
    """
    with matplotlib.rc_context(LOOK):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        for axes, (score, title) in zip(figure.subplots(1, 2), SCORES.items()):
            _draw(axes, lines, score)
            axes.set_title(title)
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right center")
    return figure


def _draw(axes: Axes, lines: Sequence[dict], score: str) -> None:
    base = next(line for line in lines if line["arm"] == "base")
    axes.axhline(base[score], color=INK, linestyle=":", label="the base as it is")
    taught = [line for line in lines if line["arm"] in TITLES]
    for (arm, title), colour in zip(TITLES.items(), COLOURS):
        by_size = by_crops([line for line in taught if line["arm"] == arm], score)
        if not by_size:
            continue
        sizes = list(by_size)
        lowest, mean, highest = np.array(list(by_size.values())).T
        axes.plot(sizes, mean, "o-", color=colour, label=title, markersize=4)
        axes.fill_between(sizes, lowest, highest, color=colour, alpha=0.15, linewidth=0)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    ticks = sorted({line["crops"] for line in taught})
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.set_xticklabels([str(tick) for tick in ticks])
    axes.set_xlabel("crops learned from")


def by_crops(lines: Sequence[dict], score: str) -> dict[int, tuple[float, float, float]]:
    """(lowest, mean, highest) of the seeds by the number of crops."""
    scores: dict[int, list[float]] = {}
    for line in lines:
        scores.setdefault(line["crops"], []).append(line[score])
    return {
        crops: (min(values), float(np.mean(values)), max(values))
        for crops, values in sorted(scores.items())
    }
