# SPDX-License-Identifier: GPL-2.0-or-later
"""The day of an image: as its metadata say it, and none where they cannot be right."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from samples import write_raster

from models.inference.image_date import image_date


def dated(folder, **items) -> str:
    path = write_raster(folder / "i.tif", np.zeros((2, 2), np.uint8))
    dataset = gdal.Open(path, gdal.GA_Update)
    for key, value in items.items():
        dataset.SetMetadataItem(key, value)
    dataset = None
    return path


@pytest.mark.parametrize(
    "key", ["TIFFTAG_DATETIME", "DATE_ACQUIRED", "PRODUCT_START_TIME"]
)
@pytest.mark.parametrize("text", ["2019:07:05 10:00:00", "2019-07-05T23:30Z", "20190705"])
def test_a_day_of_any_spelling(tmp_path, key, text):
    assert image_date(dated(tmp_path, **{key: text})) == "2019-07-05"


@pytest.mark.parametrize(
    "text",
    ["1970:01:01 00:00:00", "1980-01-01", "2999-07-05", "0000:00:00", "05/07/2019", " "],
)
def test_what_no_camera_saw_is_no_day(tmp_path, text):
    """Clocks that were never set, the future, days that may be months."""
    assert image_date(dated(tmp_path, TIFFTAG_DATETIME=text)) is None
    path = dated(tmp_path, TIFFTAG_DATETIME="2019:07:05", ACQUISITION=text)
    assert image_date(path) == "2019-07-05"
