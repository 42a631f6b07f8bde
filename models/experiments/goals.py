# SPDX-License-Identifier: GPL-2.0-or-later
"""How far files as they are shipped are from what is wanted of them, all of it measured
through the plugin's own path; what a file cannot be asked stays not measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from osgeo import gdal

from ..answers import say
from .goal_measures import (
    bijie_test,
    counties,
    gorge_elevation,
    gorge_image,
    mars_test,
    moldavia_test,
    old_slides,
)


class Goal(NamedTuple):
    """What is wanted of a figure: at least, or at most, a value."""

    what: str
    at_least: bool
    value: float

    def row(self, measured: float | None) -> dict:
        """A line of the table."""
        sign = "≤"
        if self.at_least:
            sign = "≥"
        line = {"what": self.what, "goal": f"{sign} {self.value:g}"}
        if measured is None:
            return line | {"measured": "not measured"}
        reached = measured <= self.value
        if self.at_least:
            reached = measured >= self.value
        return line | {"measured": round(measured, 4), "reached": bool(reached)}


@dataclass(frozen=True)
class Files:
    """What is asked, paths or None: `model` for images, `dem` for images with elevation,
    `terrain` for elevation (beside an image where it takes one), `foreign` that has never
    seen the gorge, `folds` the scores of counties left out.
    """

    model: str | None = None
    dem: str | None = None
    terrain: str | None = None
    foreign: str | None = None
    folds: str | None = None


class Section(NamedTuple):
    """Goals that are measured together, with one of the files."""

    needs: str  # a field of Files
    goals: dict[str, Goal]
    # of file, data folder and folder of scenes: by the goals' names, and remarks
    measure: Callable[[str, str, Path], dict[str, float]]


SECTIONS = {
    "bijie": Section(
        "model",
        {
            "iou": Goal("Bijie test, windows with negatives: IoU", True, 0.58),
            "precision": Goal("the same: precision", True, 0.72),
            "painted": Goal("the same: windows without landslide painted", False, 0.06),
            "calibration": Goal("the same: calibration error", False, 0.05),
            "islands": Goal("loss of IoU as islands in missing ground", False, 0.005),
        },
        bijie_test,
    ),
    "folds": Section(
        "folds", {"folds": Goal("counties left out: mean IoU", True, 0.54)}, counties
    ),
    "foreign": Section(
        "foreign",
        {"iou": Goal("Jinsha B, image, gorge never seen: IoU", True, 0.25)},
        gorge_image,
    ),
    "jinsha": Section(
        "model",
        {
            "iou": Goal("Jinsha B, image: IoU", True, 0.40),
            "calibration": Goal("the same: calibration error", False, 0.15),
            "found": Goal("the same: landslides found, of 15", True, 8),
            "false": Goal("the same: false polygons a km²", False, 10),
        },
        gorge_image,
    ),
    "jinsha-terrain": Section(
        "terrain",
        {
            "iou": Goal("Jinsha B, surface model: IoU", True, 0.45),
            "found": Goal("the same: landslides found, of 15", True, 8),
            "false": Goal("the same: false polygons a km²", False, 10),
        },
        gorge_elevation,
    ),
    "jinsha-dem": Section(
        "dem",
        {
            "iou": Goal("Jinsha B, with elevation: IoU", True, 0.45),
            "found": Goal("the same: landslides found, of 15", True, 8),
            "false": Goal("the same: false polygons a km²", False, 10),
        },
        gorge_elevation,
    ),
    "moldavia": Section(
        "terrain",
        {"iou": Goal("Moldavia, south, elevation alone: IoU", True, 0.50)},
        moldavia_test,
    ),
    "mars": Section(
        "terrain",
        {"iou": Goal("Mars, columns 47 to 51, with elevation: IoU", True, 0.70)},
        mars_test,
    ),
    "scenes": Section(
        "terrain",
        {
            "recall": Goal(
                "made-up scenes, slides of 5,000 years and more, one object in five "
                "false: recall",
                True,
                0.5,
            )
        },
        old_slides,
    ),
}


def table(files: Files, data: str, scenes: Path, names: list[str]) -> Iterator[dict]:
    """Lines of the sections in turn; what a section says beside its goals is in the last
    of its lines.
    """
    for name in names:
        section = SECTIONS[name]
        file = getattr(files, section.needs)
        measured = {}
        if file:
            measured = section.measure(file, data, scenes)
        lines = [goal.row(measured.pop(key, None)) for key, goal in section.goals.items()]
        if measured:
            lines[-1]["remarks"] = measured
        for line in lines:
            yield {"section": name, **line}


def main(argv: list[str] | None = None) -> None:
    """`python -m models goals --data DIR [--model FILE] [--dem FILE] [--terrain FILE]
    [--foreign FILE] [--folds FILE] [--scenes DIR] [--only bijie,mars]`: one JSON line a goal.
    """
    parser = argparse.ArgumentParser(prog="goals", description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", help="for images alone")
    parser.add_argument("--dem", help="for images with elevation")
    parser.add_argument("--terrain", help="for elevation")
    parser.add_argument("--foreign", help="a file that has never seen the gorge")
    parser.add_argument("--folds", help="what `python -m models folds` wrote")
    parser.add_argument("--scenes", default="runs/scenes", help="where scenes are kept")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(argv)
    sections = given.only.split(",")
    if not set(sections) <= set(SECTIONS):
        parser.error(f"--only takes some of {','.join(SECTIONS)}")
    gdal.UseExceptions()
    torch.set_num_threads(given.threads)
    files = Files(given.model, given.dem, given.terrain, given.foreign, given.folds)
    for line in table(files, given.data, Path(given.scenes), sections):
        say(**line)
