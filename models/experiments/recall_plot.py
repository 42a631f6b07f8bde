# SPDX-License-Identifier: GPL-2.0-or-later
"""Recall against visibility as a picture, a line an arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from .recall_by_visibility import RunRecall

BINS = 6  # of visibility, with the same number of slides each
SHADE = {"linewidth": 0, "alpha": 0.15}


def binned(visibility: np.ndarray, value: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(bins,) means of `value` over slides between two `edges` of visibility; NaN in
    an empty bin.
    """
    place = np.searchsorted(edges[1:-1], visibility, side="right")
    bins = len(edges) - 1
    number = np.bincount(place, minlength=bins)
    return np.where(
        number, np.bincount(place, value, bins) / np.maximum(1, number), np.nan
    )


def draw_recall(by_arm: dict[str, list[RunRecall]], title: str) -> Figure:
    """Recall against visibility, a line an arm: mean over its seeds, lowest to highest
    seed shaded.
    """
    first = next(iter(by_arm.values()))[0]
    visibility = first.column("visibility")
    edges = np.quantile(visibility, np.linspace(0, 1, min(BINS, len(visibility)) + 1))
    middle = binned(visibility, visibility, edges)
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
    for color, runs in zip((f"C{i}" for i in range(len(by_arm))), by_arm.values()):
        painted = float(np.mean([run.facts["background"] for run in runs]))
        name = f"{runs[0].arm}, {len(runs)} seed(s); paints {painted:.1%} of the ground without slides"
        for axis, measure in zip(
            axes[0], (lambda share: share >= 0.5, lambda share: share)
        ):
            lines = np.array(
                [
                    binned(
                        run.column("visibility"), measure(run.column("painted")), edges
                    )
                    for run in runs
                ]
            )
            axis.plot(
                middle,
                lines.mean(0),
                "o-",
                color=color,
                label=name if axis is axes[0, 0] else None,
            )
            axis.fill_between(middle, lines.min(0), lines.max(0), color=color, **SHADE)
        axes[0, 1].axhline(painted, color=color, linestyle=":")
    _label_axes(axes, first, edges)
    figure.suptitle(title)
    figure.legend(loc="outside lower center", frameon=False)
    return figure


def _label_axes(axes: np.ndarray, run: RunRecall, edges: np.ndarray) -> None:
    """Titles and limits of (2, 2) axes, and the number of slides a bin with their
    median age in the lower two.
    """
    visibility = run.column("visibility")
    age = run.column("age_years")
    place = np.searchsorted(edges[1:-1], visibility, side="right")
    number = np.bincount(place, minlength=len(edges) - 1)
    for axis in axes[1]:
        axis.bar(
            edges[:-1],
            number,
            np.diff(edges),
            align="edge",
            color="0.85",
            edgecolor="0.5",
        )
        for i in np.flatnonzero(number):
            axis.text(
                (edges[i] + edges[i + 1]) / 2,
                number[i] / 2,
                f"{np.median(age[place == i]) / 1000:.2g}",
                ha="center",
                va="center",
                fontsize=8,
            )
        axis.set_xlabel(
            "visibility: steepness left, against that plus the roughness around\n"
            "(in the bars: median age, thousand years)",
            fontsize=8,
        )
    for axis, name in zip(
        axes[0],
        (
            "share of slides at least half painted",
            "mean painted share of a slide\n"
            "(dotted: painted share of the ground without slides)",
        ),
    ):
        axis.set_title(name, fontsize=10)
        axis.set_ylim(-0.02, 1.02)
        axis.grid(alpha=0.3)
    axes[0, 0].set_ylabel("recall")
    axes[1, 0].set_ylabel("slides")
