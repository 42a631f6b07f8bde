# SPDX-License-Identifier: GPL-2.0-or-later
"""Propose water to exclude: polygons for a person to check, which change nothing by
themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem

from ..models.errors import UnsuitableRaster
from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_water
from .messages.detection import follow, say_notes
from .parameters import declare
from .parameters.behind_layers import assigned_crs, gdal_source, layer_nodata
from .parameters.declare import advanced, area, numbers, polygon_sink
from .parameters.detection import dem_unit
from .parameters.outputs import check_temporary
from .parameters.results import temporary_folder
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.proposewater import WaterJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    water: WaterJob
    crs: QgsCoordinateReferenceSystem
    image: str
    dem: str  # "" without one


class ProposeWater(MrifeAlgorithm):
    def name(self):
        return "proposewater"

    def displayName(self):
        return tr("Propose water to exclude")

    def tags(self):
        return tr("water,river,lake,reservoir,mask,exclusion,landslide").split(",")

    def shortDescription(self):
        return tr(
            "Outlines what looks like open water, to be checked and then given to the "
            "detection as an exclusion."
        )

    def shortHelpString(self):
        return water_help()

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), output()], counts())

    def examine(self, given):
        from ..models.proposewater import image_raster, prepare_water

        layer = given.raster("INPUT")
        nodata = layer_nodata(layer)
        raster = image_raster(gdal_source(layer), nodata, assigned_crs(layer))
        if not raster.grid.wkt:
            raise UnsuitableRaster(
                "'{}' has no coordinate reference system; assign the right one to it "
                "first.",
                layer.name(),
            )
        job = prepare_water(raster, given.elevation(), given.number("MIN_AREA"))
        check_temporary(3 * job.cells.grid.width * job.cells.grid.height // 2)
        dem = given.raster("DEM").name() if given.has("DEM") else ""
        return Job(job, layer.crs(), layer.name(), dem)

    def work(self, job, given, feedback):
        from ..models.inventory.water.fields import WATER_FIELDS
        from ..models.proposewater import propose_water

        say_notes(job.water.notes, feedback)
        water = []
        with temporary_folder() as folder:
            follow(propose_water(job.water, str(folder), water), feedback)
        fields = layers.qgs_fields(WATER_FIELDS)
        destination, count = given.outputs.layer("OUTPUT", water, fields, job.crs)
        title = tr("Proposed water (check before use), {}").format(job.image)
        style = layers.with_style(show_water)
        total = sum(values["area_m2"] for _, values in water)
        sentence = proposal(count, total)
        feedback.pushInfo(sentence)
        history = [sentence]
        if job.dem:
            history.append(tr("Elevation model {}.").format(job.dem))
        layers.finish_polygons(given, "OUTPUT", destination, title, style, None, history)
        return {"OUTPUT": destination, "COUNT": count, "AREA_M2": round(total, 1)}


def proposal(count, area):
    """`area` in m2."""
    return tr(
        "Polygons that look like water: {}, {} m². This is a proposal: nothing is excluded "
        "before you check them and give them to the detection."
    ).format(count, f"{area:,.0f}")


def inputs():
    yield declare.raster(
        "INPUT",
        tr("Image"),
        tr(
            "The image that landslides are searched in, with a coordinate reference "
            "system."
        ),
    )
    yield declare.raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "A raster of elevations in any coordinate system. With it smooth slopes are "
            "no water, and what is level in it is. Empty: the image alone."
        ),
        optional=True,
    )
    yield dem_unit()
    yield advanced(
        area(
            "MIN_AREA",
            tr("Minimum area (default: 5,000 m²)"),
            tr(
                "Smaller polygons are left out: fields, yards and large roofs are as "
                "smooth as ponds. Empty: 5,000 m²."
            ),
        )
    )


def output():
    return polygon_sink(
        "OUTPUT",
        tr("Proposed water (check before use)"),
        tr(
            "Polygons with what shows the water, a score and the area. Delete what is no "
            "water, then give the layer to the detection as an exclusion."
        ),
    )


def counts():
    return numbers(
        ("COUNT", tr("Number of polygons")),
        ("AREA_M2", tr("Area of all polygons (m²)")),
    )


def water_help():
    return paragraphs(
        tr("""
<p>Rivers and lakes are often taken for landslides. This outlines what looks like open water, so
that you can exclude it: <b>look at the polygons, delete what is no water</b>, and give the layer to
'Detect relic landslides' or 'Vectorize probability' as an exclusion. It is a proposal and changes
no candidate by itself.</p>
<p>Image: hardly any texture over ten metres beside the contrast of the whole image, and not the
green of plants; the colour may be that of a river in flood. Elevation model: no slope (where there
is one, smooth ground is no water), or a level surface as lidar models have it. The field water_by
says which of them shows the water; the score water_sc says how smooth or level it is and is no
probability.</p>
<p>Deep shadow, snow, cloud, bare fields and sports grounds can be as smooth as water; rapids,
waves, reflections and streams narrower than about ten metres are missed. Outlines lie on cells of
two metres, or of a pixel where that is larger. Needs no network and no runtime.</p>""")
    )
