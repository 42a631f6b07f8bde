# SPDX-License-Identifier: GPL-2.0-or-later
"""When an image was taken: as its metadata say it, or as a person does."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ..errors import MrifeError
from ..geo.files import open_raster

# the surest first; the last may be when a mosaic was made
KEYS = (
    "ACQUISITIONDATETIME",
    "ACQUISITION_DATE",
    "ACQUISITIONDATE",
    "ACQUISITION",
    "DATE_ACQUIRED",
    "SENSING_TIME",
    "DATATAKE_1_DATATAKE_SENSING_START",
    "PRODUCT_START_TIME",
    "NITF_IDATIM",
    "TIFFTAG_DATETIME",
)
CLOCK_ZEROS = (date(1970, 1, 1), date(1980, 1, 1))  # of computers that know no time
DAY = re.compile(r"(\d{4})[-:/.]?(\d{2})[-:/.]?(\d{2})(?!\d)")


def image_date(path: str) -> str | None:
    """ISO 8601 date in a raster's metadata; None where there is none that can be read."""
    dataset = open_raster(path)
    stated = {
        key.upper(): value
        for domain in ("", "IMAGERY")
        for key, value in (dataset.GetMetadata(domain) or {}).items()
    }
    days = (_day(stated[key]) for key in KEYS if key in stated)
    return next((day for day in days if day), None)


def stated_date(text: str) -> str:
    """The ISO date at the beginning of a text; raises MrifeError where there is none."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError as error:
        raise MrifeError(
            "The image date is '{}'; give it as year-month-day, such as 2019-05-28.", text
        ) from error


def _day(text: str) -> str | None:
    match = DAY.match(text.strip())
    if match is None:
        return None
    try:
        day = date(*map(int, match.groups()))
    except ValueError:  # such as 0000:00:00
        return None
    if day in CLOCK_ZEROS or day > date.today() + timedelta(days=1):
        return None
    return day.isoformat()
