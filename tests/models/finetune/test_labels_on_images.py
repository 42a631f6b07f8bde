# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels beside many images."""

from __future__ import annotations

from samples import wkt
from shapely.geometry import box

from models.contract import Contract
from models.finetune import labels_on_images
from models.finetune.labels import LANDSLIDE, Label, LabelCount, on_grid
from models.geo.crs import Crs
from models.geo.grid import Grid

UTM = Crs(wkt(32648))
COUNT = 30
CONTRACT = Contract(name="m", version="1", bands=("gray",), window=64, overlap=0.1)


def test_labels_are_laid_on_the_images_beside_them_alone(monkeypatch):
    """A row of images with a landslide on each, and one far away."""
    wests = [500_000 + 1000 * number for number in range(COUNT)]
    grids = [Grid(200, 200, (x, 2, 0, 4e6, 0, -2), UTM.text) for x in wests]
    corners = [(x + 150, 4e6 - 250) for x in wests] + [(300_000, 4e6)]
    labels = [Label(box(x, y, x + 100, y + 100), LANDSLIDE) for x, y in corners]
    laid = []
    monkeypatch.setattr(
        labels_on_images, "on_grid", lambda *given: laid.append(given) or on_grid(*given)
    )
    count = LabelCount(len(labels), 0, 0, 0)
    taught, count = labels_on_images.on_images(labels, count, grids, UTM, CONTRACT)
    assert taught == labels[:COUNT] and count.outside == 1
    assert len(laid) == COUNT
