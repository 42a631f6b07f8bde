# SPDX-License-Identifier: GPL-2.0-or-later
"""What commands write: files that take their places together, layers and texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..answers import say
from ..errors import MrifeError
from ..geo.crs import Crs
from ..geo.feature_file import FileField, check_replaceable
from ..geo.staging import Staging
from ..geo.write_failure import write_failure
from ..inventory.candidates.attributes import Collection
from ..inventory.export.column import same
from ..inventory.export.vector_file import write_geopackage, write_vector_file
from ..inventory.schema import Field
from ..jobs import OutlineJob

ROW_NUMBER = "fid"  # of a GeoPackage, which gives its own
NUMBERS = {"int", "long", "real"}


@contextmanager
def placed(
    outputs: Iterable[str | None], inputs: Iterable[str | None]
) -> Iterator[Staging]:
    """Where to write the outputs, all of which take their places after the block; None
    stands for a file that is not asked for. Raises MrifeError before it where they cannot.
    """
    outputs = [path for path in outputs if path]
    check_apart(outputs, inputs)
    for path in outputs:
        check_replaceable(path)
    try:
        with Staging() as staging:
            for path in outputs:
                staging.path(path)
            yield staging
            staging.place()
    except OSError as error:
        raise write_failure(error.filename or outputs[0], error) from error


def check_apart(outputs: Sequence[str], inputs: Iterable[str | None]) -> None:
    """Raises MrifeError where an output is one of the files that are read, or where
    another output goes; names that differ in capitals alone are one on many disks.
    """
    places = set()
    for output in outputs:
        place = os.path.realpath(output).casefold()
        if place in places:
            raise MrifeError(
                "Two outputs have the same name '{}'; choose another for one.", output
            )
        places.add(place)
    existing = [path for path in inputs if path and os.path.exists(path)]
    for output in outputs:
        for path in existing:
            if os.path.exists(output) and os.path.samefile(output, path):
                raise MrifeError(
                    "The output '{}' is one of the inputs; choose another name.", output
                )


def write_candidates(
    output: str, staging: Staging, job: OutlineJob, candidates: Collection
) -> dict[str, object]:
    """Write candidates to what will stand at `output`, saying what each step of outlining
    did; what the last line says of them. Raises MrifeError.
    """
    steps = {}
    for name, counters in candidates.report.to_dict().items():
        area = round(counters.pop("area"), 1)
        steps[name] = {**counters, "area_m2": area}
    say(**steps)
    if job.inventory.notes:
        say(notes=[str(note) for note in job.inventory.notes])
    path = staging.path(output)
    count = write_geopackage(path, job.grid, candidates, job.inventory.fields)
    area = sum(values["area_m2"] for _, values in candidates)
    return {"output": output, "count": count, "area_m2": round(area, 1)}


def write_text(staging: Staging, path: str, text: str, encoding: str = "utf-8") -> None:
    """A text to what will stand at `path`."""
    with open(staging.path(path), "w", encoding=encoding, newline="") as file:
        file.write(text)


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
