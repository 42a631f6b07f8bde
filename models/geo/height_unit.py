# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit that heights are counted in, by what a band, a vertical CRS or a grid says."""

from __future__ import annotations

import re

from osgeo import gdal

from ..numerals import number
from ..word_lists import meanings
from .crs import Crs

METRES_PER_FOOT = 0.3048
METRES_PER_SURVEY_FOOT = 1200 / 3937
METRES = {
    "us survey foot": METRES_PER_SURVEY_FOOT,
    "millimetre": 0.001,
    "centimetre": 0.01,
    "decimetre": 0.1,
    "kilometre": 1000.0,
    "metre": 1.0,
    "foot": METRES_PER_FOOT,
    "inch": 0.0254,
    "yard": 0.9144,
    "fathom": 1.8288,
}
NO_HEIGHT = "no height"  # what slopes and aspects are stated in
EPSG_UNITS = {"9001": "metre", "9002": "foot", "9003": "us survey foot"}
NOT_STATED = "not stated"
MULTIPLES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)  # of a unit: "0.1 m"
# "1/10 m", "10^-2 m", "1e-2 m", "cm*10": a number that is not simply one before the unit
ODD_MULTIPLE = re.compile(
    r"\d\s*[/:^e]\s*[-+]?\d|[*×^]\s*[-+]?\d|\d\s*[*×]|\bx\s*\d", re.I
)


def unit_of_band(band: gdal.Band) -> str:
    """The unit that a band names; "" for none, also where it says that it has none."""
    name = band.GetUnitType() or ""
    if _meaning(name) == NOT_STATED:
        return ""
    return name


def stated_unit(band: gdal.Band, crs: Crs) -> float | None:
    """Metres per unit of height that the band or a vertical CRS states; None where
    neither does.
    """
    return named_unit(unit_of_band(band)) or crs.vertical_unit


def named_unit(name: str) -> float | None:
    """Metres by the name of a unit, whatever its spelling; None for an unknown one, also
    for multiples of a known one that are not written as "0.1 m" is.
    """
    meaning = _meaning(name)
    if meaning not in METRES or ODD_MULTIPLE.search(name):
        return None
    multiple = re.match(r"\s*([\d.,]+)\s*[^\W\d]", name)
    if multiple is None:
        return METRES[meaning]
    try:
        times = number(multiple[1])
    except ValueError:
        return None
    if times not in MULTIPLES:
        return None
    return times * METRES[meaning]


def is_no_unit_of_height(name: str) -> bool:
    """Whether slopes or aspects are stated in it."""
    return _meaning(name) == NO_HEIGHT


def _meaning(name: str) -> str | None:
    """The unit that a text names, by the words of `resources/words/units.json`."""
    by_word = meanings("units")
    name = name.lower().strip()
    words = [name, *re.findall(r"[^\W\d_]+", name)]
    units = [by_word[word] for word in words if word in by_word]
    if "us survey foot" in units:
        return "us survey foot"
    if units:
        return units[0]
    code = re.search(r"\b(900[123])\b", name)
    if code:
        return EPSG_UNITS[code[1]]
    # Chinese has no blanks between words
    endings = sorted((word for word in by_word if not word.isascii()), key=len)
    for ending in reversed(endings):
        if any(word.endswith(ending) for word in words):
            return by_word[ending]
    return None


def grid_unit(crs: Crs) -> float | None:
    """Metres by unit of a grid in feet, in which heights are counted too where nothing is
    said of them (State Plane); None on any other grid.
    """
    if crs.is_projected and abs(crs.linear_unit / METRES_PER_FOOT - 1) < 1e-4:
        return crs.linear_unit
    return None
