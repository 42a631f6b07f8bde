# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer of the command line: rows that have the fields of other layers, and ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from .geo.crs import Crs
from .geo.feature_file import FileField
from .geo.staging import Staging
from .inventory.export.column import same
from .inventory.export.vector_file import write_vector_file
from .inventory.schema import Field

ROW_NUMBER = "fid"  # of a GeoPackage, which gives its own
NUMBERS = {"int", "long", "real"}


def write_layer(
    staging: Staging,
    path: str,
    rows: Iterable[tuple[bytes, dict]],
    others: Sequence[Sequence[FileField]],
    ours: Sequence[Field],
    crs: Crs,
) -> None:
    """A GeoPackage with the fields of other layers, each once, then ours."""
    kinds: dict[str, str] = {}
    own = {field.name for field in ours}
    for name, kind in (column for columns in others for column in columns):
        if name not in own and name != ROW_NUMBER:
            kinds[name] = _joint(kinds.get(name, kind), kind)
    fields = [same(name, kind, 0, name) for name, kind in kinds.items()]
    fields += [same(field.name, field.kind, field.length, field.name) for field in ours]
    wkt = crs.srs().ExportToWkt()
    layer = Path(path).stem
    for _ in write_vector_file(staging.path(path), rows, fields, wkt, layer=layer):
        pass


def _joint(first: str, second: str) -> str:
    """The kind of a field for the values of two."""
    if first == second:
        return first
    if {first, second} <= NUMBERS:
        return "real"
    return "text"
