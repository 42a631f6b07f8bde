# SPDX-License-Identifier: GPL-2.0-or-later
"""An elevation model beside the images that are taught: what it adds to the contract, and
where it lies.
"""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE, write_raster
from tuned_by_hand import CONTRACT, ROWS, UTM, image, label

from models.errors import MrifeError
from models.finetune.labels import LabelCount
from models.finetune.prepare import TuneRequest, opened_contract, prepare_tune
from models.inference.raster import Raster
from models.onnxfile import ModelFile

COLS = 480
PLACES = [(50, col) for col in (40, 140, 320, 430)]
ELEVATED = (*CONTRACT.bands, "elevation")


def dem(folder, first=0, cols=COLS):
    """Heights of a slope from a column of the image on."""
    heights = np.tile(np.arange(cols, dtype=np.float32) + 500, (ROWS, 1))
    place = (PLACE[0] + first, *PLACE[1:])
    return write_raster(folder / "dem.tif", heights, place)


def prepared(folder, path, stage="all", contract=CONTRACT):
    opened = opened_contract(contract, path)
    rasters = [Raster(image(folder / "image.tif"), (), opened, path)]
    base = ModelFile("base.onnx", contract, (), (), "01234567", 1)
    labels = [label(*place) for place in PLACES]
    count = LabelCount(len(labels), 0, 0, 0)
    request = TuneRequest(whole=True, stage=stage)
    return prepare_tune(base, rasters, ["image"], labels, count, UTM, request)


def said(job):
    return " ".join(map(str, job.notes))


def test_without_an_elevation_model_the_contract_stays(tmp_path):
    job = prepared(tmp_path, None)
    assert job.contract == CONTRACT and "elevation" not in said(job)


def test_a_base_that_sees_the_image_alone_is_extended(tmp_path):
    job = prepared(tmp_path, dem(tmp_path))
    assert job.contract.bands == ELEVATED and job.base.contract == CONTRACT
    assert "is extended by elevation" in said(job)
    assert "landslides; where it has none" not in said(job)
    assert job.digest != prepared(tmp_path, None).digest


def test_another_elevation_model_in_the_place_of_one_is_another_job(tmp_path):
    """As it is for images: nothing that was learned with other heights goes on."""
    path = dem(tmp_path)
    first = prepared(tmp_path, path)
    assert prepared(tmp_path, path).digest == first.digest
    dem(tmp_path, cols=COLS - 1)
    assert prepared(tmp_path, path).digest != first.digest


def test_a_base_that_sees_elevation_is_as_it_was(tmp_path):
    contract = CONTRACT.with_elevation()
    job = prepared(tmp_path, dem(tmp_path), contract=contract)
    assert job.contract == contract and "extended" not in said(job)


@pytest.mark.parametrize("stage", ["decoder", "late"])
def test_a_base_is_not_extended_where_its_first_layer_does_not_learn(tmp_path, stage):
    """What comes out would need an elevation model, and not look at it."""
    with pytest.raises(MrifeError, match="let all of it learn"):
        prepared(tmp_path, dem(tmp_path), stage)
    contract = CONTRACT.with_elevation()
    assert prepared(tmp_path, dem(tmp_path), stage, contract).contract == contract


def test_the_threshold_alone_needs_no_elevation(tmp_path):
    job = prepared(tmp_path, dem(tmp_path), stage="recalibrate")
    assert job.contract == CONTRACT and "is not looked at" in said(job)


def test_what_the_elevation_model_does_not_cover_is_said(tmp_path):
    job = prepared(tmp_path, dem(tmp_path, first=200))
    assert "heights at 2 of 4 landslides" in said(job)


@pytest.mark.parametrize("takes_elevation", [False, True])
def test_an_elevation_model_of_another_place_is_refused(tmp_path, takes_elevation):
    contract = CONTRACT.with_elevation() if takes_elevation else CONTRACT
    with pytest.raises(MrifeError, match="heights at none of the 4 landslides"):
        prepared(tmp_path, dem(tmp_path, first=9000), contract=contract)
