# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlining that takes longer than all else, as of a raster full of specks, and a user who
will not wait for it.
"""

import threading
from contextlib import closing

import numpy as np
import pytest
from samples import IDENTITY, FakeDetector, first_band, write_model, write_raster

from models import pipeline
from models.inference.probability import Probability
from models.inference.raster import Raster
from models.inventory.candidates.attributes import Collection
from models.inventory.polygonize.options import OutlineOptions, Thresholds
from models.inventory.polygonize.polygonize import polygonize
from models.jobs import OutlineRequest, prepare_detect, prepare_outline
from models.onnxfile import describe


@pytest.fixture
def held(monkeypatch):
    """Holds the outlining at its first polygons (`begun`) until `go` is set; `taken` are
    the batches of polygons that come through.
    """
    begun = threading.Event()
    go = threading.Event()
    taken = []

    def extend(self, batch, surroundings):
        taken.append(batch)
        if not begun.is_set():
            begun.set()
            go.wait(10)

    monkeypatch.setattr(Collection, "extend", extend)
    monkeypatch.setattr(pipeline, "MAX_WAITING_BYTES", 1)
    return begun, go, taken


def specks(rows=2000, cols=60):
    """An island in each fourth column and row."""
    rng = np.random.default_rng(1)
    image = rng.integers(20, 60, (rows, cols)).astype(np.uint8)
    image[::4, ::4] = rng.integers(200, 250, image[::4, ::4].shape)
    return image


def detecting(path, folder):
    """A search, and where its polygons go."""
    model = describe(write_model(folder / "identity.onnx", IDENTITY))
    raster = Raster(path, contract=IDENTITY)
    job = prepare_detect(raster, model, OutlineRequest())
    candidates = Collection(job.outline.inventory)
    found = str(folder / "found.tif")
    return pipeline.detect(job, FakeDetector(first_band), found, candidates), candidates


def outlining(path, folder):
    """The same of a probability raster that is there."""
    job = prepare_outline(path, OutlineRequest())
    candidates = Collection(job.inventory)
    return pipeline.outline(path, job, candidates), candidates


@pytest.mark.parametrize(
    "begin, image",
    [(detecting, specks()), (outlining, specks().astype(np.float32) / 250)],
    ids=["detect", "outline"],
)
def test_who_asks_is_asked_meanwhile_and_ends_it(tmp_path, held, begin, image):
    """A cancel is heard between two steps, and between two of the polygons."""
    begun, go, taken = held
    steps, candidates = begin(write_raster(tmp_path / "specks.tif", image), tmp_path)
    with candidates:
        with closing(steps):
            while not begun.is_set():
                next(steps)
            for _ in range(20):
                next(steps)
            go.set()
        assert len(taken) < 50  # of the 117 that there are


class Ended(Exception):
    """By who watches the loops."""


def test_gaps_between_specks_are_gone_over_as_long_as_they_are_wanted(tmp_path):
    """The loop ends within the pairs of islands, of which there are more than islands."""
    path = write_raster(tmp_path / "p.tif", specks(60, 60).astype(np.float32) / 250)
    islands = 15 * 15
    items = []

    def wanted(loop):
        for item in loop:
            items.append(item)
            if len(items) > islands:
                raise Ended
            yield item

    with Probability(path) as probability:
        gap = 4 * probability.grid.pixel_metres()[0]
        candidates = polygonize(
            probability.strips(),
            probability,
            probability.grid,
            Thresholds(0.5, 0.5, 0.0),
            OutlineOptions(gap=gap),
            wanted=wanted,
        )
        with pytest.raises(Ended):
            list(candidates)
