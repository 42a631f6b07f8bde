# SPDX-License-Identifier: GPL-2.0-or-later
"""The one job: outlines while the network runs are those of the finished raster."""

import os
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from samples import IDENTITY, FakeDetector, first_band, write_model, write_raster

from models import pipeline
from models.errors import MrifeError
from models.geo.grid import Window, sample_windows
from models.geo.overviews import LARGE
from models.geo.rectangles import slices
from models.inference.raster import Raster
from models.inventory.candidates.attributes import Collection
from models.inventory.polygonize.options import OutlineOptions, Thresholds
from models.jobs import OutlineRequest, prepare_detect, prepare_outline, thresholds_of
from models.onnxfile import describe
from models.provenance import UNSTATED

CONTRACT = replace(
    IDENTITY, threshold=0.3, seed=0.4, min_area=50.0, objects=(0.1, 1.0, 0.5, 0.2, 0.3)
)


@pytest.fixture
def model(tmp_path):
    return describe(write_model(tmp_path / "identity.onnx", CONTRACT))


def blobs(rows=700, cols=300, seed=1):
    """Smooth random levels with structures of about 12 pixels, some of them tall."""
    rng = np.random.default_rng(seed)
    small = 250 * rng.random((rows // 12 + 2, cols // 12 + 2)) ** 3
    image = np.kron(small, np.ones((12, 12)))[:rows, :cols]
    image[20:650, 40:60] = 220  # seen whole only long after its head was
    return image.astype(np.uint8)


def sided(batch):
    """A network that is surer of the left."""
    return first_band(batch) * np.linspace(1.0, 0.7, batch.shape[3], dtype=np.float32)


def candidates_of(job, path, image=first_band):
    with Collection(job.outline.inventory) as candidates:
        for _ in pipeline.detect(job, FakeDetector(image), path, candidates):
            pass
        return list(candidates)


def outlined(path, request):
    job = prepare_outline(path, request)
    with Collection(job.inventory) as candidates:
        for _ in pipeline.outline(path, job, candidates):
            pass
        return list(candidates)


def without_time(records):
    return [(wkb, {**values, "run_utc": None}) for wkb, values in records]


@pytest.mark.parametrize(
    "options",
    [OutlineOptions(), OutlineOptions(gap=4.0), OutlineOptions(split=True)],
    ids=["default", "gaps", "split"],
)
def test_outlines_of_a_run_are_those_of_its_raster(tmp_path, model, options):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    request = OutlineRequest(options=options)
    path = str(tmp_path / "p.tif")
    found = candidates_of(prepare_detect(raster, model, request), path)
    assert len(found) > 20
    assert without_time(found) == without_time(outlined(path, request))


def test_windows_at_once_follow_the_cores_where_nobody_says(tmp_path, model, monkeypatch):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    monkeypatch.setattr("models.inference.batch_size.available_cores", lambda: 3)
    assert prepare_detect(raster, model, OutlineRequest()).batch_size == 24
    given = prepare_detect(raster, model, OutlineRequest(), batch_size=5)
    assert given.batch_size == 5


def test_polygons_say_their_spread_only_where_it_was_asked_for(tmp_path, model):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    plain = prepare_detect(raster, model, OutlineRequest())
    job = prepare_detect(raster, model, OutlineRequest(), uncertainty=True)
    path = str(tmp_path / "p.tif")
    candidates = candidates_of(job, path, sided)
    assert len(candidates) > 20
    # a pixel counts 1 to 0.7 of its level, by the side that is up; in the middle of
    # a window always the same
    shares = [values["p_std"] / values["p_mean"] for _, values in candidates]
    assert 0 < min(shares) and 0.05 < max(shares) < 0.16
    assert without_time(candidates) == without_time(outlined(path, OutlineRequest()))
    once = candidates_of(plain, str(tmp_path / "once.tif"), sided)
    assert {values["p_std"] for _, values in once} == {None}
    assert plain.metadata["MRIFE_RUN"] != job.metadata["MRIFE_RUN"]
    assert job.metadata["MRIFE_SYMMETRIES"] == "8"
    assert "MRIFE_SYMMETRIES" not in plain.metadata


@pytest.mark.parametrize("uncertainty", [False, True])
def test_a_killed_run_is_outlined_from_its_first_row(tmp_path, model, uncertainty):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    path = str(tmp_path / "p.tif")
    job = prepare_detect(raster, model, OutlineRequest(), uncertainty=uncertainty)
    whole = candidates_of(job, path, sided)
    pixels = (tmp_path / "p.tif").read_bytes()
    job = prepare_detect(raster, model, OutlineRequest(), uncertainty=uncertainty)
    left_over = pipeline.ProbabilityWriter(
        path,
        job.plan.grid,
        pipeline.run_metadata(job, FakeDetector(sided)),
        has_spread=uncertainty,
    )
    for strip in pipeline.predict(raster, FakeDetector(sided), job.plan):
        if strip.row < 300:
            left_over.write(strip)
    left_over._dataset.FlushCache()  # as a process leaves it that is killed here
    calls = FakeDetector(sided)
    with Collection(job.outline.inventory) as candidates:
        steps = list(pipeline.detect(job, calls, path, candidates))
        again = list(candidates)
    assert steps[0] == (256, 700, True)
    assert without_time(again) == without_time(whole)
    assert (tmp_path / "p.tif").read_bytes() == pixels


def detected(job, detector, path):
    with Collection(job.outline.inventory) as candidates:
        return list(pipeline.detect(job, detector, path, candidates, named=False))


def searched(job, detector, path):
    return list(pipeline.search(job, detector, path))


@pytest.mark.parametrize("run", [detected, searched])
@pytest.mark.parametrize("before, now", [("cpu", "cuda"), ("cuda", "cpu")])
def test_a_run_of_another_device_is_not_gone_on_with(tmp_path, model, run, before, now):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    path = str(tmp_path / "p.tif")  # it keeps its unfinished name

    def goes_on(device):
        job = prepare_detect(raster, model, OutlineRequest())
        return run(job, FakeDetector(first_band, device), path)[0].continued

    assert not goes_on(before)
    assert goes_on(before)
    assert not goes_on(now)


def test_a_search_does_not_go_on_with_an_image_that_was_changed_since(tmp_path, model):
    """Not one pixel of it is among those that stand for the whole image."""
    ground = np.tile(blobs(), (3, 3))
    sampled = np.zeros(ground.shape, bool)
    for window in sample_windows(*ground.shape[::-1]):
        sampled[slices(window, Window(0, 0, *ground.shape))] = True
    image = write_raster(tmp_path / "image.tif", ground)
    path = str(tmp_path / "p.tif")  # it keeps its unfinished name

    def goes_on():
        job = prepare_detect(Raster(image, contract=CONTRACT), model, OutlineRequest())
        return searched(job, FakeDetector(first_band), path)[0].continued

    assert not goes_on()
    assert goes_on()
    write_raster(image, np.where(sampled, ground, 255 - ground))
    os.utime(image, (0, 0))  # another time than that of the first one, on any disk
    assert not goes_on()
    assert goes_on()


def test_a_run_killed_after_the_search_does_not_search_again(tmp_path, model):
    """While its polygons were written; the raster waits under its unfinished name."""
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    path = str(tmp_path / "p.tif")
    whole = candidates_of(prepare_detect(raster, model, OutlineRequest()), path)
    pixels = (tmp_path / "p.tif").read_bytes()
    (tmp_path / "p.tif").unlink()
    for calls in (FakeDetector(first_band), FakeDetector(None)):
        job = prepare_detect(raster, model, OutlineRequest())
        with Collection(job.outline.inventory) as candidates:
            list(pipeline.detect(job, calls, path, candidates, named=False))
            found = list(candidates)
        assert without_time(found) == without_time(whole)
        assert not (tmp_path / "p.tif").exists()
        assert (tmp_path / "p.tif.part").read_bytes() == pixels


def test_a_run_that_is_closed_leaves_nothing(tmp_path, model):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    job = prepare_detect(raster, model, OutlineRequest())
    path = tmp_path / "out" / "p.tif"
    path.parent.mkdir()
    with Collection(job.outline.inventory) as candidates:
        progress = pipeline.detect(job, FakeDetector(first_band), str(path), candidates)
        with closing(progress):
            for step in progress:
                if step.share > 0.3:
                    break
    assert list(path.parent.iterdir()) == []


def test_an_error_of_the_outlines_stops_the_search(tmp_path, model):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    job = prepare_detect(raster, model, OutlineRequest())

    class Full(Collection):
        def extend(self, candidates, probability):
            raise MrifeError("The disk is full.")

    calls = FakeDetector(first_band)
    with Full(job.outline.inventory) as candidates:
        with pytest.raises(MrifeError, match="disk is full"):
            list(pipeline.detect(job, calls, str(tmp_path / "p.tif"), candidates))
    assert not (tmp_path / "p.tif").exists()


def test_a_large_raster_that_somebody_will_look_at_has_overviews(tmp_path):
    contract = replace(CONTRACT, window=512)
    model = describe(write_model(tmp_path / "identity.onnx", contract, window=512))
    image = np.zeros((4096, LARGE // 4096), np.uint8)
    image[:700, :300] = blobs()
    path = write_raster(tmp_path / "large.tif", image, nodata=0)
    job = prepare_detect(Raster(path, contract=contract), model, OutlineRequest())
    out = str(tmp_path / "p.tif")
    with Collection(job.outline.inventory) as candidates:
        detector = FakeDetector(first_band)
        list(pipeline.detect(job, detector, out, candidates, named=False))
        assert len(candidates)
    dataset = gdal.Open(f"{out}.part")
    assert dataset.GetRasterBand(1).GetOverviewCount() == 4


def test_progress_ends_with_all_rows(tmp_path, model):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    job = prepare_detect(raster, model, OutlineRequest())
    with Collection(job.outline.inventory) as candidates:
        steps = list(
            pipeline.detect(
                job, FakeDetector(first_band), str(tmp_path / "p.tif"), candidates
            )
        )
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1


@pytest.mark.parametrize(
    "asked, thresholds",
    [
        ({}, (0.3, 0.4, 50.0)),
        ({"threshold": 0.6}, (0.6, 0.6, 50.0)),  # a lone high threshold lifts the seed
        ({"threshold": 0.2}, (0.2, 0.4, 50.0)),
        ({"seed": 0.9}, (0.3, 0.9, 50.0)),
        ({"scale": 10_000}, (0.3, 0.4, 400.0)),
        ({"scale": 10_000, "min_area": 7.0}, (0.3, 0.4, 7.0)),
    ],
)
def test_what_is_not_asked_is_taken_from_model_or_raster(
    tmp_path, model, asked, thresholds
):
    raster = Raster(write_raster(tmp_path / "image.tif", blobs()), contract=CONTRACT)
    job = prepare_detect(raster, model, OutlineRequest(**asked))
    assert job.outline.thresholds == Thresholds(*thresholds)
    path = str(tmp_path / "p.tif")
    candidates_of(job, path)
    again = prepare_outline(path, OutlineRequest())
    assert again.thresholds == Thresholds(*thresholds)
    for name in ("model_id", "src_img", "img_date", "gsd_m", "objects", "sheet"):
        assert getattr(again.run, name) == getattr(job.outline.run, name)


@pytest.mark.parametrize(
    "threshold, calibrated", [(None, True), (0.3, True), (0.304, True), (0.5, False)]
)
def test_confidence_is_of_the_threshold_that_it_was_calibrated_at(
    tmp_path, model, threshold, calibrated
):
    """Of a search at another threshold, and of outlines of its raster at another one; at
    the calibrated one it is there again.
    """
    image = write_raster(tmp_path / "image.tif", blobs(100, 100))
    raster = Raster(image, contract=CONTRACT)
    job = prepare_detect(raster, model, OutlineRequest(threshold=threshold))
    assert job.outline.run.objects == CONTRACT.objects * calibrated
    notes = " ".join(map(str, job.outline.notes))
    assert ("calibrated for outlines at the threshold 0.3" in notes) != calibrated
    path = str(tmp_path / "p.tif")
    for _, values in candidates_of(job, path):
        assert (values["conf"] is not None) == (values["conf_cls"] is not None)
        assert (values["conf"] is not None) == calibrated
    same = prepare_outline(path, OutlineRequest())
    assert same.run.objects == job.outline.run.objects
    again = prepare_outline(path, OutlineRequest(threshold=0.3))
    assert again.run.objects == CONTRACT.objects
    assert "calibrated" not in " ".join(map(str, again.notes))


def test_a_raster_that_says_nothing_of_itself_has_the_plain_defaults(tmp_path):
    levels = (blobs() / 250).astype(np.float32)
    job = prepare_outline(write_raster(tmp_path / "p.tif", levels), OutlineRequest())
    assert job.thresholds == Thresholds(0.5, 0.5, 0.0)
    assert (job.run.model_id, job.run.src_img, job.run.objects) == ("", "p", ())


def test_thresholds_that_contradict_are_refused():
    with pytest.raises(MrifeError, match="below the threshold 0.5"):
        thresholds_of(OutlineRequest(threshold=0.5, seed=0.4), UNSTATED)
    with pytest.raises(MrifeError, match="between 0 and 1"):
        thresholds_of(OutlineRequest(threshold=1.5), UNSTATED)
