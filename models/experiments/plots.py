# SPDX-License-Identifier: GPL-2.0-or-later
"""The plots of a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure  # no pyplot: no window, no state
from matplotlib.ticker import FixedLocator, NullLocator

from ..evaluation.pixel_metrics import ConfusionCounts
from .alterations import ALTERATIONS
from .plot_style import PALE, style, styled
from .run_summary import Arms, Shares


def describe_budget(budget: str) -> str:
    if budget.endswith("s"):
        return f"{budget[:-1]} s of computing"
    return f"{budget} steps"


@styled
def curves(file: Path, title: str, arms: Arms) -> None:
    """Validation IoU and AP against computing time and steps: the mean over seeds, and
    from the worst to the best.
    """
    figure = Figure((11, 7), layout="constrained")
    grid = figure.subplots(2, 2, sharex="col", sharey="row")
    longest = max(run["curve"][-1]["seconds"] for runs in arms.values() for run in runs)
    if longest < 600:
        unit = "s"
        length = 1
    elif longest < 4 * 3600:
        unit = "min"
        length = 60
    else:
        unit = "h"
        length = 3600
    for line, (score, label) in zip(
        grid, (("iou", "IoU"), ("average_precision", "average precision"))
    ):
        for axes, key, scale in zip(line, ("seconds", "step"), (length, 1)):
            highest = [
                _line(axes, arm, runs, key, scale, score, 0.12 if len(arms) < 8 else 0.06)
                for arm, runs in arms.items()
            ]
        line[0].set_ylabel(f"{label} on validation")
        line[0].set_ylim(bottom=0.5 * min(highest))  # how it warms up is not the question
    grid[1, 0].set_xlabel(f"computing time ({unit})")
    grid[1, 1].set_xlabel("steps")
    figure.suptitle(
        f"{title}: mean over seeds, band from the lowest to the highest seed",
        x=0.01,
        ha="left",
        size=11,
    )
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside right upper")
    figure.savefig(file)


def _line(
    axes: Axes,
    arm: str,
    runs: list[dict],
    key: str,
    scale: float,
    score: str,
    band: float,
) -> float:
    """Draws one arm epoch by epoch, as far as all its seeds got; returns the highest
    mean.
    """
    epochs = min(len(run["curve"]) for run in runs)
    x, y = (
        np.array(
            [[epoch[name] for epoch in run["curve"][:epochs]] for run in runs], float
        )
        for name in (key, score)
    )
    x = x.mean(0) / scale
    look = style(arm)
    axes.plot(x, y.mean(0), label=arm, **look)
    axes.fill_between(x, y.min(0), y.max(0), color=look["color"], alpha=band, linewidth=0)
    return float(np.nan_to_num(y.mean(0)).max())


@styled
def dots(file: Path, title: str, arms: Arms, rows: list[dict]) -> None:
    """Test IoU: every seed, their mean, and the interval over draws of the test images."""
    figure = Figure((7.5, 1.5 + 0.38 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for y, row in enumerate(rows):
        colour = style(row["arm"])["color"]
        seeds = [run["test"]["iou"] for run in arms[row["arm"]]]
        axes.plot(
            [row["iou_low"], row["iou_high"]],
            [y, y],
            color=colour,
            linewidth=2,
            alpha=0.55,
            solid_capstyle="round",
        )
        axes.plot(
            seeds,
            np.full(len(seeds), y - 0.24),
            "o",
            markersize=4.5,
            color="white",
            markeredgecolor=colour,
        )
        axes.plot(row["iou"], y, "D", markersize=6.5, color=colour, zorder=4)
        axes.text(
            1.02,
            y,
            f"{row['iou']:.3f}",
            transform=axes.get_yaxis_transform(),
            va="center",
        )
        if row["arm"] == "A0":
            axes.axvline(
                row["iou"],
                color="#000000",
                linewidth=0.8,
                linestyle=(0, (4, 3)),
                zorder=1,
            )
    axes.set_yticks(range(len(rows)), [row["arm"] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.7)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel(
        "landslide IoU on test   (diamond: mean over seeds, circle: a seed,\n"
        "bar: 95 % over draws of the test images)"
    )
    axes.set_title(title)
    figure.savefig(file)


@styled
def trade(
    file: Path, title: str, arms: dict[str, tuple[ConfusionCounts, list[dict]]]
) -> None:
    """Precision and recall on test, pixels of all seeds pooled; dots where the points
    thresholds lie.
    """
    figure = Figure((11.5, 5.4), layout="constrained")
    points = []
    whole, near = figure.subplots(1, 2)
    for arm, (counts, runs) in arms.items():
        precision, recall = counts.curve()[:2]
        both, false, missed = np.sum(
            [window[1:] for run in runs for window in run["images"]], axis=0
        )
        points.append((both / max(1, both + missed), both / max(1, both + false)))
        for axes in (whole, near):
            axes.plot(recall[recall > 0], precision[recall > 0], label=arm, **style(arm))
            axes.plot(
                *points[-1],
                "o",
                markersize=7,
                color=style(arm)["color"],
                markeredgecolor="white",
                zorder=5,
            )
    (left, low) = np.min(points, 0) - 0.08
    (right, high) = np.max(points, 0) + 0.08
    boxes = ((0, 1, 0, 1), (max(0, left), min(1, right), max(0, low), min(1, high)))
    for axes, box, name in zip(
        (whole, near), boxes, ("all thresholds", "around the points thresholds")
    ):
        axes.set(xlim=box[:2], ylim=box[2:], xlabel="recall", ylabel="precision")
        axes.set_title(name)
        _same_iou(axes, box, 0.1 if axes is whole else 0.05)
    figure.suptitle(
        f"{title}: test pixels of all seeds; dots: points on validation; grey: equal IoU",
        x=0.01,
        ha="left",
        size=11,
    )
    figure.legend(*whole.get_legend_handles_labels(), loc="outside right upper")
    figure.savefig(file)


def _same_iou(axes: Axes, box: tuple[float, ...], by: float) -> None:
    """Pale lines on which IoU is the same, named at the right or the upper edge."""
    axes.grid(False)
    for iou in np.arange(by, min(0.99, box[1]), by):
        recall = np.linspace(max(iou, box[0]) + 1e-6, box[1], 300)
        precision = 1 / (1 / iou - 1 / recall + 1)
        inside = (precision >= box[2]) & (precision <= box[3])
        axes.plot(recall[inside], precision[inside], color=PALE, linewidth=0.8, zorder=1)
        if inside.any() and recall[inside][-1] > box[1] - 0.01 * (box[1] - box[0]):
            axes.annotate(
                f"{iou:.2g}",
                (box[1], precision[inside][-1]),
                (3, 0),
                textcoords="offset points",
                va="center",
                size=7,
                color="#888888",
                annotation_clip=False,
            )


@styled
def portion(file: Path, ground: str, panels: dict[str, Shares]) -> None:
    """Test IoU against the share of the training images, one panel a budget."""
    figure = Figure((1.5 + 5.5 * len(panels), 4.4), layout="constrained")
    handles = {}
    for axes, (budget, by) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items()
    ):
        arms = [
            arm
            for arm in by[max(by)] | by[min(by)]
            if any(arm in by[share] for share in by if share < 1)
        ]
        for i, arm in enumerate(arms):
            # so that dots do not hide each other
            beside = 1.03 ** (i - (len(arms) - 1) / 2)
            look = style(arm)
            points = sorted(
                (share, [run["test"]["iou"] for run in by[share][arm]])
                for share in by
                if arm in by[share]
            )
            (handles[arm],) = axes.plot(
                [s * beside for s, _ in points],
                [np.mean(v) for _, v in points],
                marker="D",
                markersize=4.5,
                **look,
            )
            for share, values in points:
                axes.plot(
                    np.full(len(values), share * beside),
                    values,
                    "o",
                    markersize=4,
                    color="white",
                    markeredgecolor=look["color"],
                    zorder=look["zorder"] - 1,
                )
        axes.set(
            xscale="log",
            xlabel="share of the training images",
            ylabel="landslide IoU on test",
        )
        axes.xaxis.set_major_locator(FixedLocator(sorted(by)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(sorted(by), [f"{100 * share:g} %" for share in sorted(by)])
        axes.set_title(f"{ground}, {describe_budget(budget)}")
    figure.legend(handles.values(), handles, loc="outside right upper")
    figure.savefig(file)


@styled
def robustness(file: Path, rows: list[dict]) -> None:
    """Test IoU against the strength of an alteration, a panel each; strength 0: images
    as they are.
    """
    altered = [row for row in rows if row["strength"]]
    names = list(dict.fromkeys(row["alteration"] for row in altered))
    figure = Figure((3.6 * len(names) + 1.5, 3.6), layout="constrained")
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names):
        for arm in dict.fromkeys(row["arm"] for row in rows):
            line = [row for row in rows if row["arm"] == arm]
            line = [row for row in line if row["alteration"] in (name, "none")]
            strengths = [row["strength"] for row in line]
            ious = [row["iou"] for row in line]
            axes.plot(strengths, ious, marker="o", label=arm, **style(arm))
        axes.set_title(name)
        axes.set_xlabel(f"strength ({ALTERATIONS[name].unit})")
    panels[0].set_ylabel("landslide IoU on test")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right upper")
    figure.savefig(file)
