# SPDX-License-Identifier: GPL-2.0-or-later
"""SLIDO of Oregon: the table of its deposits, and the lines beside them: head scarp and
flanks of each landslide whose direction of movement is known.

DOGAMI SP-42 (Burns and Madin 2009) has heads and flanks as areas of their own; one
outline a landslide gives their upper and outer lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapely import wkb

from ...geo.crs import Crs
from ...geo.height_unit import METRES_PER_FOOT
from ..morphometry.lines import LINE_FIELDS, OutlineLines, known_direction
from .column import Column, direction, english, fill, same, theirs, times, words
from .vector_file import Rows

DEEP_M = 4.5  # above this depth a slide is deep-seated
ENDING = "_scarps"  # of the layer beside the deposits, which have the file's own name
PARTS = ("scarp", "left", "right")
_PART = next(field for field in LINE_FIELDS if field.name == "ls_part")
SCARPS: tuple[Column, ...] = (
    same("UNIQUE_ID", "text", 24, "ls_id", True),
    words("PART", 24, "ls_part", english(_PART.choices)),
    times("LENGTH_ft", "line_m", 1 / METRES_PER_FOOT),
)
SLIDO_TYPES = {
    "fall": ("Fall", "F"),
    "topple": ("Topple", "T"),
    "rotational_slide": ("Slide", "S-R"),
    "planar_slide": ("Slide", "S-T"),
    "wedge_slide": ("Slide", "S-T"),
    "compound_slide": ("Slide", ""),
    "irregular_slide": ("Slide", ""),
    "spread": ("Spread", "SP"),
    "flow": ("Flow", "FL"),
    "earthflow": ("Flow", "FL"),
    "debris_avalanche": ("Flow", "FL"),
    "complex": ("Complex", "C"),
}
SLIDO_MATERIALS = {
    "rock": "Rock",
    "debris": "Debris",
    "earth": "Earth",
    "loess": "Earth",
    "clay": "Earth",
    "mud": "Earth",
    "fill": "Earth",
}
SLIDO_CLASSES = {
    "F": "Fall",
    "T": "Topple",
    "S-R": "Slide - Rotational",
    "S-T": "Slide - Translational",
    "SP": "Spread",
    "FL": "Flow",
}
# a Holocene slide may be either
SLIDO_AGES = {"modern": "Historic (<150yrs)", "ancient": "Pre-Historic (>150yrs)"}


def slido_type(movement: str) -> str | None:
    """TYPE_MOVE."""
    return SLIDO_TYPES.get(movement, (None,))[0]


def code_and_ground(movement: str | None, material: str | None) -> tuple[str, str | None]:
    """SLIDO's code of a movement, empty where it has none, and its word for a material."""
    code = SLIDO_TYPES.get(movement, ("", ""))[1]
    return code, SLIDO_MATERIALS.get(material)


def slido_class(movement: str | None, material: str | None) -> str | None:
    """MOVE_CLASS: material and movement together, None where either is not known."""
    code, ground = code_and_ground(movement, material)
    if code == "C":
        return "Complex"
    if code and ground:
        return f"{ground} {SLIDO_CLASSES[code]}"
    return None


def slido_code(movement: str | None, material: str | None) -> str | None:
    """MOVE_CODE: the initials of MOVE_CLASS, as in RS-R or EFL."""
    code, ground = code_and_ground(movement, material)
    if code == "C":
        return code
    if code and ground:
        return ground[0] + code
    return None


def slido_depth(depth: float) -> str:
    """DEEP_SHAL of a depth in metres."""
    if depth > DEEP_M:
        return "Deep"
    return "Shallow"


def slido_volume(volume: float | None, origin: str | None) -> float | None:
    """Cubic feet; only of area and depth, as SP-42 has it: one from the area alone would
    stand there without the word estimate.
    """
    if volume is None or origin != "scarp":
        return None
    return round(volume * METRES_PER_FOOT**-3, 3)


SLIDO = (
    same("UNIQUE_ID", "text", 24, "ls_id", True),
    Column("TYPE_MOVE", "text", 30, ("movement",), slido_type, True),
    Column("MOVE_CLASS", "text", 50, ("movement", "material"), slido_class, True),
    Column("MOVE_CODE", "text", 10, ("movement", "material"), slido_code, True),
    words(
        "CONFIDENCE",
        25,
        "geo_conf",
        {"high": "High (>=30)", "moderate": "Moderate (11-29)", "low": "Low (<=10)"},
    ),
    words("AGE", 25, "age_cls", SLIDO_AGES),
    times("SLOPE", "slope_adj"),  # of the ground before it failed
    direction("DIRECT"),
    times("HS_HEIGHT", "scarp_h", 1 / METRES_PER_FOOT),
    times("FAIL_DEPTH", "depth_est", 1 / METRES_PER_FOOT),
    Column(
        "DEEP_SHAL",
        "text",
        10,
        ("depth_est",),
        slido_depth,
        True,
    ),
    times("AREA", "area_m2", METRES_PER_FOOT**-2),
    Column("VOL", "real", 0, ("vol_est", "vol_meth"), slido_volume),
    same("NAME", "text", 80, "name", True),
    same("DESCRIPTION", "text", 254, "remarks", True),
    # the day on which it moved, which no outline says
    theirs("DATE_MOVE", "date", 0, True),
    theirs("YEAR", "int", 0, True),
    words("REACTIVATION", 5, "activity", {"reactivated": "Yes"}),
    # the source of the mapping, given by the agency
    theirs("REF_ID_COD", "text", 20, True),
)


class ScarpLines:
    """The lines of rows of outlines (WKB in the CRS of `wkt`, values of schema.ALL),
    with values of SCARPS, made anew on each pass; none without a CRS to measure in.
    """

    def __init__(self, rows: Rows, wkt: str):
        self._rows = rows
        crs = Crs(wkt)
        self._lines = None
        if crs.is_on_planet:
            self._lines = OutlineLines(crs)

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        if self._lines is None:
            return
        for outline, values in self._rows:
            direction = known_direction({}, values)
            if direction is None:
                continue
            for part in self._lines.split(wkb.loads(outline), direction[0]):
                if part.name in PARTS:
                    row = {
                        "ls_id": values.get("ls_id"),
                        "ls_part": part.name,
                        "line_m": part.length,
                    }
                    yield part.line.wkb, fill(SCARPS, row)
