# SPDX-License-Identifier: GPL-2.0-or-later
"""Every algorithm with inputs that fit, and its outputs by kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from delivered import SQUARE, write_inventory
from osgeo import gdal
from running import block_image
from samples import write_raster

from models.onnxfile import describe

NAMES = (
    "detect",
    "detectsheets",
    "vectorize",
    "proposewater",
    "morphometry",
    "merge",
    "preparereview",
    "applyreview",
    "statistics",
    "export",
    "evaluate",
    "calibrate",
    "compare",
    "looknext",
    "train",
    "checkinputs",
    "modelinfo",
    "checkruntime",
    "setupruntime",
)
ENDINGS = {"sink": ".gpkg", "vectorDestination": ".gpkg", "rasterDestination": ".tif"}
FILE_ENDINGS = {
    "OUTPUT_MODEL": ".onnx",
    "CSV": ".csv",
    "STATUS": ".csv",
    "BOOKMARKS": ".xml",
    "ATLAS": ".qpt",
    "CHECKPOINT": ".pt",
}


def inputs(folder: Path, inventory: str, model: str) -> dict[str, dict]:
    """What each algorithm reads, by its name."""
    image = write_raster(folder / "image.tif", block_image())
    levels = write_raster(folder / "levels.tif", block_image().astype(np.float32) / 250)
    polygons = {"INPUT": inventory}
    return {
        "detect": {"INPUT": image, "MODEL": model, "MIN_AREA": 0},
        "detectsheets": {"INPUTS": [image], "MODEL": model, "MIN_AREA": 0},
        "vectorize": {"INPUT": levels, "MIN_AREA": 0},
        "proposewater": {"INPUT": image},
        "morphometry": polygons,
        "merge": {"INPUTS": [inventory]},
        "preparereview": polygons,
        "applyreview": polygons,
        "statistics": {**polygons, "AREA": inventory},
        "export": {**polygons, "TARGET": "kml"},
        "evaluate": {**polygons, "REFERENCE": inventory},
        "calibrate": {
            "PROBABILITY": made_by(model, folder / "made.tif"),
            "MODEL": model,
            "REFERENCE": known_on_the_block(folder / "known.gpkg"),
        },
        "compare": {"EARLIER": inventory, "LATER": inventory},
        "looknext": {"PROBABILITY": levels, "TILE": 40},
        "train": {
            "INPUTS": [image],
            "POLYGONS": two_on_the_block(folder / "two.gpkg"),
            "WHOLE_EXTENT": True,
            "BASE_MODEL": model,
            "STAGE": "recalibrate",
        },
        "checkinputs": {"INPUTS": [image], "MODEL": model},
        "modelinfo": {"MODEL": model},
        "checkruntime": {},
        "setupruntime": {"DRY_RUN": True, "OWN_PYTHON": "never"},
    }


def made_by(model: str, path: Path) -> str:
    """A probability raster that says which model made it."""
    write_raster(path, block_image().astype(np.float32) / 250)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.SetMetadataItem("MRIFE_MODEL", describe(model).model_id)
    dataset = None
    return str(path)


def known_on_the_block(path: Path) -> str:
    """What the block of the image is, as a landslide that is known."""
    block = [(SQUARE.format(x=0, e=100), {"ls_id": "known"})]
    return write_inventory(path, block, 32647, (500040.0, 2999870.0))


def two_on_the_block(path: Path) -> str:
    """The two halves of the block of the image, as landslides."""
    halves = [
        (SQUARE.format(x=0, e=40), {"ls_id": "west", "status": "confirmed"}),
        (SQUARE.format(x=60, e=100), {"ls_id": "east", "status": "confirmed"}),
    ]
    return write_inventory(path, halves, 32647, (500040.0, 2999870.0))


def destinations(provider, name: str) -> list:
    """The definitions of an algorithm's outputs."""
    return provider.algorithm(name).destinationParameterDefinitions()


def places(provider, name: str, folder: Path) -> dict[str, str]:
    """A file in a folder for each output that is one, with the ending of its kind."""
    found = {}
    for definition in destinations(provider, name):
        if definition.name() == "CHECKPOINT":
            continue  # of a network that learned, which the example does not
        if definition.type() == "folderDestination":
            continue
        ending = ENDINGS.get(definition.type())
        if ending is None:
            ending = FILE_ENDINGS.get(definition.name(), ".html")
        if name == "export":
            ending = ".kml"
        found[definition.name()] = str(folder / f"{name}_{definition.name()}{ending}")
    return found
