# SPDX-License-Identifier: GPL-2.0-or-later
"""An inventory leaves the house: what is exported, with which values, into which files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ...geo.shared_name import RASTERS, other_layer
from ...geo.staging import Staging
from ...geo.write_failure import write_failure
from ..language import Language
from ..markup import escaped
from .china import write_record_form
from .column import Column, fill
from .crosswalk import TABLES
from .iffi import GEOMETRIES, OneGeometry
from .iffi import LAYERS as IFFI_LAYERS
from .inspire import write_inspire
from .kml import write_kml
from .shapefile import short_names, write_shapefile
from .slido import ENDING, SCARPS, ScarpLines
from .targets import SUFFIXES
from .vector_file import Rows, write_vector_file

BESIDE = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".gpkg": (),
    ".kml": (),
    ".kmz": (),
    ".gml": (),
}
FORMS = (".csv", ".html")  # beside the GeoPackage of the Chinese record form
# of the layers beside the first one, which has the file's own name
ENDINGS = {"iffi": tuple(IFFI_LAYERS.values()), "slido": (ENDING,)}


@dataclass(frozen=True)
class Delivery:
    """What is written where; `columns` are the layer's own, used where no body
    prescribes them.
    """

    target: str
    path: str
    wkt: str  # of the outlines
    columns: tuple[Column, ...] = ()
    language: str = "en"  # code: of words and labels where no body prescribes them
    encoding: str = "UTF-8"  # of a Shapefile: UTF-8 or GBK
    namespace: str = ""  # of INSPIRE identifiers
    inventory: str = ""  # its name and link, for the USGS
    inventory_url: str = ""

    @property
    def stated(self) -> dict[str, str]:
        """Values of all rows whose layer does not have them, by names of crosswalk.READ."""
        values = {"inventory": self.inventory, "inv_url": self.inventory_url}
        return {name: value for name, value in values.items() if value}

    @property
    def suffix(self) -> str:
        return Path(self.path).suffix.lower()

    @property
    def passes(self) -> int:
        """How often export goes through the rows."""
        passes = 1 + len(self.endings)
        if self.suffix == ".shp":
            return 2 * passes
        return passes

    @property
    def endings(self) -> tuple[str, ...]:
        """Of the layers beside the first one."""
        return ENDINGS.get(self.target, ())

    @property
    def layers(self) -> list[str]:
        """Names of the layers of a file that holds all of them."""
        return [Path(self.path).stem + ending for ending in ("", *self.endings)]

    @property
    def files(self) -> list[str]:
        """All that will be written, the named one first."""
        suffixes = BESIDE[self.suffix]
        if self.target == "china":
            suffixes += FORMS
        mains = [Path(self.path)]
        if self.suffix == ".shp":
            mains += [Path(beside(self.path, ending)) for ending in self.endings]
        return [
            str(path)
            for main in mains
            for path in (main, *(main.with_suffix(suffix) for suffix in suffixes))
        ]


@dataclass(frozen=True)
class DeliveredLayer:
    """One of several that a body asks for; `ending` is that of its name."""

    ending: str
    kind: str  # of vector_file.KINDS
    rows: Rows
    columns: tuple[Column, ...]


def layers_of(rows: Rows, delivery: Delivery) -> list[DeliveredLayer]:
    """The layers of a body that asks for several, the one of the file's own name first;
    empty for all others.
    """
    wkt = delivery.wkt
    columns = TABLES.get(delivery.target, ())
    if delivery.target == "slido":
        deposits = _Filled(rows, columns)
        return [
            DeliveredLayer("", "polygon", deposits, columns),
            DeliveredLayer(ENDING, "line", ScarpLines(rows, wkt), SCARPS),
        ]
    if delivery.target == "iffi":
        return [
            DeliveredLayer(
                IFFI_LAYERS.get(kind, ""),
                kind,
                OneGeometry(rows, wkt, kind, lambda values: fill(columns, values)),
                columns,
            )
            for kind in GEOMETRIES
        ]
    return []


def beside(path: str, ending: str) -> str:
    """The file of a Shapefile's other layer, beside the first one."""
    main = Path(path)
    return str(main.with_name(main.stem + ending + main.suffix))


def with_extension(path: str, target: str) -> str | None:
    """The path, with the target's extension where it has none; None where it has another."""
    suffix = Path(path).suffix.lower()
    fitting = SUFFIXES[target]
    if suffix in fitting:  # in small letters, as the files beside it
        return str(Path(path).with_suffix(suffix))
    if suffix:
        return None
    return path + fitting[0]


def export(rows: Rows, delivery: Delivery, notes: Counter) -> Iterator[int]:
    """Write all rows, which are gone through `delivery.passes` times, yielding once for
    each row of each pass, and once when all is written; only then the files stand in
    their place.

    `notes` counts texts "cut" and characters "replaced" in a Shapefile. Raises
    MrifeError. Closing the generator early leaves nothing.
    """
    with Staging() as staging:
        path = Path(staging.path(delivery.path))
        try:
            yield from _written(str(path), rows, delivery, notes)
            style = Path(delivery.path).with_suffix(".qml")
            shared = other_layer(delivery.path, suffixes=RASTERS)
            alone = not (style.exists() or shared)
            if delivery.target == "shapefile" and alone:
                path.with_suffix(".qml").write_text(_labels(delivery), encoding="utf-8")
        except OSError as error:
            raise write_failure(delivery.path, error) from error
        yield 0
        staging.place()


def _written(path: str, rows: Rows, delivery: Delivery, notes: Counter) -> Iterator[int]:
    columns = TABLES.get(delivery.target, delivery.columns)
    if delivery.target == "kml":
        return write_kml(path, rows, Language.of(delivery.language))
    layers = layers_of(rows, delivery)
    if layers:
        return _write_layers(path, layers, delivery, notes)
    filled = _Filled(rows, columns, delivery.stated)
    if delivery.target == "inspire":
        return write_inspire(path, filled, delivery.namespace)
    if delivery.target == "china":
        return write_record_form(path, filled, columns, delivery.wkt)
    if delivery.suffix == ".shp":
        return write_shapefile(
            path, filled, columns, delivery.wkt, delivery.encoding, notes
        )
    return write_vector_file(path, filled, columns, delivery.wkt)


def _write_layers(
    path: str, layers: list[DeliveredLayer], delivery: Delivery, notes: Counter
) -> Iterator[int]:
    """Layers of one GeoPackage, or Shapefiles side by side."""
    wkt = delivery.wkt
    encoding = delivery.encoding
    for layer in layers:
        ending = layer.ending
        kind = layer.kind
        if delivery.suffix == ".shp":
            part = beside(path, ending)
            yield from write_shapefile(
                part, layer.rows, layer.columns, wkt, encoding, notes, kind=kind
            )
            continue
        name = Path(path).stem + ending
        yield from write_vector_file(
            path,
            layer.rows,
            layer.columns,
            wkt,
            layer=name,
            kind=kind,
            beside=bool(ending),
        )


class _Filled:
    """Rows in the words of a table, made anew on each pass."""

    def __init__(
        self,
        rows: Rows,
        columns: tuple[Column, ...],
        stated: Mapping[str, str] = MappingProxyType({}),
    ):
        self._rows = rows
        self._columns = columns
        self._stated = stated

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        for geometry, values in self._rows:
            yield geometry, fill(self._columns, {**self._stated, **values})


def _labels(delivery: Delivery) -> str:
    """The labels that a Shapefile cannot hold, as a style that QGIS finds beside it."""
    names = short_names([column.name for column in delivery.columns], delivery.encoding)
    language = Language.of(delivery.language)
    lines = (
        f'<alias index="{index}" field="{escaped(short)}" name="{escaped(language.field(name))}"/>'
        for index, (name, short) in enumerate(names.items())
    )
    return f'<qgis version="3.22.0" styleCategories="Fields"><aliases>{"".join(lines)}</aliases></qgis>'
