# SPDX-License-Identifier: GPL-2.0-or-later
"""The attributes of an inventory: names, types, units, their meaning in English, and
the values they take. Their words in other languages lie beside those of the reports:
`language.Language`.

Names are ASCII, lower case and at most ten characters, so that a Shapefile keeps them; an
attribute that cannot be computed is None, never 0 or -9999. The machine never fills the
fields of REVIEW but `status` (candidate).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """The values that a field may take, and what they mean in English; other languages
    have their words under its `name`.
    """

    name: str = ""
    english: tuple[tuple[str, str], ...] = ()  # stored value, words

    def __iter__(self) -> Iterator[str]:
        return (value for value, _ in self.english)

    def __len__(self) -> int:
        return len(self.english)


@dataclass(frozen=True)
class Field:
    """A field: `kind` is text, real, int, date or datetime (ISO 8601 texts, UTC);
    `length` in characters of a text.
    """

    name: str
    kind: str
    length: int
    unit: str
    description: str  # English, one sentence
    alias: str  # English, short: the label in forms and reports
    choices: Choices = Choices()


def _same(name: str, *values: str) -> Choices:
    """Choices whose English words are the value with spaces."""
    return Choices(name, tuple((value, value.replace("_", " ")) for value in values))


CLASSES = _same("confidence_class", "high", "moderate", "low")
STATUS = _same(
    "status",
    "candidate",
    "confirmed",
    "modified",
    "rejected",
    "field_check",
)
REASONS = _same(
    "rejection_reason",
    "road",
    "quarry",
    "terrace",
    "gully",
    "cliff",
    "river_bank",
    "field",
    "building",
    "cloud",
    "shadow",
    "fan",
    "other",
)
MOVEMENTS = _same(
    "movement",
    "fall",
    "topple",
    "rotational_slide",
    "planar_slide",
    "wedge_slide",
    "compound_slide",
    "irregular_slide",
    "spread",
    "flow",
    "earthflow",
    "debris_avalanche",
    "slope_deformation",
    "complex",
    "unknown",
)
MATERIALS = _same(
    "material",
    "rock",
    "debris",
    "earth",
    "loess",
    "clay",
    "mud",
    "fill",
    "unknown",
)
ACTIVITY = _same(
    "activity",
    "active",
    "reactivated",
    "suspended",
    "dormant",
    "abandoned",
    "stabilized",
    "relict",
    "unknown",
)
AGES = Choices(
    "age",
    (
        ("modern", "modern"),
        ("old", "old (Holocene)"),
        ("ancient", "ancient (before the Holocene)"),
        ("unknown", "unknown"),
    ),
)
CHECKS = Choices(
    "terrain_check",
    (
        ("ok", "consistent with the terrain"),
        ("flat", "on flat ground"),
        ("low_relief", "too little relief"),
        ("incoherent", "no common slope direction"),
        ("uphill", "lower end above upper end"),
        ("divide", "across a divide"),
        ("valley", "across a valley bottom"),
        ("partial", "too few elevation cells"),
        ("none", "no elevation data"),
    ),
)
RELATIONS = _same("inventory_relation", "new", "known", "modified", "split", "merged")
METHODS = Choices(
    "method",
    (
        ("auto", "automatic"),
        ("auto_edit", "automatic, edited"),
        ("manual", "manual"),
    ),
)
TRIAGE = _same("advice", "accept", "check", "reject")
USGS = Choices(
    "usgs_confidence",
    (
        ("1", "1: possible landslide in the area"),
        ("2", "2: probable landslide in the area"),
        ("3", "3: likely landslide at or near"),
        ("5", "5: confident consequential landslide"),
        ("8", "8: high confidence in extent or nature"),
    ),
)
DIRECTIONS = _same("direction", "N", "NE", "E", "SE", "S", "SW", "W", "NW")
SIZES = Choices(
    "volume_class",
    (
        ("small", "small (below 100,000 m3)"),
        ("medium", "medium (100,000 to 1,000,000 m3)"),
        ("large", "large (1 to 10 million m3)"),
        ("very_large", "very large (10 million m3 and more)"),
    ),
)

IDENTITY = (
    Field(
        "ls_id",
        "text",
        24,
        "",
        "Stable identifier: sheet, and 8 digits from the place and the model",
        "Identifier",
    ),
    Field(
        "sheet",
        "text",
        24,
        "",
        "Map sheet, by default the image's base name",
        "Map sheet",
    ),
    Field("src_img", "text", 120, "", "Name of the image", "Image"),
    Field("img_date", "date", 0, "", "Date the image was taken", "Image date"),
    Field(
        "gsd_m",
        "real",
        0,
        "m",
        "Pixel size of the image on the ground",
        "Pixel size (m)",
    ),
    Field(
        "dem_src",
        "text",
        60,
        "",
        "Name of the elevation model",
        "Elevation model",
    ),
    Field(
        "dem_res",
        "real",
        0,
        "m",
        "Cell size of the elevation model",
        "Elevation cell (m)",
    ),
    Field(
        "model_id",
        "text",
        40,
        "",
        "Model: name, version and hash of its weights",
        "Model",
    ),
    Field(
        "run_utc",
        "datetime",
        0,
        "",
        "Start of the run, UTC",
        "Run (UTC)",
    ),
    Field(
        "method",
        "text",
        12,
        "",
        "How the outline was made",
        "Method",
        METHODS,
    ),
)
CONFIDENCE = (
    Field(
        "p_mean",
        "real",
        0,
        "0-1",
        "Mean network probability inside",
        "Mean probability",
    ),
    Field(
        "p_p90",
        "real",
        0,
        "0-1",
        "90th percentile of the network probability inside",
        "90th percentile",
    ),
    Field(
        "p_ctr",
        "real",
        0,
        "-1..1",
        "Mean probability inside less that in a ring of half the equivalent radius",
        "Contrast to surroundings",
    ),
    Field(
        "p_std",
        "real",
        0,
        "0-1",
        "Mean deviation over test-time augmentations; empty where there were none",
        "Deviation",
    ),
    Field(
        "conf",
        "real",
        0,
        "0-1",
        "Calibrated probability that the polygon is a landslide; empty without "
        "calibration",
        "Confidence",
    ),
    Field(
        "conf_cls",
        "text",
        8,
        "",
        "high from 0.8, moderate from 0.5, low below",
        "Confidence class",
        CLASSES,
    ),
    Field(
        "usgs_conf",
        "int",
        0,
        "",
        "USGS confidence 1, 2, 3, 5 or 8; never above 3 before review",
        "USGS confidence",
        USGS,
    ),
    Field("rev_rank", "int", 0, "", "Order of review, 1 is first", "Review rank"),
)
SHAPE = (
    Field(
        "area_m2",
        "real",
        0,
        "m2",
        "Area on the ellipsoid, holes excluded",
        "Area (m²)",
    ),
    Field(
        "perim_m",
        "real",
        0,
        "m",
        "Perimeter on the ellipsoid, holes included",
        "Perimeter (m)",
    ),
    Field(
        "length_m",
        "real",
        0,
        "m",
        "Extent along the movement direction, else the long side of the smallest "
        "rectangle",
        "Length (m)",
    ),
    Field(
        "width_m",
        "real",
        0,
        "m",
        "Extent across the movement direction, else the short side of the smallest "
        "rectangle",
        "Width (m)",
    ),
    Field(
        "lw_ratio",
        "real",
        0,
        "",
        "Length by width; below 1 for a wide slide",
        "Length / width",
    ),
    Field(
        "lw_meth",
        "text",
        4,
        "",
        "What length follows",
        "Length from",
        Choices(
            "length_source",
            (
                ("dem", "movement direction"),
                ("mbr", "smallest rectangle"),
            ),
        ),
    ),
    Field(
        "lon",
        "real",
        0,
        "deg",
        "Longitude of a point inside, WGS 84",
        "Longitude",
    ),
    Field("lat", "real", 0, "deg", "Latitude of a point inside, WGS 84", "Latitude"),
    Field(
        "solidity",
        "real",
        0,
        "0-1",
        "Area by area of the convex hull",
        "Solidity",
    ),
    Field(
        "ell_fit",
        "real",
        0,
        "0-1",
        "Overlap with the equivalent ellipse of the hull (Taylor and others 2018)",
        "Ellipse fit",
    ),
    Field(
        "compact",
        "real",
        0,
        "0-1",
        "4 pi area by perimeter squared",
        "Compactness",
    ),
)
TERRAIN = (
    Field(
        "azim_deg",
        "real",
        0,
        "deg",
        "Movement direction from true north, as the summed downslope gradients point",
        "Direction (°)",
    ),
    Field(
        "azim_r",
        "real",
        0,
        "0-1",
        "Agreement of the gradients; below 0.5 the direction is unreliable",
        "Direction agreement",
    ),
    Field(
        "dir8",
        "text",
        2,
        "",
        "Movement direction in eight parts",
        "Direction",
        DIRECTIONS,
    ),
    Field(
        "z_max",
        "real",
        0,
        "m",
        "Highest elevation inside or on the edge",
        "Crown elevation (m)",
    ),
    Field(
        "z_min",
        "real",
        0,
        "m",
        "Lowest elevation inside or on the edge",
        "Toe elevation (m)",
    ),
    Field(
        "relief_m",
        "real",
        0,
        "m",
        "Highest less lowest elevation, H",
        "Relief (m)",
    ),
    Field("h_l", "real", 0, "", "Relief by length, H / L", "H / L"),
    Field(
        "reach_deg",
        "real",
        0,
        "deg",
        "Angle from crown to tip of the mapped body, atan(H / L)",
        "Reach angle (°)",
    ),
    Field(
        "slope_mean",
        "real",
        0,
        "deg",
        "Mean slope of the cells (Horn)",
        "Mean slope (°)",
    ),
    Field(
        "slope_pln",
        "real",
        0,
        "deg",
        "Slope of the best-fit plane",
        "Plane slope (°)",
    ),
    Field(
        "rough_rt",
        "real",
        0,
        "",
        "Deviation of slope inside by that in a ring; above 1 hummocky",
        "Roughness ratio",
    ),
    Field(
        "scarp_h",
        "real",
        0,
        "m",
        "Estimated height of the head scarp; elevation cells of 5 m and finer only",
        "Scarp height, estimate (m)",
    ),
    Field(
        "dem_cells",
        "int",
        0,
        "",
        "Valid elevation cells inside; with fewer than 25 the terrain fields are empty",
        "Elevation cells",
    ),
    Field(
        "dem_chk",
        "text",
        16,
        "",
        "Whether the terrain speaks for a landslide",
        "Terrain check",
        CHECKS,
    ),
)
SIZE = (
    Field(
        "depth_est",
        "real",
        0,
        "m",
        "Order of magnitude of the depth: scarp height by the cosine of the plane's "
        "slope",
        "Depth, order of magnitude (m)",
    ),
    Field(
        "vol_est",
        "real",
        0,
        "m3",
        "Order of magnitude of the volume; two common laws differ by 1.3 at 0.25 ha and "
        "2.6 at 1 km2",
        "Volume, order of magnitude (m³)",
    ),
    Field(
        "vol_meth",
        "text",
        8,
        "",
        "What the volume comes from",
        "Volume from",
        Choices(
            "volume_source",
            (
                ("scarp", "area and depth"),
                ("scaling", "area alone"),
            ),
        ),
    ),
    Field(
        "size_cls",
        "text",
        10,
        "",
        "Chinese classes of volume, from the estimate",
        "Volume class",
        SIZES,
    ),
)
QUALITY = (
    Field(
        "edge",
        "int",
        0,
        "0/1",
        "1 where the polygon touches nodata or the border of the raster",
        "Cut by the edge",
        Choices("yes_no", (("0", "no"), ("1", "yes"))),
    ),
    Field(
        "valid_fr",
        "real",
        0,
        "0-1",
        "Share of polygon and ring with image data",
        "Share with image",
    ),
    Field(
        "excl_fr",
        "real",
        0,
        "0-1",
        "Share covered by exclusion masks",
        "Share excluded",
    ),
    Field(
        "inv_id",
        "text",
        40,
        "",
        "Best match in the existing inventory",
        "Existing landslide",
    ),
    Field(
        "inv_iou",
        "real",
        0,
        "0-1",
        "Intersection over union with that match",
        "Overlap with it",
    ),
    Field(
        "inv_rel",
        "text",
        10,
        "",
        "Relation to the existing inventory",
        "Relation to it",
        RELATIONS,
    ),
    Field(
        "flags",
        "text",
        40,
        "",
        "E edge, S near minimum size, K coalesced, D terrain doubt, X mask overlap, "
        "L road-like, O overlaps inventory, U uncertain",
        "Flags",
    ),
    Field(
        "triage",
        "text",
        8,
        "",
        "Advice, never a decision: accept, check or reject",
        "Advice",
        TRIAGE,
    ),
    Field(
        "tri_why",
        "text",
        40,
        "",
        "Codes that speak against accepting",
        "Reason of the advice",
    ),
)
REVIEW = (
    Field("status", "text", 11, "", "Where the review stands", "Status", STATUS),
    Field(
        "rej_why",
        "text",
        12,
        "",
        "What a rejected polygon really is",
        "Reason of rejection",
        REASONS,
    ),
    Field("reviewer", "text", 40, "", "Who reviewed", "Reviewer"),
    Field("rev_date", "date", 0, "", "When it was reviewed", "Review date"),
    Field(
        "movement",
        "text",
        24,
        "",
        "Type of movement (Hungr and others 2014)",
        "Movement",
        MOVEMENTS,
    ),
    Field("material", "text", 16, "", "Material", "Material", MATERIALS),
    Field(
        "activity",
        "text",
        12,
        "",
        "State of activity (Cruden and Varnes 1996)",
        "Activity",
        ACTIVITY,
    ),
    Field("age_cls", "text", 10, "", "Age", "Age", AGES),
    Field(
        "cs_head",
        "int",
        0,
        "0-10",
        "Points for the head scarp",
        "Points: head scarp",
    ),
    Field(
        "cs_flank",
        "int",
        0,
        "0-10",
        "Points for the flanks",
        "Points: flanks",
    ),
    Field("cs_toe", "int", 0, "0-10", "Points for the toe", "Points: toe"),
    Field(
        "cs_inner",
        "int",
        0,
        "0-10",
        "Points for the inner forms",
        "Points: inner forms",
    ),
    Field(
        "geo_conf",
        "text",
        8,
        "",
        "Geologist's confidence from the points: high from 30, moderate from 11, low "
        "below",
        "Geologist's confidence",
        CLASSES,
    ),
    Field("remarks", "text", 254, "", "Remarks", "Remarks"),
)

ALL = IDENTITY + CONFIDENCE + SHAPE + TERRAIN + SIZE + QUALITY + REVIEW
BY_NAME = {field.name: field for field in ALL}
