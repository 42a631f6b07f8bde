# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, run as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from odd import write_layer
from osgeo import gdal, ogr
from samples import ONE_PIXEL_CONTRACT as ONE
from samples import read_raster, write_model, write_raster

from models.__main__ import main

pytest.importorskip("onnxruntime")
ROOT = Path(__file__).resolve().parents[3]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "models", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def scene(tmp_path):
    image = np.full((300, 400), 10, np.uint8)
    image[100:200, 150:250] = 200  # 100 x 100 m
    return write_raster(tmp_path / "sheet 5.tif", image), write_model(
        tmp_path / "identity.onnx", ONE
    )


def test_a_drawn_block_comes_back_in_its_place(tmp_path, scene):
    image, model = scene
    out, probability = tmp_path / "out.gpkg", tmp_path / "p.tif"
    edges = ("--outline", "pixel", "--no-smooth", "--simplify", 0, "--keep-holes")
    done = command(
        "detect",
        image,
        out,
        "--model",
        model,
        "--probability",
        probability,
        *edges,
        "--image-date",
        "2020-01-31",
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["count"] == 1 and lines[-1]["device"] == "cpu"
    assert [x["progress"] for x in lines if "progress" in x][-1] == 100
    source = ogr.Open(str(out))  # a layer does not outlive its source
    layer = source.GetLayer()
    feature = layer.GetNextFeature()
    west, east, south, north = feature.GetGeometryRef().GetEnvelope()
    assert (west, east, south, north) == (500150, 500250, 2999800, 2999900)
    assert feature.GetGeometryRef().GetArea() == 10000
    assert feature["p_mean"] == pytest.approx(0.8) and feature[
        "area_m2"
    ] == pytest.approx(10000, rel=1e-3)
    assert feature["img_date"] == "2020/01/31" and feature["rev_rank"] == 1
    assert (read_raster(probability) == read_raster(image)).all()

    again = command(
        "vectorize", probability, tmp_path / "again.gpkg", "--threshold", 0.03
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout.splitlines()[-1])["area_m2"] == pytest.approx(
        120000, rel=1e-3
    )


def test_it_says_what_is_doubtful_in_heights_and_where_they_are_too_few(tmp_path, capsys):
    """Xian 1980, on the meridian of the raster, in cells of 50 m."""
    image = np.zeros((300, 400), np.float32)
    image[100:200, 150:250] = 1
    raster = write_raster(tmp_path / "p.tif", image)
    place = (33_499_000.0, 50.0, 0.0, 3_002_200.0, 0.0, -50.0)
    heights = np.add.outer(np.arange(60.0), np.arange(60.0)).astype(np.float32)
    dem = write_raster(tmp_path / "dem.tif", heights, place, 2357)
    assert main(["vectorize", raster, str(tmp_path / "o.gpkg"), "--dem", dem]) == 0
    out = capsys.readouterr().out
    assert "no transformation between the datums of the elevation model dem.tif" in out
    assert "1 polygons hold fewer than 25 cells with heights" in out


def test_an_error_is_one_sentence_and_leaves_nothing(tmp_path, scene):
    image, model = scene
    done = command("detect", image, tmp_path / "out.gpkg", "--model", model, "--bands", 3)
    assert (
        done.returncode == 1
        and "bands 1 to 1" in done.stderr
        and "Traceback" not in done.stderr
    )
    done = command(
        "detect",
        image,
        tmp_path / "out.gpkg",
        "--model",
        model,
        "--threshold",
        0.9,
        "--seed",
        0.2,
    )
    assert done.returncode == 1 and "below the threshold 0.9" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["identity.onnx", "sheet 5.tif"]


def test_modelinfo_tells_the_contract(scene):
    done = command("modelinfo", scene[1])
    assert json.loads(done.stdout)["bands"] == ["gray"]


@pytest.mark.parametrize(
    "options, words",
    [
        (("--threshold", "0.5 m"), "'0.5 m' cannot be read as a number"),
        (("--threshold", "nan"), "'nan' cannot be read as a number"),
        (("--threshold", "1.5"), "1.5 does not lie between 0 and 1"),
        (("--min-area", "-1"), "-1 does not lie between 0 and inf"),
        (("--gap", "inf"), "'inf' cannot be read as a number"),
        (("--batch", "2,5"), "2,5 is no whole number"),
        (("--bands", "red"), "'red' cannot be read as a number"),
    ],
)
def test_what_is_no_number_is_refused(options, words, capsys):
    with pytest.raises(SystemExit):
        main(["detect", "image.tif", "out.gpkg", *options])
    assert words in capsys.readouterr().err


def test_a_decimal_comma_is_read(tmp_path):
    probability = write_raster(
        tmp_path / "p.tif", np.repeat([[0.2, 0.4, 0.6]], 3, 0).astype(np.float32)
    )
    out = tmp_path / "out.gpkg"
    edges = ["--outline", "pixel", "--no-smooth", "--simplify", "0"]
    main(["vectorize", probability, str(out), "--threshold", "0,5", *edges])
    source = ogr.Open(str(out))  # a layer does not outlive its source
    (feature,) = source.GetLayer()
    assert feature.GetField("area_m2") == pytest.approx(3, rel=1e-3)


def test_all_outputs_or_none(tmp_path, scene):
    """The polygons cannot be written: the probability raster does not stay either."""
    image, model = scene
    out = tmp_path / "out"
    out.mkdir()
    for path in (out / "o.gpkg", out / "p.tif"):
        path.write_text("an earlier result")
    code = (  # enough for the raster, too little for a GeoPackage
        "import resource, sys; from models.__main__ import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    asked = ["detect", image, out / "o.gpkg", "--model", model]
    asked += ["--probability", out / "p.tif"]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, asked)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and "o.gpkg" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "o.gpkg": "an earlier result",
        "p.tif": "an earlier result",
    }


def test_nothing_stands_among_the_errors_of_what_went_well(tmp_path):
    """GDAL 3.7 and later announces the exceptions of GDAL 4 there."""
    rows = [("POLYGON ((0 0,100 0,100 100,0 0))", {})]
    layer = write_layer(tmp_path / "one.gpkg", rows, 32647)
    done = command("compare", layer, layer, tmp_path / "changes.gpkg")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("other", ["one.gpkg", "./one.gpkg", "ONE.gpkg"])
def test_two_outputs_of_one_place_are_refused(tmp_path, capsys, other):
    """The first was lost under the second, without a word."""
    rows = [("POLYGON ((0 0,100 0,100 100,0 0))", {})]
    layer = str(write_layer(tmp_path / "layer.gpkg", rows, 32647))
    asked = ["evaluate", layer, str(tmp_path / "report.html"), "--input", layer]
    asked += ["--hits", str(tmp_path / "one.gpkg"), "--missed", f"{tmp_path}/{other}"]
    assert main(asked) == 1
    assert "Two outputs have the same name" in capsys.readouterr().err
    assert sorted(tmp_path.glob("*.*")) == [Path(layer)]


@pytest.mark.parametrize(
    "name, words",
    [
        ("nowhere/o.gpkg", "is not there"),
        ("folder.gpkg", "is a folder"),
        ("sheet 5.tif", "is one of the inputs"),
        ("link.tif", "is one of the inputs"),
        ("two.gpkg", "holds 2 layers (a, b), which would all be replaced"),
    ],
)
def test_an_output_without_a_place_is_refused_before_the_work(
    tmp_path, scene, capsys, name, words
):
    image, model = scene
    (tmp_path / "folder.gpkg").mkdir()
    (tmp_path / "link.tif").symlink_to(image)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(tmp_path / "two.gpkg"))
    for table in "ab":
        dataset.CreateLayer(table, None, ogr.wkbPoint)
    del dataset
    before = Path(image).read_bytes()
    outputs = [str(tmp_path / name)]
    if name.endswith(".tif"):
        outputs = [str(tmp_path / "o.gpkg"), "--probability", *outputs]
    assert main(["detect", image, *outputs, "--model", model]) == 1
    said = capsys.readouterr()
    assert words in said.err and "progress" not in said.out
    assert Path(image).read_bytes() == before


def test_masks_and_exclusions_of_any_system(tmp_path, scene, capsys):
    image, model = scene
    world = write_layer(
        tmp_path / "world.gpkg",
        [("POLYGON ((-180 -90,180 -90,180 90,-180 90,-180 -90))", {})],
        4326,
    )
    out = str(tmp_path / "out.gpkg")
    given = ["detect", image, out, "--model", model, "--mask", world]
    assert main([*given, "--exclude", world, "--exclude-mode", "drop"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["searched"] for line in lines if "searched" in line] == [1.0]
    source = ogr.Open(out)
    (feature,) = source.GetLayer()
    assert feature.GetField("excl_fr") == 1.0
    del source, feature
    assert main([*given, "--exclude", world]) == 0  # cut out: nothing is left
    source = ogr.Open(out)
    assert source.GetLayer().GetFeatureCount() == 0
    capsys.readouterr()
    line = write_layer(tmp_path / "line.gpkg", [("LINESTRING (0 0,1 1)", {})], 4326)
    assert main([*given[:-1], line]) == 1
    assert "holds no polygons" in capsys.readouterr().err
    far = write_layer(tmp_path / "far.gpkg", [("POLYGON ((0 0,1 0,1 1,0 0))", {})], 4326)
    assert main([*given[:-1], far]) == 1
    assert "do not overlap" in capsys.readouterr().err


def test_what_was_noticed_of_the_rasters_is_said(tmp_path, scene):
    image, model = scene
    array = read_raster(image)
    array[:, :50] = 0
    place = gdal.Open(str(image)).GetGeoTransform()
    path = write_raster(tmp_path / "collar.tif", array, place, nodata=0)
    probability = tmp_path / "p.tif"
    options = ("--model", model, "--probability", probability)
    done = command("detect", path, tmp_path / "o.gpkg", *options)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "counts as missing" in lines[0]["notes"][0]
    again = command("vectorize", probability, tmp_path / "again.gpkg")
    assert "counts as missing" in json.loads(again.stdout.splitlines()[0])["notes"][0]


@pytest.mark.parametrize(
    "error, words",
    [
        (
            ModuleNotFoundError("no", name="torch.nn"),
            "package 'torch', which this command",
        ),
        (
            ImportError("numpy.core.multiarray failed to import"),
            "(numpy.core.multiarray failed to import); packages there do not fit",
        ),
        (OSError(28, "No space left on device", "/a/b.pt"), "'/a/b.pt': No space left"),
        (OSError(5, "Input/output error"), "The system says: Input/output error."),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_fails_outside_the_program_is_a_sentence(monkeypatch, capsys, error, words):
    def fails(_):
        raise error

    goals = SimpleNamespace(main=fails)
    monkeypatch.setitem(sys.modules, "models.experiments.goals", goals)
    assert main(["goals"]) == 1
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("kind", [ModuleNotFoundError, ImportError])
def test_a_fault_of_the_program_is_not_hidden(monkeypatch, kind):
    def fails(_):
        raise kind("no", name="models.gone")

    goals = SimpleNamespace(main=fails)
    monkeypatch.setitem(sys.modules, "models.experiments.goals", goals)
    with pytest.raises(kind):
        main(["goals"])


LAYERS = ("--hits", "--missed", "--false")
CHANGES = ("--missed", "--false", "--gained", "--lost")


@pytest.mark.parametrize(
    "asked, outputs",
    [
        (("detect", "i.tif", "{}"), ("",)),
        (("detect", "i.tif", "o.gpkg"), ("--probability",)),
        (("detect-sheets", "{}"), ("",)),
        (("detect-sheets", "o.gpkg"), ("--status",)),
        (("vectorize", "p.tif", "{}"), ("",)),
        (("proposewater", "i.tif", "{}"), ("",)),
        (("evaluate", "r.gpkg", "{}"), ("",)),
        (("evaluate", "r.gpkg", "r.html"), ("--csv", *LAYERS)),
        (("calibrate", "p.tif", "r.gpkg", "{}"), ("",)),
        (("compare", "a.gpkg", "b.gpkg", "{}"), ("",)),
        (("looknext", "{}"), ("",)),
        (("checkinputs", "i.tif"), ("--output", "--report")),
        (("finetune", "--inputs", "i.tif", "--polygons", "p.gpkg"), ("--output",)),
        (
            (
                "finetune",
                "--inputs",
                "i.tif",
                "--polygons",
                "p.gpkg",
                "--output",
                "m.onnx",
            ),
            ("--report", "--checkpoint", *CHANGES),
        ),
    ],
)
def test_a_file_has_the_ending_of_its_format(asked, outputs, capsys):
    """Under another one it would replace another file, or not be opened."""
    for output in outputs:
        arguments = [word.format("o.pdf") for word in asked]
        if output:
            arguments += [output, "o.pdf"]
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr().err
        assert "the name of this file must end in ." in said, arguments
        assert "'o.pdf' does not" in said
