# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways from candidate to candidate: bookmarks of the first ones, an atlas with one
page each.
"""

from __future__ import annotations

from typing import NamedTuple

from qgis.core import (
    QgsBookmark,
    QgsBookmarkManager,
    QgsReferencedRectangle,
)
from qgis.PyQt.QtXml import QDomDocument

from ..layers.features import geometry_of
from ..parameters.results import naming
from ..texts import RESOURCES, tr
from .package import review_layer

BOOKMARKS = 50  # at most
AROUND = 4.0  # width of a view by that of the polygon
TITLE = '[% "rev_rank" %]   [% "ls_id" %]'


class Place(NamedTuple):
    """Where a layer is found."""

    identifier: str
    name: str
    source: str
    provider: str = "gdal"


def place(given, name):
    """Of the raster of a parameter; None where none is given."""
    if not given.has(name):
        return None
    layer = given.raster(name)
    return Place(layer.id(), layer.name(), layer.source())


def write_guides(job, records, path, given):
    """Bookmarks and atlas where asked for, of the review at `path`: paths by parameter."""
    results = {}
    bookmarks = given.outputs.file("BOOKMARKS")
    if bookmarks:
        staged, results["BOOKMARKS"] = bookmarks
        write_bookmarks(staged, records, job.source.sourceCrs(), BOOKMARKS)
    atlas = given.outputs.file("ATLAS")
    if atlas:
        staged, results["ATLAS"] = atlas
        write_atlas(staged, review_layer(path), job.rasters, job.language)
    return results


def write_bookmarks(path, records, crs, most):
    """The first by rank, as QGIS imports them. Raises MrifeError."""
    from ...models.geo.write_failure import write_failure

    manager = QgsBookmarkManager()
    first = sorted(
        (
            (values["rev_rank"], values["ls_id"], wkb)
            for wkb, values in records
            if values["rev_rank"] <= most
        ),
        key=lambda item: item[0],
    )
    for rank, name, wkb in first:
        view = geometry_of(wkb).boundingBox()
        view.scale(AROUND)
        mark = QgsBookmark()
        mark.setName(f"{rank:03d}  {name}")
        mark.setGroup(tr("Landslide review"))
        mark.setExtent(QgsReferencedRectangle(view, crs))
        manager.addBookmark(mark)
    if not QgsBookmarkManager.exportToFile(path, [manager]):
        raise write_failure(path, tr("no reason given"))


def write_atlas(path, review, rasters, language):
    """A layout template whose pages are the candidates by rank; `review`: source of
    the layer, rasters as Place.
    """
    from ...models.inventory.review.form import decision, facts

    document = QDomDocument()
    with open(RESOURCES / "review_atlas.qpt", encoding="utf-8") as template:
        document.setContent(template.read())
    atlas = document.elementsByTagName("Atlas").at(0).toElement()
    atlas.setAttribute("coverageLayerSource", review)
    items = {item.attribute("id"): item for item in _elements(document, "LayoutItem")}
    for name, raster in zip(("image", "hillshade"), rasters):
        if raster:
            _show(document, items[name], (Place("", "review", review, "ogr"), raster))
            items[f"{name} name"].setAttribute("labelText", raster.name)
    if rasters[1] is None:
        for name in ("hillshade", "hillshade name"):
            document.documentElement().removeChild(items[name])
        items["image"].setAttribute("size", "281,130,mm")
        # of the same shape: QGIS makes a map as high as its extent wants it
        items["image"].firstChildElement("Extent").setAttribute("xmax", "281")
    for name, text in (
        ("title", TITLE),
        ("facts", facts(language)),
        ("decision", decision(language)),
    ):
        items[name].setAttribute("labelText", text)
    with naming(path), open(path, "w", encoding="utf-8") as file:
        file.write(document.toString())


def _show(document, item, places):
    """Layers of a map, from top to bottom, whatever else the project shows."""
    item.setAttribute("keepLayerSet", "true")
    layers = item.firstChildElement("LayerSet")
    for place in places:
        layer = document.createElement("Layer")
        for key, value in (
            ("name", place.name),
            ("source", place.source),
            ("provider", place.provider),
        ):
            layer.setAttribute(key, value)
        layer.appendChild(document.createTextNode(place.identifier))
        layers.appendChild(layer)


def _elements(document, tag):
    nodes = document.elementsByTagName(tag)
    return [nodes.at(i).toElement() for i in range(nodes.count())]
