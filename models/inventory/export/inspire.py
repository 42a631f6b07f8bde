# SPDX-License-Identifier: GPL-2.0-or-later
"""INSPIRE Natural Risk Zones as GML: one HazardArea a polygon, what is not known said
to be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shapely.geometry import Polygon

from ..markup import escaped
from .kml import parts_of

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
UNKNOWN = ' xsi:nil="true" nilReason="unknown"/>'
UNPOPULATED = ' xsi:nil="true" nilReason="other:unpopulated"/>'


def write_inspire(
    path: str, rows: Iterable[tuple[bytes, dict]], namespace: str
) -> Iterator[int]:
    """Write outlines in ETRS89 longitude and latitude, yielding the rows done.

    Elements and their order follow nz-core 4.0 as its data specification describes it.
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
    specific = values["specificHazardType"]
    if begin:
        begin = f">{escaped(begin)}</nz-core:beginLifeSpanVersion>"
    else:
        begin = UNKNOWN
    method = values["determinationMethod"]
    if method:
        method = f">{method}</nz-core:determinationMethod>"
    else:
        method = UNKNOWN
    if specific:
        specific = f'<nz-core:specificHazardType xlink:title="{escaped(specific)}"/>'
    else:
        specific = ""
    local = escaped(values["inspireId.localId"] or number)
    return f"""<wfs:member><nz-core:HazardArea gml:id="HazardArea.{number}">
<nz-core:beginLifeSpanVersion{begin}
<nz-core:determinationMethod{method}
<nz-core:endLifeSpanVersion{UNPOPULATED}
<nz-core:inspireId><base:Identifier><base:localId>{local}</base:localId>\
<base:namespace>{escaped(namespace)}</base:namespace></base:Identifier></nz-core:inspireId>
<nz-core:typeOfHazard><nz-core:NaturalHazardClassification><nz-core:hazardCategory xlink:href="{LANDSLIDE}"/>\
{specific}</nz-core:NaturalHazardClassification></nz-core:typeOfHazard>
<nz-core:validityPeriod{UNPOPULATED}
<nz-core:geometry>{_surfaces(geometry, number)}</nz-core:geometry>
<nz-core:likelihoodOfOccurrence{UNPOPULATED}
<nz-core:magnitudeOrIntensity{UNPOPULATED}
</nz-core:HazardArea></wfs:member>
"""


def _surfaces(geometry: bytes, number: int) -> str:
    name = f"HazardArea.{number}.geometry"
    members = "".join(
        f'<gml:surfaceMember><gml:Polygon gml:id="{name}.{i}" srsName="{SRS}">{_rings(part)}'
        "</gml:Polygon></gml:surfaceMember>"
        for i, part in enumerate(parts_of(geometry), 1)
    )
    return (
        f'<gml:MultiSurface gml:id="{name}" srsName="{SRS}">{members}</gml:MultiSurface>'
    )


def _rings(polygon: Polygon) -> str:
    def ring(kind, points):
        positions = " ".join(f"{y:.8f} {x:.8f}" for x, y in points)
        return f"<gml:{kind}><gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing></gml:{kind}>"

    return ring("exterior", polygon.exterior.coords) + "".join(
        ring("interior", r.coords) for r in polygon.interiors
    )
