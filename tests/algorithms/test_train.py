# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tune through the registry, with a real small network: it learns, is judged on
ground left out, and what is wrong is said before anything is computed.
"""

from __future__ import annotations

import importlib
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qgis.core")
torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
from bijie import SLIM
from odd import write_layer
from osgeo import ogr
from qgis.core import QgsProcessingFeedback
from running import ROOT, left, refused
from samples import PLACE, read_raster, write_raster
from shapely import wkt

from models.__main__ import main
from models.contract import Contract
from models.geo.feature_file import read_features
from models.geo.overlay import joined
from models.onnxfile import describe
from models.training.chips import Chip
from models.training.model_file import export_onnx, load, update_contract
from models.training.settings import Settings
from models.training.trainer import Trainer

MODELS = ROOT / "resources" / "models"
SIDE = 48  # m of a landslide
PLACES = [(60 + 160 * (i // 6), 60 + 160 * (i % 6)) for i in range(12)]  # row, column


def grey_chips():
    """Bright squares on dark ground."""
    rng = np.random.default_rng(3)
    chips = []
    for number in range(24):
        pixels = np.full((4, 64, 64), 60) + rng.integers(-15, 15, (4, 64, 64))
        pixels[3] = 0
        if number % 2:
            row, col = rng.integers(4, 36, 2)
            pixels[:3, row : row + 24, col : col + 24] += 90
            pixels[3, row : row + 24, col : col + 24] = 255
        image = torch.from_numpy(pixels.astype(np.uint8))
        chips.append(Chip(str(number), bool(number % 2), image))
    return chips


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A network that knows bright squares on dark ground."""
    torch.set_num_threads(1)
    settings = Settings(
        crop=32,
        batch=8,
        pretrained="none",
        steps=60,
        lr=5e-3,
        ema=0.8,
        colour=0.2,
        sensors=0.0,
        islands=0.0,
        **{**SLIM, "rates": (1, 2, 3)},  # the first that a file is held against
    )
    run = Trainer(settings, grey_chips())
    while not run.finished():
        run.train_step()
    path = tmp_path_factory.mktemp("base") / "base.onnx"
    contract = Contract(
        name="small", window=32, pixel_size=2.0, overlap=0.5, min_area=100.0
    )
    export_onnx(run.scored(), path, contract)
    return str(path)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Dark ground with twelve red landslides and as many grey squares that are none, 1 m
    pixels, a missing corner.
    """
    rng = np.random.default_rng(1)
    ground = np.stack([np.full((380, 1020), value) for value in (60, 70, 60)])
    for row, col in PLACES:
        ground[:, row : row + SIDE, col : col + SIDE] = [[[190]], [[120]], [[110]]]
        east = col + 80
        ground[:, row : row + SIDE, east : east + SIDE] = [[[140]], [[150]], [[150]]]
    ground = ground + rng.integers(-15, 15, ground.shape)
    ground[:, 330:, :80] = 0
    path = tmp_path_factory.mktemp("image") / "gorge.tif"
    return write_raster(path, ground.astype(np.uint8), nodata=0)


def square(row, col, side=SIDE, shift=0):
    x = PLACE[0] + col + shift
    y = PLACE[3] - row
    corners = [(x, y), (x + side, y), (x + side, y - side), (x, y - side), (x, y)]
    return f"POLYGON (({','.join(f'{x} {y}' for x, y in corners)}))"


def layer(path, count=12, shift=0, **values):
    rows = [(square(*place, shift=shift), values) for place in PLACES[:count]]
    return write_layer(path, rows, kind=ogr.wkbPolygon)


@pytest.fixture
def drawn(tmp_path):
    return layer(tmp_path / "drawn.gpkg")


@pytest.fixture
def given(base, image, drawn, tmp_path):
    return {
        "INPUTS": [image],
        "POLYGONS": drawn,
        "WHOLE_EXTENT": True,
        "BASE_MODEL": base,
        "STEPS": 60,
        "OUTPUT_MODEL": str(tmp_path / "tuned.onnx"),
    }


@pytest.fixture
def quick(package, monkeypatch):
    """A network of some hundred weights learns at many times the rate of one of
    millions.
    """
    prepare = importlib.import_module(f"{package.__name__}.models.finetune.prepare")
    stage_for = prepare.stage_for

    def at_another_rate(*asked):
        return stage_for(*asked)._replace(lr=2e-3)

    monkeypatch.setattr(prepare, "stage_for", at_another_rate)


def test_a_network_learns_and_says_by_how_much(run, given, quick, tmp_path):
    checkpoint = str(tmp_path / "tuned.pt")
    result = run("train", {**given, "STEPS": 120, "CHECKPOINT": checkpoint})
    assert result["LANDSLIDES"] == 12
    assert result["IOU_BEFORE"] < 0.6  # grey squares look alike
    assert result["IOU_AFTER"] > result["IOU_BEFORE"]
    assert result["IOU_GAIN_LOW"] > 0 and result["BETTER"] == 1
    assert result["MODEL_TO_USE"] == result["OUTPUT_MODEL"]
    assert "Better on ground it did not learn from" in run.log
    assert "The base on this ground" in run.log
    tuned = describe(result["OUTPUT_MODEL"]).contract
    assert tuned.name == "small+tuned" and tuned.window == 32
    assert tuned.threshold == pytest.approx(result["THRESHOLD"])
    assert "12 landslides, gorge" in tuned.trained_on
    assert describe(given["BASE_MODEL"]).model_id in tuned.trained_on
    model, settings, _ = load(checkpoint)
    assert settings.encoder == "slim"
    # nothing of the work is left beside what was asked for
    assert left(tmp_path) == {"drawn.gpkg", "tuned.onnx", "tuned.pt"}
    image = {"INPUT": given["INPUTS"][0], "OUTPUT": str(tmp_path / "found.gpkg")}
    found = run("detect", {**image, "MODEL": result["OUTPUT_MODEL"]})
    assert found["COUNT"] >= 9


class Stopped(QgsProcessingFeedback):
    """Cancels once the log holds some words."""

    def __init__(self, words):
        super().__init__(False)
        self.words = words

    def pushInfo(self, text):
        super().pushInfo(text)
        if self.words in text:
            self.cancel()


class Occupied(QgsProcessingFeedback):
    """A folder takes the place of the output once the log holds the last sentence."""

    def __init__(self, path):
        super().__init__(False)
        self.path = path

    def pushInfo(self, text):
        super().pushInfo(text)
        if "on ground it did not learn from" in text:
            (self.path / "file").mkdir(parents=True)


def test_a_cancelled_run_keeps_its_best_and_goes_on(run, given, tmp_path):
    """What was learned outlives an output that cannot be placed, too."""
    given = {**given, "STEPS": 4}
    assert run("train", given, Stopped("Stretch 2 left out: step 1")) == {}
    output = Path(given["OUTPUT_MODEL"])
    (waiting,) = tmp_path.glob(".*.training")
    assert not output.exists()
    assert (waiting / "fold-1" / "done.json").is_file()
    assert not (waiting / "fold-2" / "done.json").exists()
    (kept,) = (path for path in tmp_path.glob("*.onnx"))
    assert kept.name.startswith("tuned-unfinished-") and str(kept) in run.log
    assert "It is unfinished and was not compared with its base" in run.log
    unfinished = describe(kept).contract
    assert unfinished.name == "small+unfinished"
    assert re.search("UNFINISHED: stopped at step [1-4] of 4", unfinished.trained_on)
    judged = (waiting / "fold-1" / "done.json").stat().st_mtime_ns
    refused(run, "train", given, Occupied(output))
    assert (waiting / "fold-1" / "done.json").stat().st_mtime_ns == judged
    assert (waiting / "whole" / "done.json").is_file()
    shutil.rmtree(output)
    run("train", given)
    assert output.is_file() and not waiting.exists()


class Interrupted(io.StringIO):
    """Standard output that is answered by Ctrl-C once it holds some words."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    def write(self, text):
        super().write(text)
        if self.words in text:
            raise KeyboardInterrupt


def test_a_command_that_is_stopped_keeps_its_best_and_goes_on(
    given, tmp_path, monkeypatch, capsys
):
    given = {**given, "STEPS": 4}
    with monkeypatch.context() as patched:
        said = Interrupted("Stretch 2 left out: step 1")
        patched.setattr("sys.stdout", said)
        assert command(given) == 130
    assert capsys.readouterr().err == "Stopped.\n"
    (kept,) = (path for path in tmp_path.glob("*.onnx"))
    assert kept.name.startswith("tuned-unfinished-") and str(kept) in said.getvalue()
    assert describe(kept).contract.name == "small+unfinished"
    (waiting,) = tmp_path.glob(".tuned-*.training")
    assert (waiting / "fold-1" / "done.json").is_file()
    assert command(given) == 0
    assert Path(given["OUTPUT_MODEL"]).is_file() and not waiting.exists()


def test_a_run_that_is_cancelled_early_keeps_no_model(run, given, tmp_path):
    assert run("train", given, Stopped("The base on this ground")) == {}
    assert "Stopped before a network was judged" in run.log
    assert not list(tmp_path.glob("*.onnx"))


def test_few_landslides_choose_the_threshold_alone(run, given, tmp_path):
    few = layer(tmp_path / "few.gpkg", 6)
    strict = str(tmp_path / "strict.onnx")
    shutil.copyfile(given["BASE_MODEL"], strict)
    before = update_contract(strict, threshold=0.9, seed=0.9)
    result = run("train", {**given, "BASE_MODEL": strict, "POLYGONS": few})
    assert "10 or more are needed" in run.log
    after = describe(result["OUTPUT_MODEL"]).contract
    assert after.name == before.name
    assert after.threshold == result["THRESHOLD"] < before.threshold
    assert "left out: step" not in run.log


def test_both_doors_say_what_a_new_threshold_brings_and_costs(
    run, given, tmp_path, capsys
):
    """From four landslides no confidence can be fitted."""
    strict = str(tmp_path / "strict.onnx")
    shutil.copyfile(given["BASE_MODEL"], strict)
    objects = (1.0, 2.0, 3.0, 4.0, 5.0)
    update_contract(strict, threshold=0.95, seed=0.95, objects=objects)
    given.update(BASE_MODEL=strict, POLYGONS=layer(tmp_path / "four.gpkg", 4))
    result = run("train", given)
    assert describe(result["OUTPUT_MODEL"]).contract.objects == ()
    words = "Candidates of this model will have no confidence"
    assert words in run.log
    assert command({**given, "OUTPUT_MODEL": str(tmp_path / "other.onnx")}) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("note", "").startswith(words) for line in lines)
    said = re.search(r"IoU ([\d.]+) at its own threshold 0.95, ([\d.]+) with", run.log)
    before, after = map(float, said.groups())
    assert result["IOU_BEFORE"] == pytest.approx(before, abs=1e-3)
    assert result["IOU_AFTER"] == pytest.approx(after, abs=1e-3)
    assert before < after
    assert "IOU_GAIN_LOW" not in result and "BETTER" not in result
    assert "whether that is more than chance is not known" in run.log
    assert result["MODEL_TO_USE"] == strict
    last = lines[-1]
    assert last["better"] is None and last["model_to_use"] == strict
    assert last["base"]["iou"] == pytest.approx(result["IOU_BEFORE"])
    assert last["tuned"]["iou"] == pytest.approx(result["IOU_AFTER"])
    gain = result["IOU_AFTER"] - result["IOU_BEFORE"]
    assert last["iou_gain"] == [pytest.approx(gain), None, None]


def test_a_new_threshold_is_used_where_it_is_better_beyond_chance(run, given, tmp_path):
    """From eight landslides on that can be known."""
    strict = str(tmp_path / "strict.onnx")
    shutil.copyfile(given["BASE_MODEL"], strict)
    update_contract(strict, threshold=0.95, seed=0.95)
    given.update(BASE_MODEL=strict, POLYGONS=layer(tmp_path / "eight.gpkg", 8))
    result = run("train", given)
    assert "Better on ground that did not choose it" in run.log
    assert result["BETTER"] == 1 and result["IOU_GAIN_LOW"] > 0
    assert result["MODEL_TO_USE"] == result["OUTPUT_MODEL"]


def test_what_is_refused_once_work_began_leaves_nothing(run, given, tmp_path, capsys):
    """A reviewed area without room for what is no landslide."""
    given.update(WHOLE_EXTENT=False, REVIEWED_AREA=given["POLYGONS"])
    assert "no room without landslides" in refused(run, "train", given)
    assert command(given) == 1
    assert "no room without landslides" in capsys.readouterr().err
    assert left(tmp_path) == {"drawn.gpkg"}


# parameters of mrife:train by options of the command
OPTIONS = {
    "POLYGONS": "polygons",
    "BASE_MODEL": "base-model",
    "DEM": "dem",
    "OUTPUT_MODEL": "output",
    "STEPS": "steps",
    "STAGE": "stage",
    "REVIEWED_AREA": "reviewed-area",
    "MAX_SHIFT": "max-shift",
    "SEED_NUMBER": "seed-number",
    "LANGUAGE": "language",
    "SETTINGS": "settings",
    "WORK": "work",
    "CHECKPOINT": "checkpoint",
    "MISSED": "missed",
    "FALSE": "false",
    "GAINED": "gained",
    "LOST": "lost",
}
LAYERS = ("MISSED", "FALSE", "GAINED", "LOST")


def command(given):
    """`python -m models finetune` with what an algorithm was given."""
    argv = ["finetune", "--inputs", *given["INPUTS"]]
    for name, option in OPTIONS.items():
        if name in given:
            argv += [f"--{option}", str(given[name])]
    for name, option in (
        ("WHOLE_EXTENT", "whole-extent"),
        ("MRIFE_LOSSES", "mrife-losses"),
        ("FROM_NOTHING", "from-nothing"),
    ):
        if given.get(name):
            argv.append(f"--{option}")
    return main(argv)


@pytest.fixture
def hills(tmp_path):
    """Heights of the image's ground in pixels of 2 m, with a step around landslides."""
    heights = np.tile(np.arange(510, dtype=np.float32), (190, 1))
    for row, col in PLACES:
        heights[row // 2 : (row + SIDE) // 2, col // 2 : (col + SIDE) // 2] -= 15
    place = (PLACE[0], 2.0, 0.0, PLACE[3], 0.0, -2.0)
    return write_raster(tmp_path / "hills.tif", heights, place)


@pytest.mark.parametrize("count", [6, 12])
def test_box_and_command_make_the_same_model(run, given, hills, tmp_path, capsys, count):
    """With enough landslides one that learned with heights, and looks at them."""
    given["POLYGONS"] = layer(tmp_path / "these.gpkg", count)
    area = [(square(0, 0, 380), {}), (square(0, 380, 640), {})]
    given["REVIEWED_AREA"] = write_layer(tmp_path / "area.gpkg", area, 32647)
    given.update(WHOLE_EXTENT=False, STEPS=4, SEED_NUMBER=3, MAX_SHIFT=9, DEM=hills)
    given["MRIFE_LOSSES"] = True
    layers = {name: str(tmp_path / f"{name}.gpkg") for name in LAYERS}
    files = {**layers, "CHECKPOINT": str(tmp_path / "box.pt")}
    result = run("train", {**given, **files})
    learned = count > 6
    assert ("is extended by elevation" in run.log) == learned
    assert ("No checkpoint" in run.log) != learned
    other = str(tmp_path / "other.onnx")
    again = {name: str(tmp_path / f"again-{name}.gpkg") for name in LAYERS}
    files = {**again, "CHECKPOINT": str(tmp_path / "command.pt")}
    assert command({**given, **files, "OUTPUT_MODEL": other}) == 0
    said = capsys.readouterr().out
    assert ("No checkpoint" in said) != learned
    line = json.loads(said.splitlines()[-1])
    used = line["model_to_use"]
    made = result["MODEL_TO_USE"] == result["OUTPUT_MODEL"]
    assert used == (other if made else given["BASE_MODEL"])
    for name in LAYERS:
        assert differing(again[name], layers[name]) <= {"fid", "run_utc"}
    rows = [row for name in LAYERS[:2] for row in read_features(again[name]).rows]
    assert rows and all("ev_result" in values for _, values in rows)
    for name in ("box.pt", "command.pt"):
        assert (tmp_path / name).exists() == learned
    assert line["tuned"]["iou"] == pytest.approx(result["IOU_AFTER"])
    assert line["landslides"] == result["LANDSLIDES"] == count
    assert Path(other).read_bytes() == Path(result["OUTPUT_MODEL"]).read_bytes()
    if learned:
        looks_at_heights(run, result["OUTPUT_MODEL"], given, tmp_path)


def differing(first, second):
    """The attributes in which two layers of the same outlines differ."""
    first, second = (read_features(path).rows for path in (first, second))
    assert [outline for outline, _ in first] == [outline for outline, _ in second]
    pairs = [(one, other) for (_, one), (_, other) in zip(first, second)]
    return {
        name
        for one, other in pairs
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def looks_at_heights(run, model, given, tmp_path):
    assert describe(model).contract.bands == ("red", "green", "blue", "elevation")
    answers = []
    for number, dem in enumerate((None, given["DEM"])):
        path = str(tmp_path / f"probability{number}.tif")
        asked = {"INPUT": given["INPUTS"][0], "MODEL": model, "PROBABILITY": path}
        asked["OUTPUT"] = str(tmp_path / f"found{number}.gpkg")
        run("detect", {**asked, "DEM": dem})
        answers.append(read_raster(path))
        assert ("none was given" in run.log) == (dem is None)
    assert (answers[0] != answers[1]).any()


def weights_in(path):
    """By the names of the network's tensors."""
    return {
        tensor.name: onnx.numpy_helper.to_array(tensor).tobytes()
        for tensor in onnx.load(path).graph.initializer
    }


def test_in_a_folder_for_work_each_job_goes_on_with_its_own(given, tmp_path):
    work = tmp_path / "work"
    given.update(STEPS=4, WORK=work)
    made = []
    kept = []
    for seed in (1, 2, 1):
        assert command({**given, "SEED_NUMBER": seed}) == 0
        made.append(weights_in(given["OUTPUT_MODEL"]))
        taught = work.rglob("epoch-*.pt")
        kept.append({path: path.stat().st_mtime_ns for path in taught})
    assert made[0] == made[2] != made[1]
    assert len(list(work.iterdir())) == 2 and kept[2] == kept[1]
    assert kept[0].items() < kept[1].items()


@pytest.mark.parametrize(
    "output, name", [("MISSED", "POLYGONS"), ("OUTPUT_MODEL", "BASE_MODEL")]
)
def test_the_command_writes_over_nothing_that_it_reads(given, output, name, capsys):
    before = Path(given[name]).read_bytes()
    assert command({**given, output: given[name]}) == 1
    assert "is one of the inputs" in capsys.readouterr().err
    assert Path(given[name]).read_bytes() == before


@pytest.mark.parametrize("text", ["{", "3"])
def test_settings_that_are_no_json_object_are_refused(given, text, capsys):
    with pytest.raises(SystemExit):
        main(["finetune", "--settings", text])
    assert "is no JSON" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change, words",
    [
        ({"WHOLE_EXTENT": False}, "Where was everything looked at"),
        ({"POLYGONS": "candidates"}, "None of the 12 polygons is a landslide"),
        ({"POLYGONS": "one"}, "Only 1 landslide lies on the images"),
        ({"POLYGONS": "same"}, "Only 1 landslide lies on the images"),
        ({"POLYGONS": "none"}, "None of the 0 polygons is a landslide"),
        (
            {"REVIEWED_AREA": "none", "WHOLE_EXTENT": False},
            "The reviewed area holds no polygon with an area",
        ),
        ({"INPUTS": "grey"}, "has 1 image band(s), but the model takes 3"),
        ({"POLYGONS": "far"}, "lies on an image"),
        ({"REVIEWED_AREA": "far", "WHOLE_EXTENT": False}, "lies on none of the images"),
        (
            {"REVIEWED_AREA": "beside", "WHOLE_EXTENT": False},
            "No landslide lies in the reviewed area",
        ),
        ({"BASE_MODEL": "twin"}, "none that can be trained here"),
        ({"FROM_NOTHING": True}, "A model from nothing has no base"),
        (
            {"FROM_NOTHING": True, "BASE_MODEL": None},
            "12 landslides are too few to train a model from nothing: at least 30",
        ),
        ({"INPUTS": ["nowhere.tif"]}, "cannot be opened"),
        ({"STEPS": 1}, "must be"),
        ({"DEM": "elsewhere"}, "heights at none of the 12 landslides"),
        ({"OUTPUT_MODEL": "base"}, "one of the inputs"),
    ],
)
def test_what_is_wrong_is_said_early(run, given, tmp_path, change, words):
    from models.onnxfile import shipped_model

    others = {
        "candidates": layer(tmp_path / "open.gpkg", status="candidate"),
        "one": layer(tmp_path / "one.gpkg", 1),
        "same": polygon_layer(tmp_path / "same.gpkg", [square(*PLACES[0])] * 5),
        "none": polygon_layer(tmp_path / "none.gpkg", []),
        "grey": [write_raster(tmp_path / "grey.tif", np.eye(64, dtype=np.uint8) * 90)],
        "far": layer(tmp_path / "far.gpkg", shift=1e5),
        "beside": write_layer(
            tmp_path / "beside.gpkg", [(square(0, 400, 40), {})], kind=ogr.wkbPolygon
        ),
        "twin": shipped_model(fast=True),
        "elsewhere": write_raster(
            tmp_path / "elsewhere.tif",
            np.ones((20, 20), np.float32),
            (PLACE[0] + 1e5, *PLACE[1:]),
        ),
        "base": given["BASE_MODEL"],
    }
    for name, value in change.items():
        if isinstance(value, str):
            value = others.get(value, value)
        given[name] = value
    assert words in refused(run, "train", given)
    assert not (tmp_path / "tuned.onnx").exists()


def test_outlines_beside_the_image_are_refused_unless_allowed(run, given, tmp_path):
    beside = {
        **given,
        "POLYGONS": layer(tmp_path / "beside.gpkg", shift=-20),
        "OUTPUT_MODEL": str(tmp_path / "beside.onnx"),
        "STEPS": 4,
    }
    sentence = refused(run, "train", beside)
    assert re.search("(18|20|22) m to the west", sentence)
    assert "allow a larger shift" in sentence
    seen = "m beside what the model sees"
    assert run("train", {**beside, "MAX_SHIFT": 30}, Stopped(seen)) == {}
    assert seen in run.log


RED, BLUE, GREY = ((190, 120, 110), (110, 120, 190), (150, 150, 150))


def scene(path, size, squares, side=SIDE):
    """An image of 1 m pixels: dark ground with squares (row, column, colour)."""
    ground = np.stack([np.full(size, value) for value in (60, 70, 60)])
    for row, col, colour in squares:
        place = np.s_[:, row : row + side, col : col + side]
        ground[place] = np.array(colour)[:, None, None]
    ground = ground + np.random.default_rng(2).integers(-15, 15, ground.shape)
    return write_raster(path, ground.astype(np.uint8))


def polygon_layer(path, outlines):
    return write_layer(path, [(each, {}) for each in outlines], kind=ogr.wkbPolygon)


WEST = [(40 + 90 * (i % 2), 40 + 120 * (i // 2)) for i in range(6)]
EAST = [(row, col + 400) for row, col in WEST]
HIDDEN = EAST[::2]  # nobody has digitized these


@pytest.fixture
def half_known(tmp_path):
    """Dark ground with six landslides on each half, those that are hidden of another
    colour; the west was reviewed.
    """
    drawn = [place for place in WEST + EAST if place not in HIDDEN]
    squares = [(*place, RED) for place in drawn] + [(*place, BLUE) for place in HIDDEN]
    return {
        "INPUTS": [scene(tmp_path / "half.tif", (220, 800), squares)],
        "POLYGONS": polygon_layer(tmp_path / "known.gpkg", [square(*p) for p in drawn]),
        "REVIEWED_AREA": polygon_layer(tmp_path / "area.gpkg", [square(0, 0, 400)]),
        "OUTPUT_MODEL": str(tmp_path / "tuned.onnx"),
        "STAGE": "all",
        "STEPS": 32,
        "SETTINGS": '{"lr": 2e-3, "batch": 8}',
    }


def hidden_ones(run, model, image, path):
    """How many of HIDDEN a model outlines by half and more."""
    run("detect", {"INPUT": image, "MODEL": model, "OUTPUT": str(path)})
    outlines = joined(wkb for wkb, _ in read_features(str(path)).rows)
    if outlines is None:
        return 0
    shapes = [wkt.loads(square(*place)) for place in HIDDEN]
    return sum(outlines.intersection(shape).area >= shape.area / 2 for shape in shapes)


def test_scenario_12_what_nobody_digitized_outside_the_reviewed_area_is_not_unlearned(
    run, half_known, base, tmp_path
):
    """Half of the landslides there are hidden: as many of them are found as before."""
    before = hidden_ones(run, base, half_known["INPUTS"][0], tmp_path / "before.gpkg")
    assert before > 0
    assert command({**half_known, "BASE_MODEL": base}) == 0
    tuned = half_known["OUTPUT_MODEL"]
    after = hidden_ones(run, tuned, half_known["INPUTS"][0], tmp_path / "after.gpkg")
    assert after >= before


FAR = [(40, 330), (60, 520), (110, 700), (250, 380), (300, 610), (390, 800), (480, 460)]


def test_scenario_8_labels_300_m_beside_the_image_are_refused_before_training(
    run, base, tmp_path
):
    squares = [(*place, RED) for place in FAR]
    outlines = [square(*place, shift=-300) for place in FAR]
    output = tmp_path / "tuned.onnx"
    given = {
        "INPUTS": [scene(tmp_path / "image.tif", (600, 900), squares)],
        "POLYGONS": polygon_layer(tmp_path / "moved.gpkg", outlines),
        "WHOLE_EXTENT": True,
        "BASE_MODEL": base,
        "STAGE": "all",
        "OUTPUT_MODEL": str(output),
    }
    sentence = refused(run, "train", given)
    west, along = map(int, re.search(r"(\d+) m to the west, (\d+) m", sentence).groups())
    assert abs(west - 300) <= 16 and along <= 16
    assert "on ground left out" not in sentence and not output.exists()


def test_scenario_11_thirty_polygons_and_a_reviewed_area(run, base, tmp_path):
    """Too little is learned to be better: that is said, and the base stays as it is."""
    places = [(12 + 48 * (i // 10), 12 + 56 * (i % 10)) for i in range(30)]
    squares = [(*place, RED) for place in places]
    squares += [(154, col, GREY) for col in range(50, 500, 150)]
    area = [square(0, col, 190) for col in range(0, 560, 190)]
    report = tmp_path / "report.html"
    layers = {name: str(tmp_path / f"{name}.gpkg") for name in ("MISSED", "FALSE")}
    before = Path(base).read_bytes()
    given = {
        "INPUTS": [scene(tmp_path / "image.tif", (190, 560), squares, 24)],
        "POLYGONS": polygon_layer(
            tmp_path / "drawn.gpkg", [square(*place, 24) for place in places]
        ),
        "REVIEWED_AREA": polygon_layer(tmp_path / "area.gpkg", area),
        "BASE_MODEL": base,
        "STEPS": 4,
        "OUTPUT_MODEL": str(tmp_path / "tuned.onnx"),
        "REPORT": str(report),
        **layers,
    }
    result = run("train", given)
    assert result["LANDSLIDES"] == 30 and result["BETTER"] == 0
    assert result["MODEL_TO_USE"] == given["BASE_MODEL"]
    assert result["IOU_GAIN_LOW"] <= result["IOU_AFTER"] - result["IOU_BEFORE"]
    assert result["IOU_GAIN_LOW"] < 0
    assert "The base model stays" in run.log or "Keep the base model" in run.log
    assert Path(base).read_bytes() == before
    text = report.read_text(encoding="utf-8")
    assert text.count("<svg") >= 2
    rows_of_table = re.search("By ground</h3>(.*?)</table>", text, re.DOTALL).group(1)
    assert len(re.findall(r"\d to \d", rows_of_table)) >= 10
    assert len(read_features(layers["FALSE"]).rows) >= 1
    assert len(read_features(layers["MISSED"]).rows) < 30


def test_a_model_from_nothing_searches_images_like_its_own(run, tmp_path):
    """Five bands of 16 bits that no base model knows."""
    places = [(8 + 44 * (i // 10), 8 + 44 * (i % 10)) for i in range(30)]
    bright = np.zeros((140, 450))
    for row, col in places:
        bright[row : row + 24, col : col + 24] = 1
    gains = np.array([900, 500, 400, 100, -300])[:, None, None]
    noise = np.random.default_rng(0).normal(1000, 80, (5, *bright.shape))
    image = write_raster(tmp_path / "five.tif", (gains * bright + noise).astype("uint16"))
    given = {
        "INPUTS": [image],
        "POLYGONS": polygon_layer(
            tmp_path / "drawn.gpkg", [square(*place, 24) for place in places]
        ),
        "WHOLE_EXTENT": True,
        "FROM_NOTHING": True,
        "STEPS": 4,
        "SETTINGS": '{"encoder": "slim", "width": 8, "batch": 2}',
        "OUTPUT_MODEL": str(tmp_path / "own.onnx"),
    }
    assert command(given) == 0
    contract = describe(given["OUTPUT_MODEL"]).contract
    assert contract.bands == tuple(f"band {n}" for n in range(1, 6))
    assert contract.pixel_size == 1 and contract.stretch == ((20, 235),) * 5
    assert contract.trained_on.startswith("30 landslides, five")
    assert "without a base, begun with random numbers" in contract.trained_on
    asked = {"INPUT": image, "MODEL": given["OUTPUT_MODEL"]}
    found = run("detect", {**asked, "OUTPUT": str(tmp_path / "found.gpkg")})
    assert "COUNT" in found


def test_without_torch_the_box_says_what_to_install(run, given, monkeypatch, tmp_path):
    """As a Python that was made for detection alone."""
    bare = tmp_path / "python"
    hidden = tmp_path / "hidden" / "sitecustomize.py"
    hidden.parent.mkdir()
    code = (
        "import importlib.util as u; o = u.find_spec; "
        "u.find_spec = lambda n, p=None: None if n == 'torch' else o(n, p)"
    )
    from running import WORKER_PYTHON

    bare.write_text(
        f'#!/bin/sh\nshift 3\ncode="$1"; shift\nexec "{WORKER_PYTHON}" -I -u -c '
        f'"{code}\n$code" "$@"\n'
    )
    bare.chmod(0o755)
    monkeypatch.setenv("MRIFE_PYTHON", str(bare))
    sentence = refused(run, "train", given)
    assert "Training needs more than detection" in sentence and "torch" in sentence


def test_the_loop_runs_as_one_model(provider, run, given, tmp_path):
    """From its file in the modeler: a review teaches, and the image is searched again."""
    from qgis.core import (
        QgsProcessingContext,
        QgsProcessingModelAlgorithm,
        QgsProject,
    )

    algorithm = QgsProcessingModelAlgorithm()
    assert algorithm.fromFile(str(MODELS / "learn_from_a_review.model3"))
    reviewed = write_layer(
        tmp_path / "reviewed.gpkg",
        [(square(*place), {"status": "confirmed"}) for place in PLACES]
        + [(square(row, col + 80), {"status": "rejected"}) for row, col in PLACES],
        kind=ogr.wkbPolygon,
    )
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    feedback = QgsProcessingFeedback(False)
    places = {
        "train:Fine-tuned model": str(tmp_path / "tuned.onnx"),
        "train:Report": str(tmp_path / "report.html"),
        "detect:Candidates": str(tmp_path / "candidates.gpkg"),
        "compare:Changes": str(tmp_path / "changes.gpkg"),
    }
    asked = {
        "image": given["INPUTS"][0],
        "reviewed": reviewed,
        "base": given["BASE_MODEL"],
        "steps": 4,
        **places,
    }
    _, fine = algorithm.run(asked, context, feedback)
    assert fine, feedback.textLog()
    assert all(Path(path).is_file() for path in places.values())
    page = Path(places["train:Report"]).read_text(encoding="utf-8")
    assert "tuned.onnx" in page


def test_the_choices_are_those_of_the_models(provider):
    from models.finetune.stages import STAGES

    parameter = provider.algorithm("train").parameterDefinition("STAGE")
    assert tuple(parameter.options()) == STAGES
