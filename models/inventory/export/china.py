# SPDX-License-Identifier: GPL-2.0-or-later
"""The Chinese record of interpretation: its table (names of DZ/T 0261-2014), and how it
is written: a GeoPackage, a table that Excel opens, and a page to print for each object.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs
from ...tables import EXCEL
from ..language import FOLDER, Language
from ..markup import template
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
)
from ..status import NOT_STATED
from .column import Column, direction, same, theirs, times, words
from .kml import polygons_in
from .vector_file import write_vector_file

SIDE_PX = 240  # of the sketch
MARGIN_PX = 2
# the form's own names of columns, by our field
FORM = json.loads((FOLDER / "record_form.json").read_text(encoding="utf-8"))
CHINESE = Language.of("zh")  # whatever the reader speaks
chinese = CHINESE.choices


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
    direction(FORM["azim_deg"]),
    times(FORM["scarp_h"], "scarp_h"),
    times(FORM["depth_est"], "depth_est"),
    words(FORM["method"], 16, "method", chinese(METHODS)),
    Column(FORM["rev_date"], "date", 0, ("rev_date", "run_utc", "method"), china_date),
    same(FORM["reviewer"], "text", 40, "reviewer"),
    same(FORM["src_img"], "text", 120, "src_img"),
    same(FORM["img_date"], "date", 0, "img_date"),
)


def write_record_form(
    path: str, rows: Iterable[tuple[bytes, dict]], columns: Sequence[Column], wkt: str
) -> Iterator[int]:
    """Write .gpkg, .csv (UTF-8 with its mark, so that Excel reads it) and .html,
    yielding the rows done.
    """
    beside = Path(path)
    form = template("record_form.html").module
    degrees = Crs(wkt).is_geographic
    with (
        beside.with_suffix(".csv").open("w", encoding=EXCEL, newline="") as table,
        beside.with_suffix(".html").open("w", encoding="utf-8") as pages,
    ):
        writer = csv.writer(table)
        writer.writerow(column.name for column in columns)
        pages.write(form.head())

        def noted() -> Iterator[tuple[bytes, dict]]:
            """The rows, each written into the table and onto a page as it passes."""
            for geometry, values in rows:
                writer.writerow(values.values())  # nothing for None
                sketch = _sketch(polygons_in(geometry), degrees)
                pages.write(form.record(values.items(), sketch))
                yield geometry, values

        yield from write_vector_file(path, noted(), columns, wkt)
        pages.write(form.tail())


def _sketch(parts: Sequence[Polygon], degrees: bool) -> dict[str, Any]:
    """The outline, north up, without scale: `path` of an SVG, `size` in px."""
    west, south, east, north = MultiPolygon(parts).bounds
    across = 1.0
    if degrees:
        across = math.cos(math.radians(south))
    pixels = SIDE_PX / (max((east - west) * across, north - south) or 1)
    rings = [ring.coords for part in parts for ring in (part.exterior, *part.interiors)]
    path = ""
    for ring in rings:
        points = [
            f"{(x - west) * across * pixels:.1f},{(north - y) * pixels:.1f}"
            for x, y in ring
        ]
        path += f"M{' '.join(points)}Z"
    return {"path": path, "size": SIDE_PX + 2 * MARGIN_PX}
