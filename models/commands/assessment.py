# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands evaluate, calibrate, compare and looknext: their options, named as the
parameters of the algorithms, and what they write.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..answers import outcome, say
from ..assessment import (
    Assessment,
    PolygonLayer,
    ScoredRaster,
    check_anything,
    check_on,
    evaluated,
    evaluation_area,
    landslides_of,
    scored_raster,
)
from ..evaluation.compare import COMPARISON_FIELDS, changed_rows, compare, figures_of
from ..evaluation.defaults import MAX_PLACES, PER_100_KM2, PLACES, SEED, TILE_M
from ..evaluation.evaluate import EvaluationArea
from ..evaluation.fields import EVALUATION_FIELDS, LAYERS, rows_by_layer
from ..evaluation.looknext import (
    LOOK_FIELDS,
    LookRequest,
    NextPlaces,
    look_next,
    prepare_look,
)
from ..evaluation.page import page
from ..evaluation.places import Candidates, Polygons
from ..evaluation.table import table
from ..geo.coordinates import mapped
from ..geo.crs import Crs
from ..geo.datum import datum_doubt
from ..geo.feature_file import FeatureLayer, FileField, read_features
from ..geo.repair import polygon_from_wkb
from ..geo.reproject import in_one_piece
from ..inventory.language import CODES
from ..model_calibration import calibrated, calibrated_copy, model_of
from ..tables import EXCEL
from .options import GEOPACKAGE, LENGTH, MODEL, PAGE, TABLE, whole_between
from .outputs import placed, write_layer, write_text

LAYER_WORDS = {
    "hits": "candidates that are right",
    "missed": "landslides that were missed",
    "false": "candidates that are false",
}  # of evaluation.fields.LAYERS


def add_assessment_commands(commands) -> None:
    """`commands`: the subparsers of the command line."""
    text = "compare candidates with an inventory"
    _add_evaluate(commands.add_parser("evaluate", help=text))
    text = "fit threshold and confidence of a model to an inventory"
    _add_calibrate(commands.add_parser("calibrate", help=text))
    text = "show what a later run gained and lost"
    _add_compare(commands.add_parser("compare", help=text))
    text = "choose places to look at next"
    _add_looknext(commands.add_parser("looknext", help=text))


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_evaluate)
    add = command.add_argument
    add("reference", help="file of the landslides that are known")
    add("report", type=PAGE, help="an HTML page")
    add("--input", help="file of candidates; default: the raster's own outlines")
    add("--probability", help="a probability raster")
    _add_area(command)
    add("--language", choices=CODES, default=CODES[0], help="of the page")
    add(
        "--per-100-km2",
        type=LENGTH,
        default=PER_100_KM2,
        help=f"candidates that can be looked at; default: {PER_100_KM2:g}",
    )
    add("--csv", type=TABLE, help="also write the table here")
    for name, words in LAYER_WORDS.items():
        text = f"also write a GeoPackage here: {words}"
        add(f"--{name}", type=GEOPACKAGE, help=text)


def _add_area(command: argparse.ArgumentParser) -> None:
    """Where a reference is complete."""
    text = "file of polygons; default: the reference's bounding rectangle"
    command.add_argument("--area", help=text)


def _add_calibrate(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_calibrate)
    add = command.add_argument
    add("probability", help="a probability raster that the model made")
    add("reference", help="file of the landslides that are known")
    add("output_model", type=MODEL, help="an .onnx file")
    add("--model", help="an .onnx file; default: the shipped one that made the raster")
    _add_area(command)


def _add_compare(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_compare)
    for name in ("earlier", "later"):
        command.add_argument(name, help="file of polygons")
    command.add_argument("output", type=GEOPACKAGE, help="a GeoPackage")


def _add_looknext(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_looknext)
    add = command.add_argument
    add("output", type=GEOPACKAGE, help="a GeoPackage")
    add("--input", help="file of candidates, reviewed or not")
    add("--probability", help="a probability raster, for tiles")
    add("--area", help="file of polygons to look inside")
    add("--reviewed-area", help="file of polygons where all was looked at")
    add(
        "--places",
        type=whole_between(1, MAX_PLACES),
        default=PLACES,
        help=f"how many; default: {PLACES}",
    )
    add(
        "--tile",
        type=LENGTH,
        default=TILE_M,
        help=f"side of a tile, metres; default: {TILE_M:g}",
    )
    add("--seed-number", type=whole_between(0), default=SEED, help="of the lots")


def _evaluate(options: argparse.Namespace) -> None:
    check_anything(bool(options.input), bool(options.probability))
    reference = read_features(options.reference)
    area = _area(options.area, reference)
    raster = _raster(options.probability, area)
    candidates = None
    if options.input:
        candidates = read_features(options.input)
    judged = candidates or raster
    _say_datums(options.reference, reference.crs, judged.crs)
    asked = Assessment(
        candidates and _polygon_layer(options.input, candidates),
        raster,
        _landslides(options.reference, reference),
        area,
        _name(options.area or options.reference),
        options.area is None,
        options.per_100_km2,
    )
    layers = {name: getattr(options, name) for name in LAYERS}
    read = (options.reference, options.input, options.probability, options.area)
    outputs = (options.report, options.csv, *layers.values())
    with placed(outputs, read) as staging:
        assessed = outcome(evaluated(asked))
        result = assessed.result
        write_text(staging, options.report, page(result, options.language))
        if options.csv:
            write_text(staging, options.csv, table(result), EXCEL)
        rows = rows_by_layer(
            result.evaluation, assessed.candidates.rows, assessed.reference.rows
        )
        columns = {"reference": reference.columns, "candidates": _own(candidates, raster)}
        for name, path in layers.items():
            source, _ = LAYERS[name]
            if path:
                crs = getattr(assessed, source).crs
                ours = [columns[source]], EVALUATION_FIELDS
                write_layer(staging, path, rows[name], *ours, crs)
    say(report=options.report, **result.figures())


def _calibrate(options: argparse.Namespace) -> None:
    reference = read_features(options.reference)
    area = _area(options.area, reference)
    raster = _raster(options.probability, area)
    model = model_of(raster, options.model)
    _say_datums(options.reference, reference.crs, raster.crs)
    reference = _landslides(options.reference, reference)
    read = (options.probability, options.reference, options.model, options.area)
    with placed([options.output_model], read) as staging:
        calibration = outcome(calibrated(model, raster, reference, area))
        with open(staging.path(options.output_model), "wb") as file:
            file.write(calibrated_copy(model, calibration, reference))
    for note in calibration.confidence_notes():
        say(note=str(note))
    say(output_model=options.output_model, **calibration.figures())


def _compare(options: argparse.Namespace) -> None:
    earlier = read_features(options.earlier)
    later = read_features(options.later)
    _say_datums(options.earlier, earlier.crs, later.crs)
    first = [(_in_system(wkb, earlier.crs, later.crs), v) for wkb, v in earlier.rows]
    second = later.rows
    comparison = compare(_shapes(first), _shapes(second), later.crs)
    with placed([options.output], (options.earlier, options.later)) as staging:
        rows = changed_rows(comparison, first, second)
        others = [later.columns, earlier.columns]
        write_layer(staging, options.output, rows, others, COMPARISON_FIELDS, later.crs)
    say(output=options.output, **figures_of(comparison))


def _looknext(options: argparse.Namespace) -> None:
    candidates = None
    others = []
    if options.input:
        features = read_features(options.input)
        candidates = Candidates(features.rows, features.crs)
        others = [features.columns]
    searched = None
    if options.probability:
        raster = scored_raster(options.probability, _name(options.probability))
        searched = raster.searched
    request = LookRequest(options.places, options.tile, options.seed_number)
    around = map(_polygons, (options.area, options.reviewed_area))
    job = prepare_look(request, candidates is not None, searched, *around)
    read = (options.input, options.probability, options.area, options.reviewed_area)
    places = NextPlaces()
    with placed([options.output], read) as staging:
        outcome(look_next(job, candidates, places))
        crs = candidates.crs if candidates is not None else searched.grid.crs
        write_layer(staging, options.output, places, others, LOOK_FIELDS, crs)
    notes = [str(note) for note in places.notes]
    say(output=options.output, count=len(places), **places.reasons, notes=notes)


def _name(path: str) -> str:
    """Of a layer, for people."""
    return Path(path).stem


def _say_datums(path: str, crs: Crs, other: Crs) -> None:
    """Where nobody knows how the layer of a file goes from `crs` to `other`."""
    doubt = datum_doubt(_name(path), crs, other)
    if doubt is not None:
        say(note=str(doubt))


def _shapes(rows: Iterable[tuple[bytes, dict]]) -> list[bytes]:
    return [wkb for wkb, _ in rows]


def _in_system(wkb: bytes, crs: Crs, target: Crs) -> bytes:
    """The polygons (WKB) with their vertices in another system."""
    if crs.is_same(target):
        return wkb
    polygon = polygon_from_wkb(wkb)
    moved = mapped(polygon, lambda points: crs.transform(points, target)).wkb
    return in_one_piece(moved, target)


def _polygons(path: str | None) -> Polygons | None:
    """The polygons of a file; None where none is named."""
    if path is None:
        return None
    features = read_features(path)
    return Polygons(_shapes(features.rows), features.crs)


def _area(path: str | None, reference: FeatureLayer) -> EvaluationArea:
    """That of a file, else the rectangle around the reference."""
    features = reference
    if path is not None:
        features = read_features(path)
    return evaluation_area(_shapes(features.rows), features.crs, path is not None)


def _raster(path: str | None, area: EvaluationArea) -> ScoredRaster | None:
    if path is None:
        return None
    raster = scored_raster(path, _name(path))
    check_on(area, raster)
    return raster


def _polygon_layer(path: str, features: FeatureLayer) -> PolygonLayer:
    return PolygonLayer(features.rows, features.crs, _name(path))


def _landslides(path: str, reference: FeatureLayer) -> PolygonLayer:
    """Those of a reference that nobody rejected."""
    landslides, rejected = landslides_of(reference.rows)
    if rejected:
        say(rejected_of_reference=rejected)
    return PolygonLayer(landslides, reference.crs, _name(path))


def _own(
    candidates: FeatureLayer | None, raster: ScoredRaster | None
) -> Sequence[FileField]:
    """The fields of the candidates, or of a raster's outlines."""
    if candidates is not None:
        return candidates.columns
    fields = raster.outline.inventory.fields
    return [FileField(field.name, field.kind) for field in fields]
