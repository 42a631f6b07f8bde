# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground that was searched: once where sheets lie over each other, by its own size, and
under which landslides.
"""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE
from shapely.geometry import box
from tuned_by_hand import COLS, SIDE, UTM, A, label, levels, tuned, write_levels

from models.finetune.objects import ObjectComparison
from models.finetune.searched_ground import (
    SearchedBefore,
    searched_landslides,
    searched_m2,
)
from models.geo.crs import Crs
from models.geo.geodesic import Geodesic
from models.geo.grid import Grid
from models.inference.levels import NODATA, Strip

DEGREES = Crs("EPSG:4326")


def cleared(paths, values, geotransform, crs=UTM):
    """Levels of a sheet on which others of `paths` come first."""
    rows, cols = values.shape
    grid = Grid(cols, rows, geotransform, crs.srs().ExportToWkt())
    searched = SearchedBefore(paths, grid)
    for row in range(0, rows, 50):
        searched.clear(Strip(row, values[row : row + 50]))
    return values


def test_what_an_earlier_sheet_holds_is_cleared_and_what_it_lacks_stays(tmp_path):
    """It ends after 40 of 100 columns, and has no pixels in rows 30 to 59."""
    first = np.full((100, 200), 10, np.uint8)
    first[30:60] = NODATA
    path = write_levels(tmp_path / "first.tif", first)
    east = (PLACE[0] + 160, *PLACE[1:])
    values = cleared([path], np.full((100, 100), 20, np.uint8), east)
    expected = np.full((100, 100), 20, np.uint8)
    expected[:30, :40] = expected[60:, :40] = NODATA
    assert (values == expected).all()


def test_sheets_beside_each_other_leave_each_other_alone(tmp_path):
    path = write_levels(tmp_path / "first.tif", np.full((100, 200), 10, np.uint8))
    for col in (200, -100):
        beside = (PLACE[0] + col, *PLACE[1:])
        assert (cleared([path], np.full((90, 100), 20, np.uint8), beside) == 20).all()


def test_sheets_of_other_systems_and_pixels_are_found_by_their_ground(tmp_path):
    """A sheet in degrees, south above, over the eastern half of one in metres."""
    metres = np.full((200, 200), 10, np.uint8)
    path = write_levels(tmp_path / "first.tif", metres)
    corners = [(PLACE[0] + 100, PLACE[3] - 200), (PLACE[0] + 300, PLACE[3])]
    (west, south), (east, north) = UTM.transform(corners, DEGREES)
    step = 2e-5  # some 2 m
    rows, cols = int((north - south) / step), int((east - west) / step)
    turned = (west, step, 0.0, south, 0.0, step)
    values = cleared([path], np.full((rows, cols), 20, np.uint8), turned, DEGREES)
    lons, lats = np.meshgrid(
        west + step * (np.arange(cols) + 0.5), south + step * (np.arange(rows) + 0.5)
    )
    points = DEGREES.transform(np.stack((lons.ravel(), lats.ravel()), axis=1), UTM)
    inside = (points[:, 0] < PLACE[0] + 200) & (points[:, 1] < PLACE[3])
    inside &= points[:, 1] > PLACE[3] - 200
    assert ((values == NODATA).ravel() == inside).mean() > 0.9999
    assert 0.4 < inside.mean() < 0.6


def test_ground_in_degrees_is_measured_row_by_row(tmp_path):
    """Of two degrees at 61 north the southern half was searched."""
    values = np.full((400, 20), 10, np.uint8)
    values[:200] = NODATA
    place = (10.0, 0.005, 0.0, 62.0, 0.0, -0.005)
    path = write_levels(tmp_path / "p.tif", values, place, DEGREES)
    ground = Geodesic(DEGREES).area(box(10.0, 60.0, 10.1, 61.0))
    assert searched_m2(path) == pytest.approx(ground, rel=1e-4)


def test_a_landslide_over_three_sheets_was_looked_at(tmp_path):
    """A fifth and two fifths of it on each: nobody can say that the image lacks it."""
    made = tuned(tmp_path, levels(A), levels(A))
    row, col = A
    paths = []
    for number, (first, last) in enumerate(((0, 4), (4, 12), (12, 20))):
        values = levels(A)
        values[:, : col + first] = NODATA
        values[:, col + last :] = NODATA
        paths.append(write_levels(tmp_path / f"{number}.tif", values))
    assert SIDE == 20 and made.job.labels[0].polygon.area == SIDE**2
    assert made.job.labels[0] in searched_landslides(made.job, paths)
    assert not searched_landslides(made.job, paths[:1])


def test_a_landslide_mostly_beside_the_image_is_not_missed(tmp_path):
    """A fifth of one of 200 m lies on it."""
    beyond = label(50, COLS - 40)
    x, south, _, north = beyond.polygon.bounds
    beyond = beyond._replace(polygon=box(x, south, x + 200, north))
    labels = [label(*A), label(50, 140), beyond]
    made = tuned(tmp_path, levels(A), levels(A), labels)
    comparison = ObjectComparison(made)
    list(comparison.run())
    assert len(comparison.result.landslides) == 2
