# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters that detection and other algorithms share, worded once."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterBand, QgsProcessingParameterDateTime

from ...models.contract import BATCH_SIZE
from ..texts import tr
from .declare import (
    advanced,
    area,
    choice,
    model_file,
    number,
    polygon_source,
    raster,
    shown_by,
    string,
    with_help,
    yes_no,
)

DEVICES = ["auto", "cpu", "cuda"]
UNITS = ["auto", "metres", "feet"]


def by_model(label):
    """A label where no model is known: in the modeler, in batch, in a log."""
    return tr("{} (default: the model's own)").format(label)


def threshold(default, label):
    """`default` and `label` say where an empty value comes from, as of the next two."""
    return number(
        "THRESHOLD",
        label,
        tr(
            "Probability from which a pixel belongs to a landslide, 0 to 1. A lower value "
            "draws larger outlines, which may grow together. How many polygons there are "
            "depends on 'Seed threshold'. Empty: {}."
        ).format(default),
        high=1.0,
    )


def seed(default, label):
    return advanced(
        number(
            "SEED",
            label,
            tr(
                "A polygon is kept only if at least one of its pixels has this "
                "probability. A lower value finds more landslides and gives more false "
                "polygons. It cannot be below the threshold. Empty: {}."
            ).format(default),
            high=1.0,
        )
    )


def limits(contract):
    """What becomes a polygon, all advanced; `contract` says where empty values come from."""
    yield seed(contract, by_model(tr("Seed threshold")))
    yield min_area(contract, by_model(tr("Minimum area")))


def min_area(default, label):
    return advanced(
        area(
            "MIN_AREA",
            label,
            tr(
                "Smaller polygons are left out; true square metres whatever the "
                "coordinate system, measured on the finished outline. Empty: by the map "
                "scale, else {}."
            ).format(default),
        )
    )


def dem():
    """To measure by; a search also sees one, see `searched_dem`."""
    return _dem(
        tr(
            "A raster of elevations in any coordinate system. With it polygons also get "
            "terrain attributes."
        )
    )


def searched_dem():
    """Fine are cells of at most FINE_CELL_M of models/inference/elevation_alone.py."""
    return _dem(
        tr(
            "A raster of elevations in any coordinate system. With it polygons also get "
            "terrain attributes, and a model that takes elevation sees it. The plugin's "
            "own does so where cells are at most 2.5 m: coarser ones mislead it, and it "
            "sees the image alone."
        )
    )


def _dem(text):
    return raster("DEM", tr("Elevation model"), text, optional=True)


def model(empty):
    """`empty` says which model it is where none is named."""
    text = tr(
        "An ONNX segmentation model with its contract in its metadata, or one made for "
        "Deepness. Empty: {}."
    )
    return model_file("MODEL", tr("Model"), text.format(empty))


def searching_model():
    return model(
        tr(
            "the plugin's own, mrife.onnx for images, mrife-dem.onnx for images beside an "
            "elevation model with cells of at most 2.5 m, or mrife-terrain.onnx for an "
            "elevation model in the place of the image"
        )
    )


def fast():
    return yes_no(
        "FAST",
        tr("Fast 8-bit model"),
        True,
        tr(
            "The shipped model in 8-bit numbers where they are twice as fast: on a CPU "
            "with instructions for them. Old CPUs and GPUs run the model in floats, "
            "also with this on; outlines differ a little. Without effect on a model of "
            "your own, and where an elevation model stands in the place of the image."
        ),
    )


def bands():
    bands = QgsProcessingParameterBand(
        "BANDS", tr("Bands"), None, "INPUT", optional=True, allowMultiple=True
    )
    return with_help(
        bands,
        tr(
            "The image's bands in the order the model wants them (see 'Describe model'). "
            "Empty: by the names, wavelengths or colour tags that the file has of them, "
            "else the first ones."
        ),
    )


def mask():
    return polygon_source(
        "MASK",
        tr("Search only inside"),
        tr(
            "Polygons in any coordinate system; what lies outside is not searched and "
            "becomes nodata."
        ),
        optional=True,
    )


def overlap(default):
    return number(
        "OVERLAP",
        by_model(tr("Overlap of windows, %")),
        tr(
            "Share of a window that the next one sees again. More is smoother and "
            "slower. Empty: {}."
        ).format(default),
        high=75.0,
    )


def batch():
    return number(
        "BATCH",
        tr("Windows per batch (default: {} for each core)").format(BATCH_SIZE),
        tr(
            "Windows computed at once; does not change the result. Halved by itself "
            "when memory runs out. Empty: {} for each processor core, fewer of large "
            "windows or of many cores."
        ).format(BATCH_SIZE),
        low=1,
        high=256,
        whole=True,
    )


def device():
    """Beside a model, whose values the dialog shows."""
    return shown_by(plain_device(), f"{__package__}.model_labels.DeviceWrapper")


def plain_device():
    return choice(
        "DEVICE",
        tr("Device"),
        DEVICES,
        tr(
            "automatic (auto) takes the GPU where one really works; GPU (cuda) refuses to "
            "run without. The log says which ran, and why."
        ),
    )


def uncertainty():
    """Off by default: what it is worth is measured in docs/benchmarks/uncertainty.md."""
    return advanced(
        yes_no(
            "UNCERTAINTY",
            tr("Uncertainty from flips and rotations"),
            False,
            tr(
                "Looks at each window in 8 flips and rotations, which takes 8 times as "
                "long. The probability becomes their mean; their standard deviation "
                "becomes a second band of the probability raster, value / 250, and its "
                "mean inside a polygon the attribute p_std. Measured with the shipped "
                "model: the mean is a little better (landslide IoU 0.53 instead of 0.52 "
                "on counties not seen in training), but the deviation tells wrong from "
                "right no better than the probability itself."
            ),
        )
    )


def flat_below():
    return advanced(
        number(
            "FLAT_BELOW",
            tr("Leave out ground flatter than, degrees (default: none)"),
            tr(
                "Windows of which all ground is flatter by the elevation model are not "
                "computed and become nodata; elsewhere the result is the same. Ground "
                "without a height is searched. Plains take no time then, but the toe of a "
                "landslide may run out on them: more than 2 or 3 degrees is much. Empty: "
                "all ground is searched."
            ),
            high=90.0,
        )
    )


def dem_unit():
    return choice(
        "DEM_UNIT",
        tr("Unit of the elevations"),
        UNITS,
        tr(
            "automatic (auto): the unit that the file states; where it states none, feet "
            "if its coordinates count in feet, else metres."
        ),
    )


def sizes():
    return advanced(
        yes_no(
            "SIZES",
            tr("Size estimates"),
            False,
            tr(
                "Adds rough estimates of depth and volume from the area. Two common laws "
                "differ by a factor of 1.3 at 0.25 ha and of 2.6 at 1 km²."
            ),
        )
    )


def sheet():
    return advanced(
        string(
            "SHEET",
            tr("Map sheet"),
            tr(
                "Number of the map sheet; begins the identifiers. Empty: the image's "
                "base name."
            ),
        )
    )


def image_date():
    day = QgsProcessingParameterDateTime(
        "IMG_DATE",
        tr("Image date"),
        QgsProcessingParameterDateTime.Type.Date,
        optional=True,
    )
    return advanced(
        with_help(
            day,
            tr(
                "The day the image was taken, year-month-day. Empty: what the image's "
                "metadata say, if anything."
            ),
        )
    )
