# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run will compute, settled and checked before the long work starts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from ..contract import MAX_COARSENING, Contract
from ..errors import MrifeError, Note, UnsuitableRaster
from ..geo.grid import Grid, Window
from .raster import Raster
from .symmetries import AS_IT_LIES, Symmetry
from .tiling import KNOWN_POWER, MIN_KNOWN_WEIGHT, starts

RESAMPLE_TOLERANCE = (0.8, 1.25)  # ratios of pixel sizes: nothing is resampled within


@dataclass(frozen=True)
class Plan:
    """Grids and windows of one run. `rows` and `cols` are the first pixels of the
    windows on the whole model grid.
    """

    # the grid the network sees: the raster's own, or resampled to the model's pixel size
    model_grid: Grid
    resampled: bool
    out: Window  # of the raster: what comes out
    grid: Grid  # of what comes out: exactly the raster's pixels
    region: Window  # of `model_grid`: what must be computed for it
    window: int
    overlap: float
    rows: tuple[int, ...]
    cols: tuple[int, ...]
    mask: tuple[bytes, ...] | None  # WKB polygons in the raster's CRS to search inside
    notes: tuple[Note, ...]  # for the log
    # in which each window is looked at; of several comes a spread
    symmetries: tuple[Symmetry, ...] = AS_IT_LIES
    # windows (rows, cols) bool that are not computed, for they see flat ground alone
    flat: np.ndarray | None = field(default=None, compare=False)

    def intersecting(self) -> tuple[list[int], list[int]]:
        """Indices of the window rows and columns that touch the region."""
        return (
            _intersecting(self.rows, self.window, self.region.row, self.region.rows),
            _intersecting(self.cols, self.window, self.region.col, self.region.cols),
        )

    @property
    def span(self) -> tuple[int, int]:
        """First column of the model grid that a window of the run covers, and past the
        last.
        """
        _, cols = self.intersecting()
        left = self.cols[cols[0]]
        right = min(self.cols[cols[-1]] + self.window, self.model_grid.width)
        return left, right

    def digest(self, raster: Raster, model: str) -> str:
        """16 hex digits that two runs share only if they give the same probabilities."""
        facts = (
            model,
            raster.fingerprint,
            raster.bands,
            self.model_grid,
            self.out,
            self.window,
            self.overlap,
            self.mask,
            self.symmetries,
            (KNOWN_POWER, MIN_KNOWN_WEIGHT),
        )
        if self.flat_tiles:
            facts += (self.flat_digest,)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def to_metadata(self, raster: Raster, model: str) -> dict[str, str]:
        """What a search must have in common with one that goes on with its raster."""
        metadata = {
            "MRIFE_RUN": self.digest(raster, model),
            "MRIFE_BANDS": ",".join(map(str, raster.bands)),
            "MRIFE_OVERLAP": str(self.overlap),
        }
        if self.has_spread:
            metadata["MRIFE_SYMMETRIES"] = str(len(self.symmetries))
        if self.flat_tiles:
            metadata["MRIFE_FLAT"] = (
                f"{self.flat_tiles} of {self.tiles} windows, {self.flat_digest}"
            )
        return metadata

    def resume(self, grid: Grid, rows: int) -> Plan:
        """What is left of the plan on a raster of this grid when the first rows of its
        output are known.
        """
        if not rows:
            return self
        out = self.out
        return self.cut(grid, out._replace(row=out.row + rows, rows=out.rows - rows))

    def cut(self, grid: Grid, out: Window) -> Plan:
        """The same for a part of what comes out, on a raster of this grid."""
        region = out
        if self.resampled:
            region = _region(out, grid, self.model_grid)
        return replace(self, out=out, grid=grid.crop(out), region=region)

    @property
    def has_spread(self) -> bool:
        """Whether a standard deviation comes with each probability."""
        return len(self.symmetries) > 1

    @property
    def tiles(self) -> int:
        """Number of windows, before those without valid pixels are skipped."""
        rows, cols = self.intersecting()
        return len(rows) * len(cols)

    @property
    def flat_tiles(self) -> int:
        """Number of windows among them that are left out for their flat ground."""
        if self.flat is None:
            return 0
        return int(self.flat[np.ix_(*self.intersecting())].sum())

    @property
    def flat_digest(self) -> str:
        """8 hex digits of which these are."""
        flat = self.flat[np.ix_(*self.intersecting())]
        return hashlib.sha256(np.packbits(flat).tobytes()).hexdigest()[:8]


def plan(
    raster: Raster,
    contract: Contract,
    overlap: float | None = None,
    extent: Window | None = None,
    mask: Iterable[bytes] | None = None,
    symmetries: tuple[Symmetry, ...] = AS_IT_LIES,
) -> Plan:
    """Lay the windows of a run over the raster.

    They are anchored to the whole raster, so that a run on an extent equals a cut of the
    full run. `overlap` is the share of a window (0-0.75) common with the next, None the
    contract's; `mask` holds WKB polygons in the raster's CRS; each window is looked at in
    all `symmetries`. Raises UnsuitableRaster where the raster does not fit the contract.
    """
    if overlap is None:
        overlap = contract.overlap
    if not 0 <= overlap <= 0.75:
        raise MrifeError(
            "The overlap of windows is {}; choose one from 0 % to 75 %.", f"{overlap:.0%}"
        )
    raster.grid.check_place()
    model_grid, note = network_grid(raster.grid, contract, raster.is_elevation)
    resampled = model_grid is not raster.grid
    out = extent or raster.grid.whole
    grid = raster.grid
    if extent:
        grid = grid.crop(extent)
    region = out
    if resampled:
        region = _region(out, raster.grid, model_grid)
    return Plan(
        model_grid=model_grid,
        resampled=resampled,
        out=out,
        grid=grid,
        region=region,
        window=contract.window,
        overlap=overlap,
        rows=tuple(starts(model_grid.height, contract.window, overlap)),
        cols=tuple(starts(model_grid.width, contract.window, overlap)),
        mask=None if mask is None else tuple(mask),
        notes=raster.notes + note,
        symmetries=symmetries,
    )


def network_grid(
    grid: Grid, contract: Contract, alone: bool
) -> tuple[Grid, tuple[Note, ...]]:
    """The grid that the network sees of a raster's, and what the log should know;
    `alone`: of elevation without an image. Raises UnsuitableRaster where the pixels are
    too coarse.
    """
    across, down = grid.pixel_metres()
    size = contract.nearest_pixel_size(across, down, alone)
    if not size:
        return grid, ()
    if max(across, down) > MAX_COARSENING * size:
        raise UnsuitableRaster(
            "The raster's pixels are {} m, but the model was trained on {} m; choose "
            "imagery of at most {} m, or another model.",
            f"{max(across, down):.3g}",
            f"{size:.3g}",
            f"{MAX_COARSENING * size:.3g}",
        )
    if _is_near(size / across) and _is_near(size / down):
        return grid, ()
    model_grid = grid.resized(
        max(1, round(grid.width * across / size)),
        max(1, round(grid.height * down / size)),
    )
    return model_grid, (
        Note(
            "Pixels of {} x {} m are resampled to the model's {} m (by {} x {}); the "
            "result keeps the raster's own pixels.",
            f"{across:.3g}",
            f"{down:.3g}",
            f"{size:.3g}",
            f"{across / size:.3g}",
            f"{down / size:.3g}",
        ),
    )


def _is_near(ratio: float) -> bool:
    lowest, highest = RESAMPLE_TOLERANCE
    return lowest <= ratio <= highest


def _region(out: Window, grid: Grid, model_grid: Grid) -> Window:
    """The pixels of `model_grid` between which the centres of `out` are interpolated."""
    top, rows = _span(out.row, out.rows, grid.height, model_grid.height)
    left, cols = _span(out.col, out.cols, grid.width, model_grid.width)
    return Window(top, left, rows, cols)


def _span(begin: int, count: int, length: int, model_grid: int) -> tuple[int, int]:
    first = max(0, math.floor((begin + 0.5) * model_grid / length - 0.5))
    last = min(
        model_grid - 1,
        max(0, math.floor((begin + count - 0.5) * model_grid / length - 0.5)) + 1,
    )
    return first, last + 1 - first


def _intersecting(
    begins: tuple[int, ...], window: int, first: int, count: int
) -> list[int]:
    return [
        i
        for i, begin in enumerate(begins)
        if begin < first + count and begin + window > first
    ]
