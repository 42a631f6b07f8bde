# SPDX-License-Identifier: GPL-2.0-or-later
"""KML and KMZ for Google Earth and field tablets: readable balloons, folders by
confidence, colours by review.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from shapely import wkb
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.geometry.polygon import orient

from ...geo.repair import areal
from ..language import Language
from ..markup import escaped
from ..review.form import CODES
from ..review.grade import CONFIRMED, GRADES, class_of, grade, grade_name
from ..review.triage import in_words
from ..status import NOT_STATED, REJECTED

HALF_TURN = 180.0  # degrees
ROUNDING = 5e-9  # degrees: what is written of a coordinate is off by as much
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>{}</name>
{}"""
TAIL = "</Document>\n</kml>\n"
STYLE = """<Style id="{}"><LineStyle><color>{}</color><width>2</width></LineStyle>\
<PolyStyle><color>{}</color><fill>{}</fill></PolyStyle>\
<BalloonStyle><text><![CDATA[<h3>$[name]</h3>$[description]]]></text></BalloonStyle></Style>
"""
# colours (aabbggrr) by class of confidence, whoever gave it, and by status
FILLS = {
    "high": "8c024ccc",
    "moderate": "8c2999fe",
    "low": "8c8ed9fe",
    CONFIRMED: "8c7ac77a",
    NOT_STATED: "8cbdbdbd",
}
LINES = {
    "candidate": "ff001a4d",
    "confirmed": "ff2c6d00",
    "modified": "ff2c6d00",
    "field_check": "ff9c5108",
    "rejected": "ff808080",
    "": "ff001a4d",
}


def write_kml(
    path: str, rows: Iterable[tuple[bytes, dict]], language: Language
) -> Iterator[int]:
    """Write outlines in WGS 84 longitude and latitude and their values, yielding the
    rows done.
    """
    document = Path(path).with_suffix(".kml")
    parts = {}
    with ExitStack() as stack:
        for group in GRADES:  # each folder grows in a file of its own
            part = Path(path).with_name(f"folder-{group}.part")
            stack.callback(part.unlink)
            parts[group] = stack.enter_context(part.open("w+", encoding="utf-8"))
        for number, (geometry, values) in enumerate(rows, 1):
            parts[grade(values)].write(_placemark(geometry, values, number, language))
            yield number
        with document.open("w", encoding="utf-8") as file:
            file.write(HEAD.format(escaped(document.stem), "".join(_styles())))
            for group, part in parts.items():
                _append(file, group, part, language)
            file.write(TAIL)
    if Path(path).suffix.lower() == ".kmz":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(document, "doc.kml")
        document.unlink()


def coordinates(ring: Iterable[tuple[float, float]]) -> str:
    """lon,lat pairs, to a millimetre."""
    return " ".join(f"{x:.8f},{y:.8f}" for x, y in ring)


def parts_of(geometry: bytes) -> list[Polygon]:
    """The polygons of a WKB, shells counter-clockwise, holes clockwise."""
    shape = wkb.loads(geometry)
    return [orient(part) for part in getattr(shape, "geoms", [shape])]


def parts_on_earth(geometry: bytes) -> list[Polygon]:
    """The same in longitudes and latitudes (degrees), cut at 180 degrees, beyond which no
    longitude goes.
    """
    shape = wkb.loads(geometry)
    west, _, east, _ = shape.bounds
    if max(-west, east) <= HALF_TURN + ROUNDING:
        return parts_of(geometry)
    turns = (translate(shape, turn) for turn in (-2 * HALF_TURN, 0, 2 * HALF_TURN))
    earth = box(-HALF_TURN, -HALF_TURN, HALF_TURN, HALF_TURN)
    pieces = [areal(turned.intersection(earth)) for turned in turns]
    return [part for piece in pieces if piece for part in parts_of(piece.wkb)]


def _status(values: Mapping[str, Any]) -> str:
    status = values.get("status")
    if status in LINES:
        return status
    return ""


def _styles() -> Iterator[str]:
    for group in GRADES:
        fill = FILLS[class_of(group)]
        for status, line in LINES.items():
            yield STYLE.format(f"{group}-{status}", line, fill, int(status != REJECTED))


def _append(file, group: str, part, language: Language) -> None:
    """A folder, unless it is empty."""
    if not part.tell():
        return
    part.seek(0)
    name = language("without_class")
    if group:
        name = grade_name(group, language)
    file.write(f"<Folder><name>{language.field('conf')}: {name}</name>\n")
    for line in part:
        file.write(line)
    file.write("</Folder>\n")


def _placemark(
    geometry: bytes, values: Mapping[str, Any], number: int, language: Language
) -> str:
    rows = ""
    data = ""
    for name, value in values.items():
        if value is None:
            continue
        label = escaped(language.field(name))
        word = value
        if name in CODES:
            word = in_words(str(value), language)
        elif value != "":
            word = language.choice(name, value)
        rows += f"<tr><td>{label}</td><td>{escaped(word)}</td></tr>"
        data += (
            f'<Data name="{escaped(name)}"><displayName>{label}</displayName>'
            f"<value>{escaped(value)}</value></Data>"
        )
    name = values.get("ls_id") or number
    table = f'<table border="1" cellspacing="0" cellpadding="3">{rows}</table>'
    return (
        f"<Placemark><name>{escaped(name)}</name><styleUrl>#{grade(values)}-{_status(values)}</styleUrl>"
        f"<visibility>{int(_status(values) != REJECTED)}</visibility>"
        f"<description><![CDATA[{table}]]></description>"
        f"<ExtendedData>{data}</ExtendedData>"
        f"<MultiGeometry>{''.join(map(_polygon, parts_on_earth(geometry)))}</MultiGeometry></Placemark>\n"
    )


def _polygon(polygon: Polygon) -> str:
    def ring(kind, points):
        places = f"<coordinates>{coordinates(points)}</coordinates>"
        return f"<{kind}><LinearRing>{places}</LinearRing></{kind}>"

    shell = ring("outerBoundaryIs", polygon.exterior.coords)
    holes = "".join(ring("innerBoundaryIs", hole.coords) for hole in polygon.interiors)
    return f"<Polygon><tessellate>1</tessellate>{shell}{holes}</Polygon>"
