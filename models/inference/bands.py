# SPDX-License-Identifier: GPL-2.0-or-later
"""Which bands of a file feed the model, and in which order."""

from __future__ import annotations

import re

from osgeo import gdal

from ..contract import Contract, band_word
from ..errors import Note, UnsuitableRaster, listed
from ..geo.alpha import image_bands
from ..word_lists import meanings, word_list

TAGS = {
    gdal.GCI_RedBand: "red",
    gdal.GCI_GreenBand: "green",
    gdal.GCI_BlueBand: "blue",
}
COLOURS = ("red", "green", "blue", "nir")
SENTINEL_2 = {"b02": "blue", "b03": "green", "b04": "red", "b08": "nir"}
# nanometres, from the first (inclusive) to the second
WAVELENGTHS = {
    "blue": (430, 515),
    "green": (515, 600),
    "red": (600, 690),
    "nir": (760, 930),
}
NANOMETRES = {"nanometers": 1, "nm": 1, "micrometers": 1000, "um": 1000, "µm": 1000}


def choose_bands(
    dataset: gdal.Dataset, requested: tuple[int, ...], contract: Contract, strict: bool
) -> tuple[int, ...]:
    """The 1-based bands to read; `strict` holds the requested ones to the contract's number."""
    count = dataset.RasterCount
    names = contract.image_bands
    need = Note("{} ({})", len(names), listed([band_word(name) for name in names]))
    if not requested:
        return _by_themselves(dataset, names, need)
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
    return requested


def _by_themselves(
    dataset: gdal.Dataset, names: tuple[str, ...], need: Note
) -> tuple[int, ...]:
    """By what the file says of its bands, else the first ones."""
    numbers = range(dataset.RasterCount, 0, -1)
    by_colour = {colour_of(dataset, b): b for b in numbers}
    if all(name.lower() in by_colour for name in names):
        return tuple(by_colour[name.lower()] for name in names)
    plain = image_bands(dataset)
    if len(plain) < len(names):
        raise UnsuitableRaster(
            "The raster has {} image band(s), but the model takes {}; choose an image "
            "with those bands.",
            len(plain),
            need,
        )
    return tuple(plain[: len(names)])


def band_names(dataset: gdal.Dataset) -> tuple[str, ...]:
    """Names for the bands of an image, with which a contract finds them again: red, green,
    blue, nir where the file says the colour of each, else the order of the file.
    """
    plain = image_bands(dataset)
    colours = [colour_of(dataset, b) for b in plain]
    if None not in colours and len(set(colours)) == len(colours):
        return tuple(name for name in COLOURS if name in colours)
    return tuple(
        colour if colour and colours.count(colour) == 1 else f"band {b}"
        for b, colour in zip(plain, colours)
    )


def colour_of(dataset: gdal.Dataset, number: int) -> str | None:
    """The colour of a band by its name, its wavelength or its tag, in this order: GDAL
    itself tags the first three bands of bytes as red, green and blue.
    """
    band = dataset.GetRasterBand(number)
    return (
        _by_name(band.GetDescription())
        or _by_wavelength(band)
        or TAGS.get(band.GetColorInterpretation())
    )


def _by_name(name: str) -> str | None:
    """The one colour that is a word of the name."""
    name = name.lower().strip()
    if any(word in name for word in word_list("bands")["none of these"]):
        return None
    colour_by_word = meanings("bands")
    words = re.findall(r"[^\W_]+", name)
    colours = {colour_by_word[word] for word in words if word in colour_by_word}
    if len(colours) == 1:
        return colours.pop()
    if re.search(r"near.?infra.?red", name):
        return "nir"
    return SENTINEL_2.get(name)


def _by_wavelength(band: gdal.Band) -> str | None:
    text = band.GetMetadataItem("CENTRAL_WAVELENGTH_UM", "IMAGERY")
    unit = "um"
    if text is None:
        text = band.GetMetadataItem("wavelength")
        unit = (band.GetMetadataItem("wavelength_units") or "").lower()
    try:
        length = float(text or "") * NANOMETRES.get(unit, 0)
    except ValueError:
        return None
    for colour, (shortest, longest) in WAVELENGTHS.items():
        if shortest <= length < longest:
            return colour
    return None


def contradictions(
    dataset: gdal.Dataset, bands: tuple[int, ...], contract: Contract
) -> tuple[Note, ...]:
    """Where the file says another colour of a band than its use: a warning, since tags
    are often wrong. And where it says none, and there are more bands than are used;
    and bands that stand for several.
    """
    notes = []
    silent = []  # names of colours of which the file says nothing
    uses = list(zip(bands, contract.bands))
    for number, name in uses:
        if name.lower() not in COLOURS:
            continue
        colour = colour_of(dataset, number)
        if not colour:
            silent.append(name)
        elif colour != name.lower():
            notes.append(
                Note(
                    "Band {} is tagged {} in the file but is used as {}; check the order "
                    "of the bands.",
                    number,
                    band_word(colour),
                    band_word(name),
                )
            )
    if len(silent) == len(uses) > 1 and dataset.RasterCount > len(uses):
        notes.append(
            Note(
                "The file does not say the colours of its {} bands: bands {} are used as "
                "{}. Name others where that is not so.",
                dataset.RasterCount,
                ", ".join(map(str, bands)),
                listed([band_word(name) for name in silent]),
            )
        )
    for number in sorted({number for number in bands if bands.count(number) > 1}):
        notes.append(Note("Band {} is used more than once, as it was asked for.", number))
    return tuple(notes)
