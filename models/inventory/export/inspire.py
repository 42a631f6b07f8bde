# SPDX-License-Identifier: GPL-2.0-or-later
"""INSPIRE Natural Risk Zones: the table of HazardArea, and its GML: one a polygon, what
is not known said to be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shapely.geometry import Polygon

from ..markup import escaped
from ..schema import MOVEMENTS
from .column import Column, english, same, words
from .kml import parts_on_earth

SRS = "http://www.opengis.net/def/crs/EPSG/0/4258"  # ETRS89, latitude first
SCHEMAS = "http://inspire.ec.europa.eu/schemas"
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:base="{SCHEMAS}/base/3.3" xmlns:nz-core="{SCHEMAS}/nz-core/4.0"
 xsi:schemaLocation="{SCHEMAS}/nz-core/4.0 {SCHEMAS}/nz-core/4.0/NaturalRiskZonesCore.xsd">
"""
TAIL = "</wfs:FeatureCollection>\n"
LANDSLIDE = "http://inspire.ec.europa.eu/codelist/NaturalHazardCategoryValue/landslide"
# the whole outline was interpreted, by eye or by the network; the other word, modelling,
# is for hazard models. The element may not be empty
METHOD = "indirectDetermination"
UNKNOWN = ' xsi:nil="true" nilReason="unknown"/>'
UNPOPULATED = ' xsi:nil="true" nilReason="other:unpopulated"/>'


def begun(run: str | None, review: str | None) -> str:
    """When this version of the outline came to be: the run, for what a person drew the
    day of the review.
    """
    return run or f"{review}T00:00:00Z"


INSPIRE = (
    same("inspireId.localId", "text", 24, "ls_id", True),
    Column("beginLifeSpanVersion", "datetime", 0, ("run_utc", "rev_date"), begun, True),
    words("specificHazardType", 40, "movement", english(MOVEMENTS), True),
)


def write_inspire(
    path: str, rows: Iterable[tuple[bytes, dict]], namespace: str
) -> Iterator[int]:
    """Write outlines in ETRS89 longitude and latitude, yielding the rows done.

    Elements, their order and which of them may be empty follow nz-core 4.0 (INSPIRE
    D2.8.III.12): a geometry is one gml:AbstractSurface, specificHazardType is there with
    or without a value, determinationMethod is never nil. Version 5.0 (release 2024.1)
    differs: determinationMethod is an xlink:href, the identifier of base 4.0.
    """
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for number, (geometry, values) in enumerate(rows, 1):
            file.write(_member(geometry, values, number, namespace))
            yield number
        file.write(TAIL)


def _member(
    geometry: bytes, values: Mapping[str, Any], number: int, namespace: str
) -> str:
    begin = values["beginLifeSpanVersion"]
    specific = f"<nz-core:specificHazardType{UNKNOWN}"
    if begin:
        begin = f">{escaped(begin)}</nz-core:beginLifeSpanVersion>"
    else:
        begin = UNKNOWN
    if values["specificHazardType"]:
        title = escaped(values["specificHazardType"])
        specific = f'<nz-core:specificHazardType xlink:title="{title}"/>'
    local = escaped(values["inspireId.localId"] or number)
    return f"""<wfs:member><nz-core:HazardArea gml:id="HazardArea.{number}">
<nz-core:beginLifeSpanVersion{begin}
<nz-core:determinationMethod>{METHOD}</nz-core:determinationMethod>
<nz-core:endLifeSpanVersion{UNPOPULATED}
<nz-core:inspireId><base:Identifier><base:localId>{local}</base:localId>\
<base:namespace>{escaped(namespace)}</base:namespace></base:Identifier></nz-core:inspireId>
<nz-core:typeOfHazard><nz-core:NaturalHazardClassification><nz-core:hazardCategory xlink:href="{LANDSLIDE}"/>\
{specific}</nz-core:NaturalHazardClassification></nz-core:typeOfHazard>
<nz-core:validityPeriod{UNPOPULATED}
<nz-core:geometry>{_surface(geometry, number)}</nz-core:geometry>
<nz-core:likelihoodOfOccurrence{UNPOPULATED}
<nz-core:magnitudeOrIntensity{UNPOPULATED}
</nz-core:HazardArea></wfs:member>
"""


def _surface(geometry: bytes, number: int) -> str:
    """One gml:AbstractSurface: a polygon, or a surface whose patches are the parts."""
    attributes = f'gml:id="HazardArea.{number}.geometry" srsName="{SRS}"'
    parts = parts_on_earth(geometry)
    if len(parts) == 1:
        return f"<gml:Polygon {attributes}>{_rings(parts[0])}</gml:Polygon>"
    patches = "".join(
        f"<gml:PolygonPatch>{_rings(part)}</gml:PolygonPatch>" for part in parts
    )
    return f"<gml:Surface {attributes}><gml:patches>{patches}</gml:patches></gml:Surface>"


def _rings(polygon: Polygon) -> str:
    def ring(kind, points):
        positions = " ".join(f"{y:.8f} {x:.8f}" for x, y in points)
        line = f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing>"
        return f"<gml:{kind}>{line}</gml:{kind}>"

    return ring("exterior", polygon.exterior.coords) + "".join(
        ring("interior", r.coords) for r in polygon.interiors
    )
