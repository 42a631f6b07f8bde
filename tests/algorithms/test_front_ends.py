# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialog and command line are two doors of one house: every option of both, on the same
raster, gives the same layer.
"""

import argparse
import json
from dataclasses import replace

import numpy as np
import pytest
from levels import levels
from samples import IDENTITY, records_of, write_model, write_raster
from shapely.geometry import box
from slopes import X, Y, dem, plane

from models.__main__ import main
from models.commands.options import add_outline_options, add_search_options
from models.contract import Contract
from models.inventory.export.vector_file import write_geopackage
from models.inventory.schema import BY_NAME

CONTRACT = replace(
    IDENTITY, threshold=0.3, seed=0.4, min_area=60.0, objects=(0.1, 1.0, 0.5, 0.2, 0.3)
)
PLACE = (X - 150, 1.0, 0.0, Y + 100, 0.0, -1.0)

# (parameters of the algorithm, arguments of the command), by what both read
OUTLINES = {
    "nothing": ({}, []),
    "threshold": ({"THRESHOLD": 0.55}, ["--threshold", "0.55"]),
    "seed": ({"SEED": 0.85}, ["--seed", "0.85"]),
    "min_area": ({"MIN_AREA": 300}, ["--min-area", "300"]),
    "scale": ({"SCALE": 12000}, ["--scale", "12000"]),
    "outline": ({"OUTLINE": "pixel"}, ["--outline", "pixel"]),
    "holes": ({"HOLES": False}, ["--keep-holes"]),
    "hole_area": (
        {"HOLE_AREA": 5, "HOLE_SHARE": 0},
        ["--hole-area", "5", "--hole-share", "0"],
    ),
    "hole_share": (
        {"HOLE_AREA": 0, "HOLE_SHARE": 0.1},
        ["--hole-area", "0", "--hole-share", "0.1"],
    ),
    "gap": ({"GAP": 6}, ["--gap", "6"]),
    "smooth": ({"SMOOTH": False}, ["--no-smooth"]),
    "simplify": ({"SIMPLIFY": 3}, ["--simplify", "3"]),
    "exclude": ({"EXCLUDE": "{exclude}"}, ["--exclude", "{exclude}"]),
    "max_excluded": (
        {"EXCLUDE": "{exclude}", "MAX_EXCLUDED": 90},
        ["--exclude", "{exclude}", "--max-excluded", "90"],
    ),
    "exclude_mode": (
        {"EXCLUDE": "{exclude}", "EXCLUDE_MODE": "drop"},
        ["--exclude", "{exclude}", "--exclude-mode", "drop"],
    ),
    "split": ({"SPLIT": True}, ["--split"]),
    "dem": ({"DEM": "{dem}"}, ["--dem", "{dem}"]),
    "dem_unit": (
        {"DEM": "{dem}", "DEM_UNIT": "feet"},
        ["--dem", "{dem}", "--dem-unit", "feet"],
    ),
    "sizes": ({"SIZES": True}, ["--sizes"]),
    "sheet": ({"SHEET": " H48 "}, ["--sheet", " H48 "]),
    "image_date": ({"IMG_DATE": "2019-05-28"}, ["--image-date", "2019-05-28"]),
}
SEARCHES = {
    "model": ({"MODEL": "{model}"}, ["--model", "{model}"]),
    "shipped": ({"MODEL": None}, []),
    "fast": ({"MODEL": None, "FAST": False}, ["--no-fast"]),
    "bands": ({"BANDS": [2]}, ["--bands", "2"]),
    "extent": (
        {"EXTENT": f"{X - 90},{X + 60},{Y - 40},{Y + 80}"},
        ["--extent", str(X - 90), str(Y - 40), str(X + 60), str(Y + 80)],
    ),
    "mask": ({"MASK": "{exclude}"}, ["--mask", "{exclude}"]),
    "overlap": ({"OVERLAP": 50}, ["--overlap", "50"]),
    "batch": ({"BATCH": 3}, ["--batch", "3"]),
    "device": ({"DEVICE": "cpu"}, ["--device", "cpu"]),
    "uncertainty": ({"UNCERTAINTY": True}, ["--uncertainty"]),
    "flat ground": (
        {"DEM": "{valley}", "FLAT_BELOW": 2},
        ["--dem", "{valley}", "--flat-below", "2"],
    ),
    "dem and unit": (
        {"DEM": "{dem}", "DEM_UNIT": "feet", "THRESHOLD": 0.5},
        ["--dem", "{dem}", "--dem-unit", "feet", "--threshold", "0.5"],
    ),
}
NOT_IN_BOTH = {"threads"}  # QGIS's worker takes all cores


def image():
    """Three bands: blobs with a hole and a gap, and an angle that has grown together."""
    radius = 17
    places = ((170, 30), (210, 30), (250, 30), (250, 70), (250, 110))
    angle = levels(200, 300, *((x, y, radius) for x, y in places))
    large, small, speck = (60, 60, 30), (80, 140, 20), (108, 140, 2)
    blobs = levels(200, 300, large, small, speck)
    faint = levels(200, 300, (190, 150, 24)) // 2
    first = np.maximum(np.maximum(angle, blobs), faint)
    first[55:62, 55:61] = 10
    first[115:, 78:80] = 5
    return np.stack((first, np.roll(first, 20, axis=1), first // 2))


def valley(east, north):
    """Flat in the west, a slope in the east."""
    return 1000 + np.maximum(0, east)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    epsg = 32648
    rgb = write_raster(folder / "image.tif", image(), PLACE, epsg)
    grid = pytest.importorskip("models.inference.raster").Raster(rgb, [1]).grid
    area = box(X - 100, Y - 60, X + 40, Y + 90)
    write_geopackage(
        str(folder / "area.gpkg"), grid, [(area.wkb, {})], [BY_NAME["sheet"]]
    )
    return {
        "image": rgb,
        "model": write_model(folder / "identity.onnx", CONTRACT, channels=1),
        "rgb": write_model(
            folder / "rgb.onnx",
            Contract(bands=("red", "green", "blue"), window=64, threshold=0.3, seed=0.3),
            channels=3,
        ),
        "exclude": str(folder / "area.gpkg"),
        "dem": dem(folder / "dem.tif", plane(120, 25), half=250.0),
        "valley": dem(folder / "valley.tif", valley, half=250.0),
    }


def filled(value, files):
    if isinstance(value, str):
        return value.format(**files)
    if isinstance(value, list):
        return [filled(one, files) for one in value]
    return value


def both(run, command, files, parameters, arguments, tmp_path, source):
    """The layers of the dialog's algorithm and of the command."""
    parameters = {name: filled(value, files) for name, value in parameters.items()}
    parameters = {name: v for name, v in parameters.items() if v is not None}
    dialog = str(tmp_path / "dialog.gpkg")
    run(command, {"INPUT": source, "OUTPUT": dialog, **parameters})
    line = str(tmp_path / "line.gpkg")
    assert main([command, source, line, *filled(arguments, files)]) == 0
    return records_of(dialog), records_of(line)


@pytest.fixture(scope="module")
def probability(files, tmp_path_factory):
    """As the command line leaves it."""
    path = str(tmp_path_factory.mktemp("p") / "probability.tif")
    out = path + ".gpkg"
    asked = ["--model", files["model"], "--bands", "1", "--probability", path]
    assert main(["detect", files["image"], out, *asked]) == 0
    return path


@pytest.fixture(scope="module")
def plain(probability, tmp_path_factory):
    """What the command makes of it without an option."""
    line = str(tmp_path_factory.mktemp("plain") / "line.gpkg")
    assert main(["vectorize", probability, line]) == 0
    return records_of(line)


@pytest.mark.parametrize("option", OUTLINES)
def test_vectorize(run, files, probability, plain, tmp_path, option):
    parameters, arguments = OUTLINES[option]
    dialog, line = both(
        run, "vectorize", files, parameters, arguments, tmp_path, probability
    )
    assert dialog and dialog == line
    assert (plain == dialog) == (option == "nothing"), "an option changes something"


@pytest.mark.parametrize("option", [*SEARCHES, *OUTLINES])
def test_detect(run, files, tmp_path, option):
    parameters, arguments = {**OUTLINES, **SEARCHES}[option]
    of_shipped = option in ("shipped", "fast")
    if of_shipped:
        pass
    elif "MODEL" not in parameters:
        parameters = {"MODEL": "{model}", **parameters}
        arguments = ["--model", "{model}", *arguments]
    if "BANDS" not in parameters and not of_shipped:
        parameters = {"BANDS": [1], **parameters}
        arguments = ["--bands", "1", *arguments]
    dialog, line = both(
        run, "detect", files, parameters, arguments, tmp_path, files["image"]
    )
    assert dialog == line
    assert dialog or of_shipped


@pytest.mark.parametrize("fast", [True, False])
def test_both_run_the_same_shipped_file(run, files, tmp_path, fast):
    from models.inference.probability import read_provenance
    from models.inference.processor import sums_products_of_bytes
    from models.onnxfile import describe, shipped_model

    paths = [str(tmp_path / name) for name in ("dialog.tif", "line.tif")]
    asked = {"INPUT": files["image"], "FAST": fast, "DEVICE": "cpu"}
    asked |= {"OUTPUT": str(tmp_path / "d.gpkg"), "PROBABILITY": paths[0]}
    run("detect", asked)
    options = ["--device", "cpu", "--probability", paths[1]]
    if not fast:
        options.append("--no-fast")
    assert main(["detect", files["image"], str(tmp_path / "l.gpkg"), *options]) == 0
    file = describe(shipped_model(fast and sums_products_of_bytes()))
    models = [read_provenance(path)["MRIFE_MODEL"] for path in paths]
    assert models == [file.model_id, file.model_id]


@pytest.mark.parametrize("uncertainty", [False, True])
def test_both_probability_rasters_say_the_same_of_themselves(
    run, files, tmp_path, uncertainty
):
    from models.inference.probability import Probability, read_provenance

    paths = [str(tmp_path / name) for name in ("dialog.tif", "line.tif")]
    run(
        "detect",
        {
            "INPUT": files["image"],
            "MODEL": files["model"],
            "BANDS": [1],
            "OUTPUT": str(tmp_path / "d.gpkg"),
            "PROBABILITY": paths[0],
            "UNCERTAINTY": uncertainty,
        },
    )
    asked = ["--model", files["model"], "--bands", "1", "--probability", paths[1]]
    if uncertainty:
        asked.append("--uncertainty")
    assert main(["detect", files["image"], str(tmp_path / "l.gpkg"), *asked]) == 0
    assert read_provenance(paths[0]) == read_provenance(paths[1]) != {}
    first, second = (next(Probability(path).strips()) for path in paths)
    assert (first.values == second.values).all()
    if uncertainty:
        assert (first.spread == second.spread).all() and not first.spread.all()


def test_no_option_is_left_out(provider):
    """Every parameter of the two algorithms, every option of the two commands."""
    tested = {"INPUT", "OUTPUT", "PROBABILITY"}
    for parameters, _ in [*OUTLINES.values(), *SEARCHES.values()]:
        tested |= set(parameters)
    for name in ("detect", "vectorize"):
        algorithm = provider.algorithm(name)
        names = {p.name() for p in algorithm.parameterDefinitions()}
        assert names <= tested
    parser = argparse.ArgumentParser()
    add_search_options(parser)
    add_outline_options(parser)
    options = set(vars(parser.parse_args([])))
    given = json.dumps([arguments for _, arguments in {**OUTLINES, **SEARCHES}.values()])
    for option in options - NOT_IN_BOTH:
        assert f'"--{option.replace("_", "-")}"' in given or option in (
            "fast",
            "keep_holes",
            "no_smooth",
        ), option
