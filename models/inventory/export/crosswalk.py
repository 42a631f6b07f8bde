# SPDX-License-Identifier: GPL-2.0-or-later
"""How our fields become those of SLIDO, the USGS, IFFI, INSPIRE and the Chinese record
form: one table a body.

Only names and words marked `verified` were seen in a published table; the rest is
professional knowledge and must be held against the official template before delivery.
What a machine may not fill (movement, activity, age, the numbers a body gives itself) is
filled only from what a geologist wrote; a person's word comes before the network's, which
is named as such. Sources: Burns and Madin 2009 (DOGAMI SP-42);
Mirus and others 2020, Belair and others 2025 (USGS); the IFFI record sheet; INSPIRE D2.8.III.12; DZ/T 0261-2014
for the Chinese names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..language import FOLDER, Language
from ..review.grade import CONFIRMED, GEOLOGIST, class_of, grade, grade_name
from ..schema import (
    ACTIVITY,
    AGES,
    BY_NAME,
    CLASSES,
    MATERIALS,
    METHODS,
    MOVEMENTS,
    SIZES,
    STATUS,
    Choices,
    Field,
)
from ..status import ACCEPTED, NOT_STATED

# what is read of layers of other inventories, too
FOREIGN = (
    Field("name", "text", 80, "", "What people call the landslide", "Name"),
    Field("inventory", "text", 254, "", "Inventory that it comes from", "Inventory"),
    Field("inv_url", "text", 254, "", "Where that inventory is published", "Link"),
)
READ = {**BY_NAME, **{field.name: field for field in FOREIGN}}
FOOT_M = 0.3048  # SLIDO measures in feet, square feet and cubic feet
DEEP_M = 4.5  # above this depth a slide is deep-seated in SLIDO


@dataclass(frozen=True)
class Column:
    """A field of a body: `kind` and `length` as in schema.Field; `convert` takes the
    values of `sources` in order.
    """

    name: str
    kind: str
    length: int
    sources: tuple[str, ...]  # ours; empty: the body itself gives it
    convert: Callable[..., Any]
    verified: bool = False


def fill(columns: tuple[Column, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a body's table; None where we know nothing, or where our word has no
    counterpart.
    """
    row = {}
    for column in columns:
        ours = [values.get(source) for source in column.sources]
        row[column.name] = None
        if any(value is not None for value in ours):
            row[column.name] = column.convert(*ours)
    return row


# --- ways of converting ---


def same(
    name: str, kind: str, length: int, source: str, verified: bool = False
) -> Column:
    """Our value as it is."""
    return Column(name, kind, length, (source,), lambda value: value, verified)


def times(name: str, source: str, factor: float = 1.0) -> Column:
    """Our number in another unit."""
    return Column(name, "real", 0, (source,), lambda value: round(value * factor, 3))


def words(
    name: str, length: int, source: str, table: Mapping[str, str], verified: bool = False
) -> Column:
    """Our word as theirs; None for one that they do not have."""
    return Column(name, "text", length, (source,), table.get, verified)


def theirs(name: str, kind: str, length: int, verified: bool = False) -> Column:
    """Left empty for the body."""
    return Column(name, kind, length, (), lambda: None, verified)


def english(choices: Choices) -> dict[str, str]:
    """Stored value to English; what is unknown stays empty."""
    words = Language.of("en").choices(choices)
    words.pop("unknown", None)
    return words


ENGLISH_MOVEMENTS = english(MOVEMENTS)
chinese = Language.of("zh").choices  # the record form's, whatever the reader speaks


# --- Oregon: SLIDO, deposits ---

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


def slido_class(movement: str | None, material: str | None) -> str | None:
    """MOVE_CLASS: material and movement together, None where either is not known."""
    code = SLIDO_TYPES.get(movement, ("", ""))[1]
    ground = SLIDO_MATERIALS.get(material)
    if code == "C":
        return "Complex"
    if code and ground:
        return f"{ground} {SLIDO_CLASSES[code]}"
    return None


def slido_code(movement: str | None, material: str | None) -> str | None:
    """MOVE_CODE: the initials of MOVE_CLASS, as in RS-R or EFL."""
    code = SLIDO_TYPES.get(movement, ("", ""))[1]
    ground = SLIDO_MATERIALS.get(material)
    if code == "C":
        return "C"
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
    return round(volume * FOOT_M**-3, 3)


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
    times("DIRECT", "azim_deg"),
    times("HS_HEIGHT", "scarp_h", 1 / FOOT_M),
    times("FAIL_DEPTH", "depth_est", 1 / FOOT_M),
    Column(
        "DEEP_SHAL",
        "text",
        10,
        ("depth_est",),
        slido_depth,
        True,
    ),
    times("AREA", "area_m2", FOOT_M**-2),
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

# --- United States: the national compilation ---


def usgs_source(image: str | None, day: str | None) -> str | None:
    """Info_Source: what the outline was drawn on, with its date."""
    if image and day:
        return f"{image} ({day})"
    return image or day


# the attributes of version 3.0 (Belair and others 2025, doi 10.5066/P14AJF8I); Source_ID
# and Material are ours, as the compilation keeps an inventory's own fields beside it
USGS = (
    theirs("USGS_ID", "text", 24, True),
    # the days between which it moved, which no outline says
    theirs("Date_Min", "date", 0, True),
    theirs("Date_Max", "date", 0, True),
    theirs("Fatalities", "int", 0, True),
    same("Confidence", "int", 0, "usgs_conf", True),
    # in the words of the inventory, mostly those of Cruden and Varnes or Hungr and others
    words("LS_Type", 40, "movement", ENGLISH_MOVEMENTS, True),
    same("Inventory", "text", 254, "inventory", True),
    same("Inv_URL", "text", 254, "inv_url", True),
    Column("Info_Source", "text", 254, ("src_img", "img_date"), usgs_source),
    same("Notes", "text", 254, "remarks", True),
    same("Lat_N", "real", 0, "lat", True),
    same("Lon_W", "real", 0, "lon", True),
    same("Source_ID", "text", 24, "ls_id"),
    words("Material", 20, "material", english(MATERIALS)),
)

# --- Italy: IFFI, levels 1 and 2 ---

IFFI_MOVEMENTS = {
    "fall": "crollo/ribaltamento",
    "topple": "crollo/ribaltamento",
    "rotational_slide": "scivolamento rotazionale/traslativo",
    "planar_slide": "scivolamento rotazionale/traslativo",
    "wedge_slide": "scivolamento rotazionale/traslativo",
    "spread": "espansione",
    "earthflow": "colamento lento",
    "debris_avalanche": "colamento rapido",
    "slope_deformation": "DGPV",
    "complex": "complesso",
    "unknown": "n.d.",
}
IFFI_ACTIVITY = {
    "active": "attivo",
    "reactivated": "riattivato",
    "suspended": "sospeso",
    "dormant": "quiescente",
    "abandoned": "naturalmente stabilizzato",
    "stabilized": "artificialmente stabilizzato",
    "relict": "relitto",
    "unknown": "n.d.",
}
IFFI_MATERIALS = {
    "rock": "roccia",
    "debris": "detrito",
    "earth": "terra",
    "loess": "terra",
    "clay": "terra",
    "mud": "terra",
    "fill": "terra",
    "unknown": "n.d.",
}
IFFI_METHOD = "fotointerpretazione"


def iffi_method(method: str | None, status: str | None) -> str | None:
    """Photo interpretation, where a person drew or confirmed the outline; IFFI has no word
    for what only a machine saw.
    """
    if method in ("auto_edit", "manual") or status in ACCEPTED:
        return IFFI_METHOD
    return None


IFFI = (
    theirs("ID_FRANA", "text", 24),  # a sequential code that the region gives
    same("ls_id", "text", 24, "ls_id"),
    words("TIPO_MOV", 40, "movement", IFFI_MOVEMENTS),
    words("MATERIALE", 12, "material", IFFI_MATERIALS),
    words("STATO_ATT", 30, "activity", IFFI_ACTIVITY, True),
    times("AREA", "area_m2"),
    times("LUNGHEZZA", "length_m"),
    times("LARGHEZZA", "width_m"),
    times("Q_CORONA", "z_max"),
    times("Q_UNGHIA", "z_min"),
    times("DISLIVELLO", "relief_m"),
    times("PENDENZA", "slope_mean"),
    times("AZIMUT", "azim_deg"),
    times("PROFONDITA", "depth_est"),
    Column("METODO", "text", 50, ("method", "status"), iffi_method, True),
)

# --- Europe: INSPIRE Natural Risk Zones, HazardArea ---


def begun(run: str | None, review: str | None) -> str:
    """When this version of the outline came to be: the run, for what a person drew the
    day of the review.
    """
    return run or f"{review}T00:00:00Z"


INSPIRE = (
    same("inspireId.localId", "text", 24, "ls_id", True),
    Column("beginLifeSpanVersion", "datetime", 0, ("run_utc", "rev_date"), begun, True),
    words("specificHazardType", 40, "movement", ENGLISH_MOVEMENTS, True),
)

# --- China: record of interpretation ---

# the form's own names of columns, by our field
FORM = json.loads((FOLDER / "record_form.json").read_text(encoding="utf-8"))
CHINESE = Language.of("zh")


def china_confidence(
    geologist: str | None, status: str | None, usgs: int | None, network: str | None
) -> str | None:
    """The geologist's class, else that a person confirmed it, else the network's class,
    which is called the machine's.
    """
    given = grade(
        {
            "geo_conf": geologist,
            "status": status,
            "usgs_conf": usgs,
            "conf_cls": network,
        }
    )
    if given == NOT_STATED:
        return None
    if given == CONFIRMED:
        return CHINESE.choices(STATUS)[CONFIRMED]
    if given.startswith(GEOLOGIST):
        return CHINESE.choices(CLASSES)[class_of(given)]
    return grade_name(given, CHINESE)


def china_date(review: str | None, run: str | None, method: str | None) -> str | None:
    """The day of the review; of the run where only a machine has interpreted."""
    if review:
        return review
    if run and method == "auto":
        return run[:10]
    return None


CHINA = (
    theirs(FORM["official_id"], "text", 24),
    same(FORM["ls_id"], "text", 24, "ls_id"),
    same(FORM["sheet"], "text", 24, "sheet"),
    same(FORM["lon"], "real", 0, "lon"),
    same(FORM["lat"], "real", 0, "lat"),
    Column(
        FORM["geo_conf"],
        "text",
        8,
        ("geo_conf", "status", "usgs_conf", "conf_cls"),
        china_confidence,
    ),
    words(FORM["movement"], 16, "movement", chinese(MOVEMENTS)),
    words(FORM["material"], 16, "material", chinese(MATERIALS)),
    # stable, basically stable, unstable: a judgement of today that activity is not
    theirs(FORM["stability"], "text", 16),
    words(FORM["activity"], 16, "activity", chinese(ACTIVITY)),
    words(FORM["age_cls"], 16, "age_cls", chinese(AGES)),
    times(FORM["area_m2"], "area_m2"),
    times(FORM["vol_est"], "vol_est", 1e-4),
    words(FORM["size_cls"], 8, "size_cls", chinese(SIZES)),
    words(FORM["vol_meth"], 16, "vol_meth", chinese(BY_NAME["vol_meth"].choices)),
    times(FORM["length_m"], "length_m"),
    times(FORM["width_m"], "width_m"),
    times(FORM["z_max"], "z_max"),
    times(FORM["z_min"], "z_min"),
    times(FORM["relief_m"], "relief_m"),
    times(FORM["slope_mean"], "slope_mean"),
    times(FORM["azim_deg"], "azim_deg"),
    times(FORM["scarp_h"], "scarp_h"),
    times(FORM["depth_est"], "depth_est"),
    words(FORM["method"], 16, "method", chinese(METHODS)),
    Column(FORM["rev_date"], "date", 0, ("rev_date", "run_utc", "method"), china_date),
    same(FORM["reviewer"], "text", 40, "reviewer"),
    same(FORM["src_img"], "text", 120, "src_img"),
    same(FORM["img_date"], "date", 0, "img_date"),
)

TABLES = {"slido": SLIDO, "usgs": USGS, "iffi": IFFI, "inspire": INSPIRE, "china": CHINA}
