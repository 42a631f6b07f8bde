# SPDX-License-Identifier: GPL-2.0-or-later
"""Which bands of a file feed the model, and in which order."""

from __future__ import annotations

from osgeo import gdal

from ..contract import Contract
from ..errors import Note, UnsuitableRaster

COLOURS = {
    "red": gdal.GCI_RedBand,
    "green": gdal.GCI_GreenBand,
    "blue": gdal.GCI_BlueBand,
}


def choose_bands(
    dataset: gdal.Dataset, requested: tuple[int, ...], contract: Contract, strict: bool
) -> tuple[int, ...]:
    """The 1-based bands to read; `strict` holds the requested ones to the contract's number."""
    count = dataset.RasterCount
    names = contract.image_bands
    need = f"{len(names)} ({', '.join(names)})"
    if not requested:
        tags = {
            dataset.GetRasterBand(b).GetColorInterpretation(): b
            for b in range(count, 0, -1)
        }
        if all(COLOURS.get(name) in tags for name in names):
            return tuple(tags[COLOURS[name]] for name in names)
        plain = [
            b
            for b in range(1, count + 1)
            if dataset.GetRasterBand(b).GetColorInterpretation() != gdal.GCI_AlphaBand
        ]
        if len(plain) < len(names):
            raise UnsuitableRaster(
                "The raster has {} image band(s), but the model takes {}; choose an "
                "image with those bands.",
                len(plain),
                need,
            )
        return tuple(plain[: len(names)])
    if not all(1 <= b <= count for b in requested):
        raise UnsuitableRaster(
            "Bands {} were asked for, but the raster has bands 1 to {}.",
            list(requested),
            count,
        )
    if strict and len(requested) != len(names):
        raise UnsuitableRaster(
            "{} band(s) were named, but the model takes {}, in this order.",
            len(requested),
            need,
        )
    if len(set(requested)) != len(requested):
        raise UnsuitableRaster(
            "Bands {} name one band twice; the model takes {}, in this order.",
            list(requested),
            need,
        )
    return requested


def contradictions(
    dataset: gdal.Dataset, bands: tuple[int, ...], contract: Contract
) -> tuple[Note, ...]:
    """Where the file's own tags disagree with the use of a band: a warning, since tags
    are often wrong.
    """
    tags = {value: name for name, value in COLOURS.items()}
    uses = [
        (b, tags.get(dataset.GetRasterBand(b).GetColorInterpretation()), name)
        for b, name in zip(bands, contract.bands)
    ]
    return tuple(
        Note(
            "Band {} is tagged {} in the file but is used as {}; check the order of the "
            "bands.",
            b,
            tag,
            name,
        )
        for b, tag, name in uses
        if tag and name in COLOURS and tag != name
    )
