# SPDX-License-Identifier: GPL-2.0-or-later
"""A minimal copy of what INSPIRE's nz-core 4.0 and GML 3.2 say of the elements that a
HazardArea needs: which there must be, in which order, and which may be empty.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

GML_XSD = """<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2"
 targetNamespace="http://www.opengis.net/gml/3.2" elementFormDefault="qualified">
<import namespace="http://www.w3.org/1999/xlink" schemaLocation="xlink.xsd"/>
<attribute name="id" type="ID"/>
<complexType name="AbstractGMLType"><attribute ref="gml:id" use="required"/></complexType>
<complexType name="ReferenceType"><sequence/><attribute xmlns:xlink="http://www.w3.org/1999/xlink" ref="xlink:href"/>
<attribute xmlns:xlink="http://www.w3.org/1999/xlink" ref="xlink:title"/>
<attribute name="nilReason" type="string"/></complexType>
<complexType name="RingType"><sequence><element name="LinearRing"><complexType><sequence>
<element name="posList" type="gml:doubles"/></sequence></complexType></element></sequence></complexType>
<simpleType name="doubles"><list itemType="double"/></simpleType>
<group name="rings"><sequence><element name="exterior" type="gml:RingType"/>
<element name="interior" type="gml:RingType" minOccurs="0" maxOccurs="unbounded"/></sequence></group>
<element name="AbstractSurface" abstract="true" type="gml:AbstractSurfaceType"/>
<complexType name="AbstractSurfaceType"><complexContent><extension base="gml:AbstractGMLType">
<attribute name="srsName" type="anyURI"/></extension></complexContent></complexType>
<element name="Polygon" substitutionGroup="gml:AbstractSurface"><complexType><complexContent>
<extension base="gml:AbstractSurfaceType"><group ref="gml:rings"/></extension></complexContent></complexType>
</element>
<element name="Surface" substitutionGroup="gml:AbstractSurface"><complexType><complexContent>
<extension base="gml:AbstractSurfaceType"><sequence><element name="patches"><complexType><sequence>
<element name="PolygonPatch" maxOccurs="unbounded"><complexType><group ref="gml:rings"/></complexType></element>
</sequence></complexType></element></sequence></extension></complexContent></complexType></element>
<element name="MultiSurface"><complexType><complexContent><extension base="gml:AbstractSurfaceType"><sequence>
<any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></sequence></extension></complexContent>
</complexType></element>
<complexType name="SurfacePropertyType"><sequence minOccurs="0"><element ref="gml:AbstractSurface"/>
</sequence></complexType>
</schema>"""
XLINK_XSD = """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
<attribute name="href" type="anyURI"/><attribute name="title" type="string"/></schema>"""
BASE_XSD = """<schema xmlns="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 targetNamespace="http://inspire.ec.europa.eu/schemas/base/3.3"><element name="Identifier"><complexType><sequence>
<element name="localId" type="string"/><element name="namespace" type="string"/></sequence></complexType>
</element></schema>"""
NZ_XSD = """<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:base="http://inspire.ec.europa.eu/schemas/base/3.3" xmlns:nz="http://inspire.ec.europa.eu/schemas/nz-core/4.0"
 targetNamespace="http://inspire.ec.europa.eu/schemas/nz-core/4.0" elementFormDefault="qualified">
<import namespace="http://www.opengis.net/gml/3.2" schemaLocation="gml.xsd"/>
<import namespace="http://inspire.ec.europa.eu/schemas/base/3.3" schemaLocation="base.xsd"/>
<complexType name="Voidable"><sequence/><attribute name="nilReason" type="string"/></complexType>
<element name="HazardArea"><complexType><complexContent><extension base="gml:AbstractGMLType"><sequence>
<element name="beginLifeSpanVersion" nillable="true"><complexType><simpleContent><extension base="dateTime">
<attribute name="nilReason" type="string"/></extension></simpleContent></complexType></element>
<element name="determinationMethod"><simpleType><restriction base="string"><enumeration value="modelling"/>
<enumeration value="directDetermination"/><enumeration value="indirectDetermination"/></restriction>
</simpleType></element>
<element name="endLifeSpanVersion" nillable="true" type="nz:Voidable"/>
<element name="inspireId"><complexType><sequence><element ref="base:Identifier"/></sequence></complexType></element>
<element name="typeOfHazard"><complexType><sequence><element name="NaturalHazardClassification"><complexType>
<sequence>
<element name="hazardCategory" type="gml:ReferenceType"/>
<element name="specificHazardType" type="gml:ReferenceType" nillable="true"/>
</sequence></complexType></element></sequence></complexType></element>
<element name="validityPeriod" nillable="true" type="nz:Voidable"/>
<element name="geometry" type="gml:SurfacePropertyType"/>
<element name="likelihoodOfOccurrence" nillable="true" type="nz:Voidable"/>
<element name="magnitudeOrIntensity" nillable="true" type="nz:Voidable"/>
</sequence></extension></complexContent></complexType></element></schema>"""
SCHEMAS = {"gml": GML_XSD, "xlink": XLINK_XSD, "base": BASE_XSD, "nz": NZ_XSD}
VALIDATE = """
import sys
from lxml import etree
schema = etree.XMLSchema(file=sys.argv[1])
print(schema.validate(etree.parse(sys.argv[2])))
"""


def valid(area: ElementTree.Element, folder: Path) -> bool:
    """Whether a HazardArea has the types above. In a process of its own: where QGIS 3.44
    has loaded libxml2 2.15, lxml dies of validating.
    """
    for name, text in SCHEMAS.items():
        (folder / f"{name}.xsd").write_text(text, encoding="utf-8")
    document = folder / "area.xml"
    ElementTree.ElementTree(area).write(document, encoding="utf-8")
    command = [sys.executable, "-c", VALIDATE, str(folder / "nz.xsd"), str(document)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"
