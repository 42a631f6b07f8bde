# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows that see only flat ground are left out; all else is as it is without."""

from dataclasses import replace

import numpy as np
import pytest
from samples import IDENTITY, FakeDetector, result_of, write_model, write_raster

from models.errors import MrifeError
from models.geo.dem import ElevationModel
from models.geo.elevation_reader import ElevationReader
from models.geo.grid import Window
from models.inference.predict import predict
from models.inference.raster import Raster
from models.jobs import OutlineRequest, prepare_detect, without_flat
from models.onnxfile import describe

ROWS, COLS = 300, 500
CELL = 5  # metres of the elevation model
FLAT_COLS = 300  # of the image, which the slope begins behind
HOLE = (slice(30, 34), slice(20, 24))  # cells without a height
NODATA = -9999


def uneven(batch):
    """A network that sees a pixel otherwise in each place of its window."""
    slope = np.linspace(1.0, 0.6, batch.shape[3], dtype=np.float32)
    return batch[:, 0].astype(np.float32) / 250 * slope * slope[:, None]


def elevation(folder, low=50, slope=0.3, rows=ROWS // CELL):
    """Flat, then steep to the east; a hole, and nothing south of some rows."""
    east = (np.arange(COLS // CELL) + 0.5) * CELL
    heights = low + slope * np.maximum(0, east - FLAT_COLS)
    cells = np.tile(heights, (rows, 1)).astype(np.float32)
    cells[HOLE] = NODATA
    place = (500000, CELL, 0, 3000000, 0, -CELL)
    return write_raster(folder / "dem.tif", cells, place, nodata=NODATA)


def job_of(folder, pixel_size=None, dem=None, **asked):
    contract = replace(IDENTITY, pixel_size=pixel_size)
    model = describe(write_model(folder / "identity.onnx", contract))
    pixels = np.random.default_rng(0).integers(1, 251, (ROWS, COLS)).astype(np.uint8)
    path = folder / "image.tif"
    if not path.exists():  # written anew it would be another image
        write_raster(path, pixels)
    raster = Raster(str(path), contract=model.contract)
    request = OutlineRequest(dem=dem or elevation(folder))
    return result_of(without_flat(prepare_detect(raster, model, request, **asked)))


def searched(job, begin=0):
    """Levels, and how many windows the network saw."""
    detector = FakeDetector(uneven)
    strips = predict(job.raster, detector, job.plan, begin=begin)
    levels = np.concatenate([strip.values for strip in strips])
    return levels, sum(detector.batches)


@pytest.mark.parametrize("pixel_size", [None, 1.7, 0.6])
@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.6])
def test_flat_windows_are_left_out_and_all_else_is_the_same(
    tmp_path, pixel_size, overlap
):
    everything, windows = searched(job_of(tmp_path, pixel_size, overlap=overlap))
    job = job_of(tmp_path, pixel_size, overlap=overlap, flat_below=2.0)
    levels, fewer = searched(job)
    left_out = levels == 255
    assert (levels[~left_out] == everything[~left_out]).all()
    assert 0 < job.plan.flat_tiles == windows - fewer
    assert left_out[:, : FLAT_COLS - 2 * CELL].mean() > 0.3
    steep = np.s_[:, FLAT_COLS:]
    assert not left_out[steep].any() and (everything[steep] < 255).all()
    hole = tuple(slice(CELL * side.start, CELL * side.stop) for side in HOLE)
    assert not left_out[hole].any()


def test_a_window_that_touches_a_slope_is_searched(tmp_path):
    job = job_of(tmp_path, overlap=0.0, flat_below=2.0)
    (begins,) = np.nonzero(~job.plan.flat.any(axis=0))
    first = job.plan.cols[begins[0]]
    assert first <= FLAT_COLS < first + job.plan.window


def test_ground_without_heights_is_searched(tmp_path):
    half = elevation(tmp_path, rows=ROWS // CELL // 2)
    job = job_of(tmp_path, dem=half, flat_below=2.0)
    flat_rows = np.flatnonzero(job.plan.flat.any(axis=1))
    last = job.plan.rows[flat_rows[-1]] + job.plan.window
    assert len(flat_rows) and last <= ROWS // 2 + CELL


def test_slopes_are_compared_in_degrees_of_the_ground(tmp_path):
    tilted = elevation(tmp_path, slope=np.tan(np.radians(10)))
    assert not job_of(tmp_path, dem=tilted, flat_below=9.9).plan.flat[:, -1].any()
    assert job_of(tmp_path, dem=tilted, flat_below=10.1).plan.flat[:, -1].all()


def test_a_part_is_the_cut_of_the_whole(tmp_path):
    whole, _ = searched(job_of(tmp_path, overlap=0.3, flat_below=2.0))
    extent = Window(70, 90, 150, 300)
    job = job_of(tmp_path, overlap=0.3, flat_below=2.0, extent=extent)
    assert (searched(job)[0] == whole[70:220, 90:390]).all()
    assert (searched(job, begin=100)[0] == whole[170:220, 90:390]).all()


def test_runs_are_the_same_where_the_same_windows_are_left_out(tmp_path):
    def run(**asked):
        return job_of(tmp_path, **asked).metadata["MRIFE_RUN"]

    assert run(flat_below=2.0) == run(flat_below=3.0) != run()
    east = Window(0, 400, ROWS, 100)
    assert run(flat_below=2.0, extent=east) == run(extent=east)
    assert run(flat_below=2.0) != run(flat_below=80.0)


def test_without_an_elevation_model_no_ground_is_flat(tmp_path):
    model = describe(write_model(tmp_path / "identity.onnx", IDENTITY))
    path = write_raster(
        tmp_path / "image.tif", np.arange(6400, dtype=np.uint8).reshape(80, 80)
    )
    raster = Raster(path, contract=model.contract)
    with pytest.raises(MrifeError, match="flatter than 2°.*choose one"):
        prepare_detect(raster, model, OutlineRequest(), flat_below=2.0)


def hilly(folder, rows, cols, cell, nodata=NODATA):
    """Rough and level ground in turn, with voids, over the image and beyond it."""
    rng = np.random.default_rng(7)
    rough = rng.random((rows, cols)) * cell
    side = round(90 / cell)
    coarse = rng.random((rows // side + 1, cols // side + 1)) < 0.3
    rough *= np.kron(coarse, np.ones((side, side)))[:rows, :cols]
    heights = (500 + rough).astype(np.float32)
    heights[rows // 3, :: cols // 3] = nodata
    place = (500000 - 3 * cell, cell, 0, 3000000 + 2 * cell, 0, -cell)
    return write_raster(folder / "hilly.tif", heights, place, nodata=nodata)


def flat_at_once(plan, dem, limit):
    """The windows of a plan whose ground is flat, from the slopes of all of it."""
    whole = plan.model_grid
    across, down = whole.pixel_metres()
    grid = whole.resized(
        min(whole.width, round(whole.width * across / dem.resolution)),
        min(whole.height, round(whole.height * down / dem.resolution)),
    )
    heights = ElevationReader(dem, grid).read(0, grid.height, 0, grid.width)[0]
    heights = np.where(heights <= NODATA, np.nan, heights.astype(float))
    slopes = np.gradient(heights, *reversed(grid.pixel_metres()))
    flat = np.degrees(np.arctan(np.hypot(*slopes))) < limit
    flat &= np.isfinite(heights)
    windows = np.zeros((len(plan.rows), len(plan.cols)), bool)
    for row, col in np.ndindex(windows.shape):
        top = plan.rows[row] * grid.height // whole.height
        left = plan.cols[col] * grid.width // whole.width
        bottom = min(plan.rows[row] + plan.window, whole.height)
        right = min(plan.cols[col] + plan.window, whole.width)
        bottom = -(-bottom * grid.height // whole.height)
        right = -(-right * grid.width // whole.width)
        windows[row, col] = flat[top:bottom, left:right].all()
    return windows


@pytest.mark.parametrize("pixel_size", [None, 1.7])
@pytest.mark.parametrize("cell", [1, 5, 7.3])
@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.75])
def test_the_same_windows_are_flat_as_by_the_slopes_of_all_ground(
    tmp_path, overlap, cell, pixel_size
):
    rows, cols = (int(side / cell) + 6 for side in (ROWS, COLS))
    path = hilly(tmp_path, rows, cols, cell)
    asked = {"dem": path, "overlap": overlap, "flat_below": 3.0}
    plan = job_of(tmp_path, pixel_size, **asked).plan
    expected = flat_at_once(plan, ElevationModel(path), 3.0)
    assert (plan.flat == expected).all() and 0 < expected.sum() < expected.size


def test_each_row_of_the_elevation_model_is_read_once(tmp_path, monkeypatch):
    job = job_of(tmp_path, overlap=0.75)
    read = ElevationReader.read
    rows = []

    def counted(self, row, count, *place):
        rows.extend(range(row, row + count))
        return read(self, row, count, *place)

    monkeypatch.setattr(ElevationReader, "read", counted)
    list(without_flat(replace(job, flat_below=2.0)))
    assert rows == list(range(ROWS // CELL))


def test_it_can_be_followed_and_stopped(tmp_path):
    job = replace(job_of(tmp_path, overlap=0.5), flat_below=2.0)
    shares = list(without_flat(job))
    assert len(shares) == len(job.plan.rows) and shares[-1] == 1
    assert np.diff(shares).min() > 0
    assert job.plan.flat is None  # nothing is looked at before
