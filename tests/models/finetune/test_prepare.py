# SPDX-License-Identifier: GPL-2.0-or-later
"""What is to be taught, examined before anything is computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import PLACE, read_raster, write_raster
from tuned_by_hand import CONTRACT, UTM, A, B, image, label, square

from models.errors import MrifeError
from models.finetune.labels import LANDSLIDE, LOOK_ALIKE, UNDECIDED, LabelCount
from models.finetune.labels_on_images import pixel_area
from models.finetune.prepare import TuneRequest, prepare_tune
from models.geo.crs import Crs
from models.inference.raster import Raster
from models.onnxfile import ModelFile

BASE = ModelFile("base.onnx", CONTRACT, (), (), "01234567", 1)


def job_of(rasters, labels, base=BASE, crs=UTM, unlabelled=(), **request):
    count = LabelCount(len(labels), 0, 0, 0)
    names = [f"image {number}" for number in range(len(rasters))]
    asked = TuneRequest(**{"whole": True, "stage": "all", **request})
    return prepare_tune(base, rasters, names, labels, count, crs, asked, unlabelled)


@pytest.fixture
def raster(tmp_path):
    return Raster(image(tmp_path / "image.tif"), (), CONTRACT)


@pytest.fixture
def prepare(raster):
    def run(labels, area=None, whole=True):
        return job_of([raster], labels, area=area, whole=whole)

    return run


def test_what_lies_off_the_images_or_is_too_small_is_left_out_and_counted(prepare):
    tiny = label(10, 10, side=2)  # 4 of the 9 pixels that are needed
    far = label(5000, 5000)
    job = prepare([label(*A), tiny, label(*B), far])
    assert job.landslides == [square(*A), square(*B)]
    assert (job.count.outside, job.count.small) == (1, 1)
    assert job.count.least_m2 == pytest.approx(9, rel=2e-3)
    words = [str(note) for note in job.notes]
    assert any("1 polygons lie on none" in text for text in words)
    assert any("1 landslides are smaller than 9 m²" in text for text in words)


def test_undecided_ground_is_cut_out_of_what_was_reviewed(prepare):
    unsure = label(A[0] + 10, A[1] + 10, UNDECIDED)
    job = prepare([label(*A), label(*B), unsure])
    assert not job.reviewed.contains(unsure.polygon.centroid.buffer(8))
    assert job.reviewed.buffer(0.01).contains(square(*A))
    assert prepare([label(*A), label(*B)]).reviewed is None


def test_too_few_and_elsewhere_are_said(prepare):
    with pytest.raises(MrifeError, match="Only 1 landslide lies on the images"):
        prepare([label(*A), label(5000, 5000)])
    with pytest.raises(MrifeError, match="None of the 2 polygons lies on an image"):
        prepare([label(5000, 0), label(5000, 5000)])
    two = [label(*A), label(*B)]
    with pytest.raises(MrifeError, match="reviewed area lies on none of the images"):
        prepare(two, [square(5000, 5000).wkb], False)
    with pytest.raises(MrifeError, match="No landslide lies in the reviewed area"):
        prepare(two, [square(90, 300).wkb], False)


def test_one_landslide_in_the_reviewed_area_is_enough(prepare):
    around_one = [square(A[0] - 10, A[1] - 10, 40).wkb]
    assert len(prepare([label(*A), label(*B)], around_one, False).landslides) == 2


def test_a_small_look_alike_is_taught(prepare):
    tiny = label(10, 10, LOOK_ALIKE, side=2)
    job = prepare([label(*A), label(*B), tiny])
    assert tiny in job.labels and job.count.small == 0


def test_the_reviewed_area_stays_the_limit_beside_undecided_ground(prepare):
    area = square(40, 30, 200)
    unsure = label(90, 40, UNDECIDED)
    job = prepare([label(*A), label(*B), unsure], [area.wkb], False)
    assert job.reviewed.area == pytest.approx(area.area - 20 * 20, rel=1e-6)
    assert area.buffer(1e-6).contains(job.reviewed)


def test_a_pixel_is_that_of_the_model_or_the_image(raster):
    assert pixel_area(raster.grid, replace(CONTRACT, pixel_size=3.0)) == 9
    assert pixel_area(raster.grid, CONTRACT) == pytest.approx(1, rel=2e-3)


def test_of_several_images_the_finest_says_what_is_too_small(raster, tmp_path):
    """7 x 7 m are 49 pixels of 1 m and 3 of 4 m."""
    values = np.arange(3 * 30 * 120).reshape(3, 30, 120).astype(np.uint8)
    place = (PLACE[0], 4, 0, PLACE[3], 0, -4)
    coarse = Raster(write_raster(tmp_path / "coarse.tif", values, place), (), CONTRACT)
    job = job_of([coarse, raster], [label(*A), label(*B), label(10, 10, side=7)])
    assert len(job.landslides) == 3


def test_jobs_share_a_digest_where_they_teach_the_same(raster, tmp_path):
    labels = [label(*A), label(*B), label(90, 40, LOOK_ALIKE)]
    job = job_of([raster], labels)
    other = Raster(image(tmp_path / "other.tif", seed=1), (), CONTRACT)
    area = [square(40, 30, 200).wkb]
    values = read_raster(raster.path)

    def placed(name, place=PLACE, epsg=32647):
        """The same pixels elsewhere."""
        path = write_raster(tmp_path / name, values, place, epsg=epsg)
        return Raster(path, (), CONTRACT)

    same_ground = placed("again.tif")
    moved = placed("moved.tif", (PLACE[0] + 15, *PLACE[1:]))
    finer = placed("finer.tif", (PLACE[0], 0.9, 0, PLACE[3], 0, -0.9))
    datum = placed("datum.tif", epsg=32247)  # of WGS 72
    changed = [
        job_of([moved], labels),
        job_of([finer], labels),
        job_of([datum], labels),
        job_of([raster], labels, crs=Crs("EPSG:32247")),
        job_of([raster], labels, options=(("batch", 4),)),
        job_of([raster], labels, options=(("batch", 8),)),
        job_of([raster, other], labels),
        job_of([raster], labels, unlabelled=[other]),
        job_of([raster], labels, seed=1),
        job_of([raster], labels, steps=7),
        job_of([raster], labels, stage="late"),
        job_of([raster], labels, area=area, whole=False),
        job_of([raster], labels, replace(BASE, digest="76543210")),
        job_of([other], labels),
        job_of([raster], [*labels[:2], labels[2]._replace(kind=LANDSLIDE)]),
        job_of([raster], [label(51, 40), *labels[1:]]),
    ]
    digests = {each.digest for each in (job, *changed)}
    assert len(digests) == 1 + len(changed)
    for same in (
        job_of([raster], labels),
        job_of([same_ground], labels),
        job_of([raster], labels, max_shift_m=50),
    ):
        assert same.digest == job.digest
    assert job_of([raster], labels, max_shift_m=50).max_shift_m == 50
