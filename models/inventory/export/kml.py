# SPDX-License-Identifier: GPL-2.0-or-later
"""KML and KMZ for Google Earth and field tablets: readable balloons, folders by
confidence, colours by review.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from shapely import wkb
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from ..schema import BY_NAME, CLASSES

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
FILLS = {
    "high": "8c024ccc",
    "moderate": "8c2999fe",
    "low": "8c8ed9fe",
    "": "8cbdbdbd",
}  # aabbggrr
LINES = {
    "candidate": "ff001a4d",
    "confirmed": "ff2c6d00",
    "modified": "ff2c6d00",
    "field_check": "ff9c5108",
    "rejected": "ff808080",
    "": "ff001a4d",
}
OTHERS = ("without class", "未分级")
ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # no XML may hold them


def escaped(text: Any) -> str:
    """Any text as XML and HTML can hold it."""
    return html.escape(ILLEGAL.sub("", str(text)))


def word(name: str, value: Any, chinese: bool) -> Any:
    """What a reader sees for a stored value."""
    if name in BY_NAME:
        choices = BY_NAME[name].choices
    else:
        choices = ()
    return next(
        (texts[chinese] for stored, *texts in choices if stored == str(value)), value
    )


def label(name: str, chinese: bool) -> str:
    """What a reader sees for a field."""
    field = BY_NAME.get(name)
    if field is None:
        return name
    if chinese:
        return field.alias_zh
    return field.alias


def write_kml(
    path: str, rows: Iterable[tuple[bytes, dict]], chinese: bool
) -> Iterator[int]:
    """Write outlines in WGS 84 longitude and latitude and their values, yielding the
    rows done.
    """
    document = Path(path).with_suffix(".kml")
    parts = {}
    with ExitStack() as stack:
        for group in FILLS:  # each folder grows in a file of its own
            part = Path(path).with_name(f"folder-{group}.part")
            stack.callback(part.unlink)
            parts[group] = stack.enter_context(part.open("w+", encoding="utf-8"))
        for number, (geometry, values) in enumerate(rows, 1):
            parts[_class(values)].write(_placemark(geometry, values, number, chinese))
            yield number
        with document.open("w", encoding="utf-8") as file:
            file.write(HEAD.format(escaped(document.stem), "".join(_styles())))
            for group, part in parts.items():
                _append(file, group, part, chinese)
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


def _class(values: Mapping[str, Any]) -> str:
    found = values.get("geo_conf") or values.get("conf_cls")
    if found in FILLS:
        return found
    return ""


def _status(values: Mapping[str, Any]) -> str:
    found = values.get("status")
    if found in LINES:
        return found
    return ""


def _styles() -> Iterator[str]:
    for group, fill in FILLS.items():
        for status, line in LINES.items():
            yield STYLE.format(f"{group}-{status}", line, fill, int(status != "rejected"))


def _append(file, group: str, part, chinese: bool) -> None:
    """A folder, unless it is empty."""
    if not part.tell():
        return
    part.seek(0)
    name = next(
        (texts[chinese] for stored, *texts in CLASSES if stored == group), OTHERS[chinese]
    )
    file.write(f"<Folder><name>{label('conf_cls', chinese)}: {name}</name>\n")
    for line in part:
        file.write(line)
    file.write("</Folder>\n")


def _placemark(
    geometry: bytes, values: Mapping[str, Any], number: int, chinese: bool
) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    rows = "".join(
        f"<tr><td>{escaped(label(name, chinese))}</td><td>{escaped(word(name, value, chinese))}</td></tr>"
        for name, value in given.items()
    )
    data = "".join(
        f'<Data name="{escaped(name)}"><displayName>{escaped(label(name, chinese))}</displayName>'
        f"<value>{escaped(value)}</value></Data>"
        for name, value in given.items()
    )
    name = given.get("ls_id") or number
    return (
        f"<Placemark><name>{escaped(name)}</name><styleUrl>#{_class(values)}-{_status(values)}</styleUrl>"
        f"<visibility>{int(_status(values) != 'rejected')}</visibility>"
        f'<description><![CDATA[<table border="1" cellspacing="0" cellpadding="3">{rows}</table>]]></description>'
        f"<ExtendedData>{data}</ExtendedData>"
        f"<MultiGeometry>{''.join(map(_polygon, parts_of(geometry)))}</MultiGeometry></Placemark>\n"
    )


def _polygon(polygon: Polygon) -> str:
    def ring(kind, points):
        return f"<{kind}><LinearRing><coordinates>{coordinates(points)}</coordinates></LinearRing></{kind}>"

    holes = "".join(ring("innerBoundaryIs", hole.coords) for hole in polygon.interiors)
    return f"<Polygon><tessellate>1</tessellate>{ring('outerBoundaryIs', polygon.exterior.coords)}{holes}</Polygon>"
