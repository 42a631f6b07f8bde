# SPDX-License-Identifier: GPL-2.0-or-later
"""The labelled ground searched with networks: all of it with one of them, or each part
with the one that did not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ..onnxfile import ModelFile, describe
from .folds import Folds
from .held_out import merge_probabilities, search_area, write_probability
from .prepare import TuneJob

# a model file's detector for a while
OpenDetector = Callable[[ModelFile], AbstractContextManager]


class GroundSearch:
    """Of the rasters of a job, in their order."""

    def __init__(self, job: TuneJob, folds: Folds, open_detector: OpenDetector) -> None:
        self._job = job
        self._folds = folds
        self._open = open_detector

    def everywhere(
        self, model: ModelFile, folder: Path, paths: list[str]
    ) -> Iterator[float]:
        """Share that is searched; fills `paths` with probability rasters in a folder,
        which is made. Raises MrifeError.
        """
        yield from self._searched(model, None, folder, paths)

    def left_out(
        self, models: Sequence[str], folder: Path, paths: list[str]
    ) -> Iterator[float]:
        """The same of each fold's ground with the model that did not see it."""
        by_fold = []
        for fold, model in enumerate(models):
            fold_paths: list[str] = []
            place = folder / f"fold-{fold}"
            for share in self._searched(describe(model), fold, place, fold_paths):
                yield (fold + share) / self._folds.count
            by_fold.append(fold_paths)
        for number in range(len(self._job.rasters)):
            path = str(folder / f"after-{number}.tif")
            merge_probabilities([fold_paths[number] for fold_paths in by_fold], path)
            paths.append(path)

    def _searched(
        self, model: ModelFile, fold: int | None, folder: Path, paths: list[str]
    ) -> Iterator[float]:
        """In a fold's ground alone where one is named."""
        job = self._job
        folder.mkdir()
        with self._open(model) as detector:
            for number, raster in enumerate(job.rasters):
                path = str(folder / f"searched_{number}.tif")
                area = search_area(raster.grid, job.reviewed, job.crs, self._folds, fold)
                search = write_probability(raster, model, detector, area, path, paths)
                for share in search:
                    yield (number + share) / len(job.rasters)
                paths.append(path)
