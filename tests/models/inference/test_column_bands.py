# SPDX-License-Identifier: GPL-2.0-or-later
"""A very wide raster is searched in bands of columns, and gives what one search gives."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from samples import (
    IDENTITY,
    FakeDetector,
    read_raster,
    write_model,
    write_raster,
)
from shapely.geometry import Point
from survey import ground, uneven

from models import pipeline
from models.geo.block_cache import CACHE_BYTES
from models.inference.column_bands import in_bands
from models.inference.raster import Raster
from models.inventory.candidates.attributes import Collection
from models.jobs import OutlineRequest, prepare_detect
from models.onnxfile import describe

WIDE = 600  # columns of a band, of 1,100


def job_of(folder, pixel_size=None, **asked):
    contract = replace(IDENTITY, min_area=20.0, pixel_size=pixel_size)
    model = describe(write_model(folder / "identity.onnx", contract))
    image = ground(300, 1100)
    image[:, 500:530] = 0
    image[200:240, 200:900] = 220
    path = folder / "wide.tif"
    if not path.exists():  # written anew it would be another image
        write_raster(path, image, nodata=0)
    raster = Raster(str(path), contract=model.contract)
    return prepare_detect(raster, model, OutlineRequest(), **asked)


def outcome(job, path, detector, **options):
    """Levels, and polygons without the time."""
    with Collection(job.outline.inventory) as candidates:
        steps = list(pipeline.detect(job, detector, str(path), candidates, **options))
        records = [(wkb, {**values, "run_utc": None}) for wkb, values in candidates]
    shares = [step.share for step in steps]
    assert shares[-1] == 1 and min(np.diff(shares)) >= 0
    return read_raster(path), records


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"pixel_size": 1.7},
        {"pixel_size": 0.6},
        {"uncertainty": True, "overlap": 0.5},
        {"mask": [Point(500400, 2999800).buffer(260).wkb]},
    ],
    ids=["plain", "coarser", "finer", "spread", "area"],
)
def test_bands_give_what_one_search_gives(tmp_path, asked):
    job = job_of(tmp_path, **asked)
    bands = in_bands(job.plan, job.raster.grid, WIDE)
    assert len(bands) > 2
    assert max(max(band.out.cols, band.region.cols) for band in bands) <= WIDE
    levels, polygons = outcome(job, tmp_path / "one.tif", FakeDetector(uneven))
    job = job_of(tmp_path, **asked)  # or no identifier would be given twice
    banded, same = outcome(
        job, tmp_path / "bands.tif", FakeDetector(uneven), max_columns=WIDE
    )
    assert (banded == levels).all()
    assert polygons and same == polygons
    path = str(tmp_path / "search.tif")
    list(pipeline.search(job, FakeDetector(uneven), path, max_columns=WIDE))
    assert (read_raster(path + ".part") == levels).all()
    assert not list(tmp_path.glob("*.band*"))


def test_memory_is_given_back_after_each_band(tmp_path, monkeypatch):
    given_back = []
    monkeypatch.setattr(
        pipeline.unused_memory, "give_back", lambda: given_back.append(True)
    )
    job = job_of(tmp_path)
    bands = in_bands(job.plan, job.raster.grid, WIDE)
    path = str(tmp_path / "search.tif")
    list(pipeline.search(job, FakeDetector(uneven), path, max_columns=WIDE))
    assert len(given_back) == len(bands) > 2


def test_what_a_killed_run_left_of_its_bands_is_not_searched_again(tmp_path):
    job = job_of(tmp_path)
    whole = FakeDetector(uneven)
    levels, polygons = outcome(job, tmp_path / "one.tif", whole)
    killed = tmp_path / "killed.tif"
    job = job_of(tmp_path)
    with Collection(job.outline.inventory) as candidates:
        run = pipeline.detect(
            job, FakeDetector(uneven), str(killed), candidates, max_columns=WIDE
        )
        while next(run).share < 0.5:
            pass
        left = sorted(tmp_path.glob("*.band*"))
        for file in left:
            shutil.copy(file, tmp_path / f"copy of {file.name}")
        run.close()
    assert len(left) > 1 and not list(tmp_path.glob("killed*"))
    for file in left:
        (tmp_path / f"copy of {file.name}").rename(file)
    rest = FakeDetector(uneven)
    job = job_of(tmp_path)
    assert outcome(job, killed, rest, max_columns=WIDE)[1] == polygons
    assert (read_raster(killed) == levels).all()
    assert sum(rest.batches) < 0.8 * sum(whole.batches)


def test_gdal_s_cache_is_small_while_a_search_runs_and_then_as_before(tmp_path):
    job = job_of(tmp_path)
    before = gdal.GetCacheMax()
    gdal.SetCacheMax(CACHE_BYTES * 3)
    try:
        with Collection(job.outline.inventory) as candidates:
            one = pipeline.detect(
                job, FakeDetector(uneven), str(tmp_path / "a.tif"), candidates
            )
            other = pipeline.search(job, FakeDetector(uneven), str(tmp_path / "b.tif"))
            next(one)
            next(other)
            list(one)
            assert gdal.GetCacheMax() == CACHE_BYTES  # the other one still runs
            other.close()
        assert gdal.GetCacheMax() == CACHE_BYTES * 3
    finally:
        gdal.SetCacheMax(before)
