# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters of a search over many sheets, beside those of detection, and what they
ask for.
"""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from ...models.errors import MrifeError
from ..texts import tr
from . import detection as shared
from .behind_layers import assigned_crs, gdal_source, layer_nodata, search_area_of
from .declare import (
    advanced,
    file_output,
    numbers,
    optional,
    rasters,
    shown_by,
    string,
    strings,
    with_help,
    yes_no,
)


def sheets():
    yield rasters(
        "INPUTS",
        tr("Images"),
        tr(
            "Map sheets or scenes that make up one survey, in any order, with or without "
            "overlap. If one cannot be read, the table says so, and the others are searched "
            "all the same. A model that knows elevation alone takes elevation models here; "
            "the plugin brings one, which runs where 'Model' is empty."
        ),
        optional=True,
    )
    folder = QgsProcessingParameterFile(
        "FOLDER",
        tr("Folder of images"),
        behavior=QgsProcessingParameterFile.Behavior.Folder,
        optional=True,
    )
    yield with_help(
        folder,
        tr(
            "All rasters in it and in its folders, beside the images above; hidden files, "
            "mosaics (VRT) of these rasters and the plugin's own probability rasters are "
            "left out."
        ),
    )
    yield with_help(
        QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
        tr("Only this part of the survey is searched. Empty: all of it."),
    )


def search_parameters(contract):
    """All advanced; `contract` says where empty values come from."""
    for parameter in (
        shared.searching_model(),
        shared.fast(),
        bands(),
        shared.mask(),
        shared.overlap(contract),
        shared.batch(),
        device(),
    ):
        yield advanced(parameter)


def device():
    """Beside a model, whose values the dialog shows."""
    wrapper = f"{__package__}.model_labels.SheetsDeviceWrapper"
    return shown_by(shared.plain_device(), wrapper)


def bands():
    return string(
        "BANDS",
        tr("Bands"),
        tr(
            "Numbers of the bands of each image in the order the model wants them, as 3, "
            "2, 1. Empty: by the names, wavelengths or colour tags that each file has of "
            "them, else the first ones."
        ),
    )


def results():
    yield file_output(
        "STATUS",
        tr("Table of sheets"),
        tr("CSV files (*.csv)"),
        tr(
            "What became of each sheet: done, empty, failed or skipped, why, how many "
            "candidates, how many seconds. UTF-8."
        ),
        optional=True,
    )
    folder = QgsProcessingParameterFolderDestination(
        "PROBABILITY",
        tr("Folder of probability rasters"),
        optional=True,
        createByDefault=False,
    )
    yield with_help(
        folder,
        tr(
            "The probability raster of each sheet, and probability.vrt, which joins them, "
            "for 'Vectorize probability'. A later run into the same folder searches only "
            "what has changed: with another threshold, nothing."
        ),
    )
    yield shared.uncertainty()
    yield optional(
        yes_no(
            "DRY_RUN",
            tr("Only say what it would take"),
            False,
            tr(
                "Searches nothing and writes nothing. The log says how many sheets and "
                "windows there are, how much disk and memory the search takes, and, from "
                "a trial of some windows, about how many minutes on this machine, with "
                "outlining."
            ),
        )
    )


def figures():
    return [
        *numbers(
            ("COUNT", tr("Number of landslides")),
            ("AREA_M2", tr("Area of all landslides (m²)")),
            ("DONE", tr("Sheets that were searched")),
            ("EMPTY", tr("Sheets without ground")),
            ("FAILED", tr("Sheets that could not be read")),
            ("SKIPPED", tr("Sheets with nothing of their own to search")),
            ("SHEETS", tr("Sheets that a dry run would search")),
            ("WINDOWS", tr("Windows that a dry run would search")),
            ("DISK_MB", tr("Disk that a dry run expects (MB)")),
            ("MINUTES", tr("Minutes that a dry run expects")),
            ("SECONDS", tr("Seconds")),
            ("MEMORY_MB", tr("Memory that a dry run expects (MB)")),
        ),
        *strings(("DEVICE_USED", tr("Device that ran"))),
    ]


def read_sources(given):
    """What is to be searched, without opening it. Raises MrifeError."""
    from ...models.sheets.folder import rasters_in
    from ...models.sheets.sheet import SheetSource

    sources = []
    for layer in given.rasters_or_texts("INPUTS"):
        if isinstance(layer, str):
            sources.append(SheetSource(layer))
            continue
        given.layers.check_file_behind("INPUTS", layer)
        path = gdal_source(layer)
        sources.append(SheetSource(path, layer_nodata(layer), assigned_crs(layer)))
    if given.has("FOLDER"):
        sources += rasters_in(given.file("FOLDER"))
    if not sources:
        raise MrifeError("There is no raster to search; give images or a folder of them.")
    return sources


def search_request(given, outline):
    """With what is asked of the polygons, `outline`. Raises MrifeError."""
    from ...models.jobs import check_flat_below
    from ...models.sheets.job import SheetsRequest

    check_flat_below(given.number("FLAT_BELOW"), outline)
    area = given.polygons("MASK")

    def extent(grid):
        crs = QgsCoordinateReferenceSystem.fromWkt(grid.wkt)
        return given.window("EXTENT", crs, grid)

    return SheetsRequest(
        given.share("OVERLAP"),
        given.integer("BATCH"),
        given.flag("UNCERTAINTY"),
        extent,
        lambda grid: search_area_of(area, grid),
        given.number("FLAT_BELOW"),
    )
