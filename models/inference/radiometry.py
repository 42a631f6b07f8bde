# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image is examined for before the search: whether it is one, what is missing in
it, and how its values come to what the model takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..contract import Contract
from ..errors import EmptyRaster, Note, UnsuitableRaster
from ..geo.block import sampled
from ..geo.grid import Window, spans
from ..geo.missing import FEWEST_SHARE, FILE_ALONE, LayerNodata, Missing, left_out
from ..geo.undeclared import Undeclared, collars_of, in_words, sentinels_of
from .band_file import BandFile, Block
from .level_file import strip_rows
from .stretch import Stretch, stretch_for

# that GDAL may hold, and that are read at a time where the raster is not too wide, where
# the whole raster is looked at
SCAN_ROWS = 256
# valid pixels: with fewer in the sample, the whole raster is looked at
FEWEST = 10_000
MAX_SCANNED = 1_000_000  # valid pixels that are kept of a whole raster


class ExaminedImage(NamedTuple):
    """An image that was found right."""

    file: BandFile
    stretch: Stretch | None
    sample: np.ndarray  # (bands, n) valid raw values
    missing: float  # share of the pixels, by the sample
    missing_notes: tuple[Note, ...]  # doubts about what is missing
    stretch_notes: tuple[Note, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """All that the log should know."""
        notes = self.missing_notes
        if self.missing >= FEWEST_SHARE:
            reasons = self.file.missing.reasons
            notes += (left_out(self.file.path, self.missing, reasons),)
        return notes + self.stretch_notes


def examine(
    dataset: gdal.Dataset,
    bands: Sequence[int],
    path: str,
    contract: Contract,
    layer: LayerNodata = FILE_ALONE,
) -> ExaminedImage:
    """The 1-based `bands` of an image.

    Raises UnsuitableRaster for one that is cut short, complex, a palette, one bit a
    pixel, or says nothing.
    """
    _refuse_what_is_no_image(dataset, bands, path)
    missing = Missing(dataset, bands, layer)
    file = BandFile(dataset, bands, path, missing)
    # a file cut short fails here and not hours later: its last block lies at its end
    file.values(Window(file.height - 1, file.width - 1, 1, 1))
    notes = missing.notes
    sides = _border(file)
    blocks = _sampled(file)
    missing.undeclared = _undeclared(sides, blocks)
    if missing.undeclared.collars:
        notes += (
            Note(
                "All bands hold {} along the border or over whole squares, without a "
                "nodata tag: such pixels are taken as missing.",
                ", ".join(in_words(missing.undeclared)),
            ),
        )
    sample, share = _sample(file, blocks)
    stretch, stretch_notes = stretch_for(file, sample, contract)
    return ExaminedImage(file, stretch, sample, share, notes, stretch_notes)


def stretch_of(
    file: BandFile, contract: Contract
) -> tuple[Stretch | None, tuple[Note, ...]]:
    """What carries the values of a file, of which it is known what is missing, to those
    of the model, None where nothing need be done; and what the log should know.

    Raises UnsuitableRaster.
    """
    sample, _ = _sample(file, _sampled(file))
    return stretch_for(file, sample, contract)


def _refuse_what_is_no_image(
    dataset: gdal.Dataset, bands: Sequence[int], path: str
) -> None:
    for number in bands:
        band = dataset.GetRasterBand(number)
        if gdal.DataTypeIsComplex(band.DataType):
            raise UnsuitableRaster("'{}' holds complex numbers; choose an image.", path)
        if band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE") == "1":
            raise UnsuitableRaster(
                "'{}' holds one bit a pixel, 0 or 1: a mask or a scanned drawing, not an "
                "image of the ground.",
                path,
            )
        if band.GetColorTable() is not None and not _is_grey(band.GetColorTable()):
            raise UnsuitableRaster(
                "'{}' holds numbers of a colour palette and not colours; turn it into "
                "red, green and blue first (Raster > Conversion > PCT to RGB).",
                path,
            )


def _is_grey(table: gdal.ColorTable) -> bool:
    """Whether a palette gives each number its own grey."""
    entries = [table.GetColorEntry(i)[:3] for i in range(table.GetCount())]
    return all(entry == (i, i, i) for i, entry in enumerate(entries))


def _sampled(file: BandFile) -> list[Block]:
    """Blocks that stand for the whole file."""
    windows = sampled(file.width, file.height, file.release)
    return [file.read(window) for window in windows]


def _border(file: BandFile) -> list[Block]:
    """The four sides of the image, a pixel wide."""
    top = file.read(Window(0, 0, 1, file.width))
    bottom = file.read(Window(file.height - 1, 0, 1, file.width))
    return [top, bottom, *_flanks(file)]


def _flanks(file: BandFile) -> list[Block]:
    """The left and the right side, read together: in a file of strips each of their
    pixels costs a whole row.
    """
    step = max(SCAN_ROWS, file.block_rows())
    pieces: tuple[list[Block], list[Block]] = ([], [])
    for row, rows in spans(0, file.height, step):
        for side, col in zip(pieces, (0, file.width - 1)):
            side.append(file.read(Window(row, col, rows, 1)))
        file.release()
    return [_stacked(side) for side in pieces]


def _stacked(blocks: Sequence[Block]) -> Block:
    """Blocks below each other as one."""
    pixels = np.concatenate([block.pixels for block in blocks], axis=1)
    if all(block.valid is None for block in blocks):
        return Block(pixels, None)
    masks = []
    for block in blocks:
        mask = block.valid
        if mask is None:
            mask = np.ones(block.pixels.shape[1:], bool)
        masks.append(mask)
    return Block(pixels, np.concatenate(masks))


def _undeclared(sides: Sequence[Block], blocks: Sequence[Block]) -> Undeclared:
    """Collars and gaps only where what the file declares leaves nothing out."""
    sample = np.concatenate([_valid_of(block) for block in blocks], axis=1)
    sentinels = sentinels_of(sample)
    every = [*sides, *blocks]
    gaps = sum((~block.valid).sum() for block in every if block.valid is not None)
    pixels = sum(block.pixels[0].size for block in every)
    if gaps >= FEWEST_SHARE * pixels:
        return Undeclared((), sentinels)
    collars = collars_of(
        [side.pixels.reshape(len(side.pixels), -1) for side in sides],
        [block.pixels for block in blocks],
    )
    return Undeclared(collars, sentinels)


def _sample(file: BandFile, blocks: Sequence[Block]) -> tuple[np.ndarray, float]:
    """Valid pixels (bands, n) that stand for the raster, and the share of missing ones;
    raises where the whole raster says nothing. `blocks` were read before what is missing
    undeclared was known.
    """
    parts = []
    looked_at = 0
    for block in blocks:
        part = _valid_of(block)
        parts.append(part[:, ~file.missing.undeclared.holds(part)])
        looked_at += block.pixels[0].size
    pixels = np.concatenate(parts, axis=1)
    share = 1 - pixels.shape[1] / looked_at
    says_little = pixels.shape[1] < FEWEST or not _varies(pixels)
    # rare, so it may cost a full pass: data may lie between the blocks
    if says_little and looked_at < file.width * file.height:
        pixels, valid = _scanned(file)
        share = 1 - valid / (file.width * file.height)
    if not pixels.shape[1]:
        raise EmptyRaster(
            "'{}' has no valid pixel in bands {} (missing by {}); choose one with data, "
            "or correct what it says of missing pixels.",
            file.path,
            file.bands,
            file.missing.reasons,
        )
    if not _varies(pixels) and file.width * file.height > 1:
        _refuse_constant(file, pixels[:, 0].tolist())
    return pixels, share


def _refuse_constant(file: BandFile, value: list[float]) -> None:
    if file.missing.undeclared.collars:
        raise EmptyRaster(
            "'{}' holds only two values, {} and {}: a mask, not an image of the ground.",
            file.path,
            ", ".join(in_words(file.missing.undeclared)),
            ", ".join(map(str, value)),
        )
    raise EmptyRaster(
        "'{}' has the same value everywhere ({}); choose an image that shows the ground.",
        file.path,
        value,
    )


def _scanned(file: BandFile) -> tuple[np.ndarray, int]:
    """Of all valid pixels every second, fourth ... where they are many, with the smallest
    and largest of each block of rows (bands, n); and how many are valid.
    """
    sample = np.zeros((len(file.bands), 0), file.dtype)
    extremes = [sample]
    every = 1
    valid = 0
    for row, rows in spans(0, file.height, strip_rows(file.width)):
        if row % SCAN_ROWS == 0:  # tiles are read anew where they are let go before
            file.release()
        pixels = _valid_of(file.read(Window(row, 0, rows, file.width)))
        if not pixels.shape[1]:
            continue
        valid += pixels.shape[1]
        extremes.append(np.stack([pixels.min(axis=1), pixels.max(axis=1)], axis=1))
        sample = np.concatenate([sample, pixels[:, ::every]], axis=1)
        while sample.shape[1] > MAX_SCANNED:
            every *= 2
            sample = sample[:, ::2]
    if _varies(sample):
        return sample, valid
    return np.concatenate([sample, *extremes], axis=1), valid


def _valid_of(block: Block) -> np.ndarray:
    """(bands, n) of a block."""
    if block.valid is None:
        return block.pixels.reshape(len(block.pixels), -1)
    return block.pixels[:, block.valid]


def _varies(pixels: np.ndarray) -> bool:
    return bool(pixels.shape[1]) and bool((pixels != pixels[:, :1]).any())
