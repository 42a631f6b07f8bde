# SPDX-License-Identifier: GPL-2.0-or-later
"""The command checkinputs: its options, named as the parameters of mrife:checkinputs, and
what it writes.
"""

from __future__ import annotations

import argparse

from ..answers import outcome, say
from ..errors import MrifeError
from ..geo.feature_file import read_features
from ..inference.elevation_alone import suited_model
from ..inventory.export.column import same
from ..inventory.export.vector_file import write_vector_file
from ..inventory.language import CODES, Language
from ..onnxfile import describe
from ..preflight.checked import INPUT_FIELDS, PASSED
from ..preflight.elevation import ElevationSource
from ..preflight.image import ImageSource, name_of
from ..preflight.job import InputReport, InputRequest, check_inputs
from ..preflight.outlines import PolygonSource
from ..preflight.page import page
from .options import GEOPACKAGE, PAGE
from .outputs import placed, write_text


def add_checkinputs_command(commands) -> None:
    """`commands`: the subparsers of the command line."""
    command = commands.add_parser("checkinputs", help="look at images before a search")
    command.set_defaults(run=_checkinputs)
    add = command.add_argument
    add("inputs", nargs="+", help="rasters")
    add("--model", help="an .onnx file; default: the shipped one that suits")
    add("--dem", help="elevation model")
    add("--dem-unit", choices=("auto", "metres", "feet"), default="auto")
    add("--polygons", help="file of labels, or of a reference")
    add("--language", choices=CODES, default=CODES[0], help="of page and advice")
    text = "also write a GeoPackage of the verdicts here"
    add("--output", type=GEOPACKAGE, help=text)
    add("--report", type=PAGE, help="also write an HTML page here")


def _checkinputs(options: argparse.Namespace) -> None:
    model = describe(suited_model(options.model, False, options.inputs, options.dem))
    request = InputRequest(
        [ImageSource(path, name_of(path)) for path in options.inputs],
        model,
        options.dem
        and ElevationSource(options.dem, name_of(options.dem), options.dem_unit),
        _polygons(options.polygons),
    )
    read = [*options.inputs, options.dem, options.polygons, options.model]
    with placed([options.output, options.report], read) as staging:
        report = outcome(check_inputs(request))
        language = Language.of(options.language)
        _say_checks(report, language)
        if options.output:
            _write_layer(staging.path(options.output), report, language)
        if options.report:
            write_text(staging, options.report, page(report, options.language))
    say(**report.counts)


def _polygons(path: str | None) -> PolygonSource | None:
    if path is None:
        return None
    try:
        features = read_features(path)
    except MrifeError as error:
        return PolygonSource(name_of(path), error=error)
    return PolygonSource(name_of(path), features.rows, features.crs)


def _say_checks(report: InputReport, language: Language) -> None:
    """A line for each check that did not pass, or of which there is more to know."""
    for checked in report.inputs:
        for check in checked.checks:
            if check.verdict != PASSED or check.advice:
                say(
                    input=checked.name,
                    check=check.topic,
                    verdict=check.verdict,
                    advice=[language.sentence(each) for each in check.advice],
                )


def _write_layer(path: str, report: InputReport, language: Language) -> None:
    columns = [
        same(field.name, field.kind, field.length, field.name) for field in INPUT_FIELDS
    ]
    wkt = report.crs.srs().ExportToWkt()
    for _ in write_vector_file(path, report.rows(language), columns, wkt, layer="inputs"):
        pass
