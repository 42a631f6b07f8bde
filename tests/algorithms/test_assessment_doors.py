# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluate, calibrate, compare and looknext through the dialog's algorithm and through the
command line: the same layers, tables and models, with and without each option.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from odd import write_layer
from osgeo import ogr
from samples import IDENTITY, write_model, write_raster

from models.__main__ import main
from models.commands.assessment import add_assessment_commands
from models.geo.files import open_raster
from models.onnxfile import contract_of

CONTRACT = replace(IDENTITY, threshold=0.9, seed=0.9)
AREA = (500000, 2999820, 500180, 3000000)
# names of the algorithm's parameters: of the command's options
EVALUATE = {
    "INPUT": "input",
    "PROBABILITY": "probability",
    "AREA": "area",
    "LANGUAGE": "language",
    "PER_100_KM2": "per-100-km2",
    "CSV": "csv",
    "HITS": "hits",
    "MISSED": "missed",
    "FALSE": "false",
}
LOOKNEXT = {
    "INPUT": "input",
    "PROBABILITY": "probability",
    "AREA": "area",
    "REVIEWED_AREA": "reviewed-area",
    "PLACES": "places",
    "TILE": "tile",
    "SEED_NUMBER": "seed-number",
}
CALIBRATE = {"MODEL": "model", "AREA": "area"}
POSITIONAL = {
    "evaluate": ("REFERENCE", "REPORT"),
    "calibrate": ("PROBABILITY", "REFERENCE", "OUTPUT_MODEL"),
    "compare": ("EARLIER", "LATER", "OUTPUT"),
    "looknext": ("OUTPUT",),
}
OPTIONS = {
    "evaluate": EVALUATE,
    "calibrate": CALIBRATE,
    "compare": {},
    "looknext": LOOKNEXT,
}


def squares(path, places, epsg=32647, **columns):
    """Squares of 20 m in a grid of 30 m, each with what the columns say of it."""
    rows = []
    for number, (col, row) in enumerate(places):
        x = 500_005 + 30 * col
        y = 2_999_995 - 30 * row
        ring = f"{x} {y},{x + 20} {y},{x + 20} {y - 20},{x} {y - 20},{x} {y}"
        values = {name: column[number] for name, column in columns.items()}
        rows.append((f"POLYGON (({ring}))", {"ls_id": f"{number}", **values}))
    return write_layer(path, rows, epsg, kind=ogr.wkbPolygon)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    rng = np.random.default_rng(0)
    places = [(col, row) for row in range(6) for col in range(6)]
    levels = rng.integers(0, 8, (180, 180)).astype(np.uint8)
    for number, (col, row) in enumerate(places):
        part = levels[5 + 30 * row : 25 + 30 * row, 5 + 30 * col : 25 + 30 * col]
        part += 60 + 3 * number
    image = write_raster(folder / "image.tif", levels)
    model = write_model(folder / "identity.onnx", CONTRACT)
    probability = str(folder / "probability.tif")
    asked = ["--model", model, "--probability", probability, "--threshold", "0.3"]
    asked += ["--seed", "0.3"]
    assert main(["detect", image, str(folder / "found.gpkg"), *asked]) == 0
    known = places[14:]
    status = ["rejected" if number % 4 == 0 else "confirmed" for number in range(22)]
    chosen = places[::2]
    conf = [round(0.05 * number, 2) for number in range(18)]
    west, south, east, north = AREA
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    half = f"{west} {south},{west + 95} {south},{west + 95} {north},{west} {north}"
    return {
        "model": model,
        "probability": probability,
        "known": squares(folder / "known.gpkg", known, status=status),
        "candidates": squares(folder / "candidates.gpkg", chosen, conf=conf, n=conf),
        "later": squares(folder / "later.gpkg", places[:11], n=list(range(11))),
        "area": write_layer(folder / "a.gpkg", [(f"POLYGON (({ring}))", {})], 32647),
        "half": write_layer(
            folder / "h.gpkg", [(f"POLYGON (({half},{west} {south}))", {})], 32647
        ),
    }


def layer_of(path):
    """Outlines and attributes of each feature, in order."""
    source = ogr.Open(str(path))
    records = []
    for feature in source.GetLayer(0):
        values = {k: v for k, v in feature.items().items() if v is not None}
        values.pop("run_utc", None)
        shape = ogr.ForceToMultiPolygon(feature.GetGeometryRef().Clone())
        records.append((shape.ExportToWkt(), values))
    return records


def both(run, command, given, outputs, files, tmp_path, capsys):
    """Paths by output of both doors, and the numbers that each gave."""
    given = {k: files.get(v, v) if isinstance(v, str) else v for k, v in given.items()}
    dialog, line = (
        {name: str(tmp_path / f"{door}_{file}") for name, file in outputs.items()}
        for door in ("dialog", "line")
    )
    results = run(command, {**given, **dialog})
    everything = {**given, **line}
    arguments = [str(everything.pop(name)) for name in POSITIONAL[command]]
    for name, value in everything.items():
        arguments += [f"--{OPTIONS[command][name]}", str(value)]
    capsys.readouterr()
    assert main([command, *arguments]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    numbers = {
        name.lower(): value
        for name, value in results.items()
        if isinstance(value, (int, float))
    }
    assert numbers == pytest.approx({name: said[name] for name in numbers})
    return dialog, line


@pytest.mark.parametrize(
    "given",
    [
        {"INPUT": "candidates"},
        {"PROBABILITY": "probability", "AREA": "area"},
        {
            "INPUT": "candidates",
            "PROBABILITY": "probability",
            "LANGUAGE": "zh",
            "PER_100_KM2": 1e5,
        },
    ],
    ids=["candidates", "raster", "both in Chinese"],
)
def test_evaluate(run, files, tmp_path, capsys, given):
    given = {"REFERENCE": "known", "LANGUAGE": "en", **given}
    outputs = {
        "REPORT": "r.html",
        "CSV": "t.csv",
        "HITS": "h.gpkg",
        "MISSED": "m.gpkg",
        "FALSE": "f.gpkg",
    }
    dialog, line = both(run, "evaluate", given, outputs, files, tmp_path, capsys)
    tables = [open(paths["CSV"], "rb").read() for paths in (dialog, line)]
    assert tables[0] == tables[1]
    layers = [layer_of(dialog[name]) for name in ("HITS", "MISSED", "FALSE")]
    assert layers == [layer_of(line[name]) for name in ("HITS", "MISSED", "FALSE")]
    assert layers[0] and (layers[1] or layers[2])
    pages = [open(paths["REPORT"], encoding="utf-8").read() for paths in (dialog, line)]
    assert len(pages[0]) == pytest.approx(len(pages[1]), abs=200)
    assert all(("精确率" in page) == (given["LANGUAGE"] == "zh") for page in pages)


@pytest.mark.parametrize("area", [{}, {"AREA": "area"}], ids=["known", "area"])
def test_calibrate(run, files, tmp_path, capsys, area):
    given = {"PROBABILITY": "probability", "REFERENCE": "known", "MODEL": "model", **area}
    outputs = {"OUTPUT_MODEL": "m.onnx"}
    dialog, line = both(run, "calibrate", given, outputs, files, tmp_path, capsys)
    contracts = [contract_of(paths["OUTPUT_MODEL"]) for paths in (dialog, line)]
    assert contracts[0] == contracts[1] != contract_of(files["model"])
    assert "16 landslides" in contracts[0].calibrated_on, "6 of 22 were rejected"


def test_both_doors_say_that_a_confidence_is_lost(run, files, tmp_path, capsys):
    """Of three landslides: too few to fit one at the new threshold."""
    few = squares(tmp_path / "few.gpkg", [(0, 5), (2, 5), (5, 5)])
    given = {"PROBABILITY": files["probability"], "REFERENCE": few}
    given.update(MODEL=files["model"], AREA=files["area"])
    paths = [str(tmp_path / f"{door}.onnx") for door in ("dialog", "line")]
    run("calibrate", {**given, "OUTPUT_MODEL": paths[0]})
    asked = [files["probability"], few, paths[1], "--area", files["area"]]
    capsys.readouterr()
    assert main(["calibrate", *asked, "--model", files["model"]]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    notes = [line["note"] for line in lines if "note" in line]
    assert "five of each are needed" in notes[0]
    lost = "Candidates of this model will have no confidence."
    assert notes[1] == lost and lost in run.log
    assert contract_of(paths[1]).objects == ()


def test_compare(run, files, tmp_path, capsys):
    given = {"EARLIER": "candidates", "LATER": "later"}
    outputs = {"OUTPUT": "o.gpkg"}
    dialog, line = both(run, "compare", given, outputs, files, tmp_path, capsys)
    records = layer_of(dialog["OUTPUT"])
    assert len(records) == 11 + 12 and records == layer_of(line["OUTPUT"])


@pytest.mark.parametrize(
    "given",
    [
        {"INPUT": "candidates"},
        {"PROBABILITY": "probability", "TILE": 30},
        {"INPUT": "candidates", "PROBABILITY": "probability", "TILE": 50, "PLACES": 7},
        {"INPUT": "candidates", "AREA": "half", "SEED_NUMBER": 5},
        {"INPUT": "candidates", "REVIEWED_AREA": "half"},
    ],
    ids=["candidates", "tiles", "both", "area and seed", "reviewed"],
)
def test_looknext(run, files, tmp_path, capsys, given):
    outputs = {"OUTPUT": "o.gpkg"}
    dialog, line = both(run, "looknext", given, outputs, files, tmp_path, capsys)
    records = layer_of(dialog["OUTPUT"])
    assert records and records == layer_of(line["OUTPUT"])


def test_no_option_is_left_out(provider):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_assessment_commands(commands)
    for name, options in OPTIONS.items():
        names = {p.name() for p in provider.algorithm(name).parameterDefinitions()}
        assert names == {*options, *POSITIONAL[name]}
        declared = {
            text.lstrip("-")
            for action in commands.choices[name]._actions
            for text in action.option_strings
        }
        assert declared - {"h", "help"} == set(options.values())


def test_an_error_is_one_sentence_and_leaves_nothing(files, tmp_path, capsys):
    out = str(tmp_path / "o.html")
    assert main(["evaluate", files["known"], out]) == 1
    assert "nothing to evaluate" in capsys.readouterr().err
    assert main(["compare", files["known"], files["later"], files["later"]]) == 1
    assert "is one of the inputs" in capsys.readouterr().err
    other = write_raster(tmp_path / "p.tif", np.full((180, 180), 0.5, np.float32))
    model = str(tmp_path / "o.onnx")
    asked = [other, files["known"], model, "--model", files["model"]]
    assert main(["calibrate", *asked]) == 1
    assert "does not say which model made it" in capsys.readouterr().err
    assert open_raster(other) and list(tmp_path.glob("o.*")) == []
