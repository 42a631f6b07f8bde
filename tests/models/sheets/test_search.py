# SPDX-License-Identifier: GPL-2.0-or-later
"""Many sheets are one mosaic: a slide on four of them is one polygon, whatever the order,
and what is wrong with one stops no other.
"""

import itertools
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from samples import (
    IDENTITY,
    FakeDetector,
    first_band,
    read_raster,
    write_model,
    write_raster,
)
from shapely import wkb
from shapely.geometry import box
from survey import (
    NORTH,
    WEST,
    SheetsRun,
    anonymous,
    cut,
    damaged,
    ground,
    half_way_and_at_once,
    on_one_raster,
    quarters,
    uneven,
)

from models.contract import Contract
from models.errors import MrifeError, Note
from models.geo import rectangles
from models.geo.rectangles import common
from models.jobs import OutlineRequest
from models.onnxfile import describe
from models.sheets import job as sheets_job
from models.sheets import mosaic
from models.sheets.folder import rasters_in
from models.sheets.job import SheetsRequest
from models.sheets.layout import NothingLeft
from models.sheets.part_search import OneByOne, PartStep
from models.sheets.prepare import examine_sheets, prepare_sheets
from models.sheets.sheet import SheetSource, in_order


@pytest.fixture
def sheets(tmp_path):
    return quarters(tmp_path, ground())


def areas(run):
    return sorted(wkb.loads(geometry).area for geometry, _ in run.polygons)


def sheets_by_size(run):
    """Of the polygons, the smallest first."""
    ordered = sorted(run.polygons, key=lambda record: record[1]["area_m2"])
    return [values["sheet"] for _, values in ordered]


def test_a_slide_on_four_sheets_is_one_polygon_as_on_one_raster(tmp_path, model, sheets):
    whole = write_raster(tmp_path / "whole.tif", ground())
    levels, polygons = on_one_raster(whole, model, tmp_path, uneven)
    run = SheetsRun(sheets, model, tmp_path / "p", function=uneven)
    assert (read_raster(tmp_path / "p" / "probability.vrt") == levels).all()
    assert list(map(anonymous, run.polygons)) == polygons
    assert len(polygons) == 2
    assert sheets_by_size(run)[0] == "nw"
    assert set(run.states.values()) == {"done"}
    counts = {o.sheet.name: o.candidates for o in run.outcomes}
    assert sum(counts.values()) == 2 and counts["nw"] >= 1
    assert all(v["ls_id"].startswith(f"{v['sheet']}_") for _, v in run.polygons)
    assert all(v["edge"] == 0 for _, v in run.polygons)
    assert run.shares[-1] == 1 and min(np.diff(run.shares)) > -1e-9


@pytest.mark.parametrize("nodata", [0, None])
def test_pixels_that_are_resampled_for_the_network_have_no_seams(tmp_path, nodata):
    contract = replace(IDENTITY, pixel_size=1.7, min_area=20.0)
    model = describe(write_model(tmp_path / "coarse.onnx", contract))
    whole = write_raster(tmp_path / "whole.tif", ground(), nodata=nodata)
    levels, polygons = on_one_raster(whole, model, tmp_path, uneven)
    paths = quarters(tmp_path, ground(), nodata=nodata)
    run = SheetsRun(paths, model, tmp_path / "p", function=uneven)
    assert (read_raster(tmp_path / "p" / "probability.vrt") == levels).all()
    assert list(map(anonymous, run.polygons)) == polygons


def test_the_order_of_the_sheets_does_not_matter(tmp_path, model, sheets):
    layers = []
    for number, order in enumerate(
        itertools.islice(itertools.permutations(sheets), 3, 24, 9)
    ):
        layers.append(SheetsRun(order, model, tmp_path / f"p{number}").layer)
    assert len(layers) == 3 and layers[0]
    assert layers[0] == layers[1] == layers[2]


def test_where_sheets_overlap_the_first_by_name_is_right(tmp_path, model):
    image = ground()
    other = image.copy()
    other[:, 100:140] = 100  # where they overlap, they differ
    left = cut(tmp_path / "a.tif", image, 0, 0, 200, 140)
    right = cut(tmp_path / "b.tif", other, 0, 100, 200, 140)
    for order in ([left, right], [right, left]):
        run = SheetsRun(order, model, tmp_path / "p")
        assert (read_raster(tmp_path / "p" / "probability.vrt") == image).all()
    assert read_raster(tmp_path / "p" / "b.tif").shape == (200, 100)  # nothing twice
    assert run.states == {"a": "done", "b": "done"}


@pytest.mark.parametrize("nodata", [0, None], ids=["declared", "undeclared"])
def test_a_collar_is_filled_by_the_neighbour(tmp_path, model, nodata):
    image = ground()
    framed = np.zeros_like(image)
    framed[20:180, 20:130] = image[20:180, 20:130]
    first = cut(tmp_path / "a.tif", framed, 0, 0, 200, 150, nodata=nodata)
    second = cut(tmp_path / "b.tif", image, 0, 0, 200, 240)
    run = SheetsRun([second, first], model, tmp_path / "p")
    assert (read_raster(tmp_path / "p" / "probability.vrt") == image).all()
    # the slide's middle lies on a, the small one in a's collar
    assert sheets_by_size(run) == ["b", "a"]


def test_a_gap_between_sheets_is_no_ground(tmp_path, model, sheets):
    run = SheetsRun(sheets[:1] + sheets[3:], model, tmp_path / "p")
    levels = read_raster(tmp_path / "p" / "probability.vrt")
    assert (levels[:100, 120:] == 255).all() and (levels[100:, :120] == 255).all()
    assert (levels[:100, :120] == ground()[:100, :120]).all()
    assert {v["edge"] for _, v in run.polygons} == {0, 1}


@pytest.mark.parametrize("step", [2.0, 0.5], ids=["coarser", "finer"])
def test_a_sheet_of_other_pixels_joins_without_a_seam(tmp_path, model, step):
    """Smooth ground: bilinear interpolation gives it back."""
    across, down = np.meshgrid(np.arange(240) + 0.5, np.arange(200) + 0.5)

    def form(x, y):
        return 30 + 200 * np.exp(-(((x - 120) / 50) ** 2) - ((y - 100) / 40) ** 2)

    image = form(across, down).astype(np.uint8)
    west = cut(tmp_path / "a.tif", image, 0, 0, 200, 120)
    x = 110 + (np.arange(round(130 / step)) + 0.5) * step
    y = (np.arange(round(200 / step)) + 0.5) * step
    east = write_raster(
        tmp_path / "b.tif",
        form(*np.meshgrid(x, y)).astype(np.uint8),
        (WEST + 110, step, 0.0, NORTH, 0.0, -step),
    )
    paths = [west, east]
    if step == 0.5:  # most pixels would be the fine ones
        dim = np.resize(np.arange(20, 40, dtype=np.uint8), (700, 240))
        paths.append(cut(tmp_path / "c.tif", dim, 200, 0, 500, 240))
    run = SheetsRun(paths, model, tmp_path / "p")
    levels = read_raster(tmp_path / "p" / "probability.vrt").astype(int)[:200, :240]
    assert np.abs(levels - image)[:, :238].max() <= 3
    assert any("1 of" in note and "(b)" in note for note in run.notes)
    assert areas(run) == pytest.approx([(image >= 125).sum()], rel=0.02)


@pytest.mark.parametrize("system, pixel", [("EPSG:32646", 1), ("EPSG:4326", 9e-6)])
def test_a_sheet_of_another_system_joins_without_a_seam(tmp_path, model, system, pixel):
    """The neighbour lies in the next zone, or in degrees; the slide on both stays one."""
    image = ground()
    west = cut(tmp_path / "a.tif", image, 0, 0, 200, 160)
    part = cut(tmp_path / "part.tif", image, 0, 115, 200, 125)
    gdal.Warp(
        str(tmp_path / "b.tif"),
        part,
        dstSRS=system,
        xRes=pixel,
        yRes=pixel,
        resampleAlg="near",
        dstNodata=0,
    )
    run = SheetsRun([west, str(tmp_path / "b.tif")], model, tmp_path / "p")
    slide = max((wkb.loads(g) for g, _ in run.polygons), key=lambda p: p.area)
    west_edge, south, east, north = slide.bounds
    assert (west_edge, east) == pytest.approx((WEST + 80, WEST + 160), abs=1.5)
    assert (south, north) == pytest.approx((NORTH - 130, NORTH - 70), abs=1.5)
    assert run.states == {"a": "done", "b": "done"}
    again = SheetsRun([str(tmp_path / "b.tif"), west], model, tmp_path / "p2")
    assert again.layer == run.layer


def test_bright_and_dark_sheets_have_one_radiometry(tmp_path):
    """A dark sheet stays dark beside a bright one: by itself it would be stretched."""
    contract = replace(IDENTITY, stretch=((0.0, 250.0),))
    model = describe(write_model(tmp_path / "stretch.onnx", contract))
    rng = np.random.default_rng(3)
    image = rng.integers(1000, 2000, (128, 256)).astype(np.uint16)
    image[:, 128:] += 4000
    paths = [
        cut(tmp_path / f"{name}.tif", image, 0, col, 128, 128)
        for name, col in (("dark", 0), ("bright", 128))
    ]
    SheetsRun(paths, model, tmp_path / "p")
    levels = read_raster(tmp_path / "p" / "probability.vrt")
    whole = write_raster(tmp_path / "whole.tif", image)
    alone, _ = on_one_raster(whole, model, tmp_path, first_band)
    assert (levels == alone).all()
    assert levels[:, :128].max() < 80 < 150 < levels[:, 128:].min()


def test_a_sheet_that_breaks_where_the_stretch_is_looked_for_is_left_out(tmp_path):
    """Between the places at which it was examined."""
    contract = replace(IDENTITY, stretch=((0.0, 250.0),))
    model = describe(write_model(tmp_path / "stretch.onnx", contract))
    image = ground(2400, 160).astype(np.uint16)
    a = cut(tmp_path / "a.tif", image, 0, 0, 1200, 160)
    z = damaged(tmp_path / "z.tif", image, 1200, 0, 1200, 160, (5, 37))
    run = SheetsRun([a, z], model, tmp_path / "p")
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == []
    assert any("Sheet z is not searched" in note for note in run.notes)
    b = damaged(tmp_path / "b.tif", image, 0, 0, 1200, 160, (5, 37))
    with pytest.raises(NothingLeft, match="None of the 2 .*b.tif' cannot be") as raised:
        SheetsRun([b, z], model, tmp_path / "none")
    assert [sheet.name for sheet in raised.value.sheets] == ["b", "z"]


def broken(path, kind):
    """A sheet that cannot be searched, in the place of the south-east."""
    image = ground()
    if kind == "no raster":
        path.write_text("a text")
    elif kind == "truncated":
        cut(path, image, 100, 120, 100, 120)
        os.truncate(path, os.path.getsize(path) // 2)
    elif kind == "damaged":
        damaged(path, image, 100, 120, 100, 120, (3, 3))
    elif kind == "empty":
        cut(path, np.zeros_like(image), 100, 120, 100, 120, nodata=0)
    elif kind == "black":
        cut(path, np.zeros_like(image), 100, 120, 100, 120)
    elif kind == "no system":
        cut(path, image, 100, 120, 100, 120, epsg=None)
    elif kind == "16 bits":
        cut(path, image.astype(np.uint16) * 9, 100, 120, 100, 120)
    elif kind == "far away":
        write_raster(path, image, (WEST + 9e6, 1.0, 0.0, NORTH, 0.0, -1.0))
    return str(path)


@pytest.mark.parametrize(
    "kind, state, words",
    [
        ("no raster", "failed", "cannot be opened"),
        ("truncated", "failed", "cut short"),
        ("damaged", "failed", "cannot be read near row"),
        ("empty", "empty", "no valid pixel"),
        ("black", "empty", "same value everywhere"),
        ("no system", "failed", "no coordinate reference system"),
        ("16 bits", "failed", "type uint16"),
        ("far away", "failed", "from the other sheets"),
    ],
)
def test_a_bad_sheet_stops_no_other(tmp_path, model, sheets, kind, state, words):
    bad = broken(tmp_path / "a bad one.tif", kind)
    run = SheetsRun([bad, *sheets[:3]], model, tmp_path / "p")
    good = SheetsRun(sheets[:3], model, tmp_path / "good")
    assert run.states == {"a bad one": state, "nw": "done", "ne": "done", "sw": "done"}
    assert words in run.reasons["a bad one"]
    assert any("a bad one is not searched" in note for note in run.notes)
    assert [v["area_m2"] for _, v in run.polygons] == [
        v["area_m2"] for _, v in good.polygons
    ]


def test_a_sheet_with_too_few_bands_fails_alone(tmp_path):
    contract = Contract(
        name="rgb", version="1", bands=("red", "green", "blue"), window=64
    )
    model = describe(write_model(tmp_path / "rgb.onnx", contract, channels=3))
    image = np.stack([ground()] * 3)
    good = cut(tmp_path / "good.tif", image, 0, 0, 200, 120)
    grey = cut(tmp_path / "grey.tif", image[0], 0, 120, 200, 120)
    run = SheetsRun([good, grey], model, tmp_path / "p")
    assert run.states == {"good": "done", "grey": "failed"}
    assert "1 image band(s)" in run.reasons["grey"]


def test_sheets_of_another_order_of_bands_are_said_and_join(tmp_path):
    contract = Contract(
        name="rgb", version="1", bands=("red", "green", "blue"), window=64
    )
    model = describe(write_model(tmp_path / "rgb.onnx", contract, channels=3))
    red = ground()
    rgb = cut(tmp_path / "rgb.tif", np.stack([red, red // 2, red // 3]), 0, 0, 200, 120)
    backwards = np.stack([red // 3, red // 2, red])
    bgr = cut(tmp_path / "sentinel.tif", backwards, 0, 120, 200, 120)
    dataset = gdal.Open(bgr, gdal.GA_Update)
    for number, name in enumerate(("B02", "B03", "B04"), 1):
        dataset.GetRasterBand(number).SetDescription(name)
    dataset = None
    run = SheetsRun([rgb, bgr], model, tmp_path / "p")
    assert "sentinel: bands 3, 2, 1 of the image." in run.notes
    assert (read_raster(tmp_path / "p" / "probability.vrt") == red).all()


def test_nothing_to_search_is_refused(tmp_path, model):
    with pytest.raises(MrifeError, match="There is no raster"):
        SheetsRun([], model, tmp_path / "p")
    bad = broken(tmp_path / "a.tif", "empty")
    with pytest.raises(MrifeError, match="None of the 1 rasters .* no valid pixel"):
        SheetsRun([bad], model, tmp_path / "p")


@pytest.mark.parametrize("tile", [(5, 14), (1, 14)], ids=["z", "a, which reads of z"])
def test_a_sheet_that_breaks_half_way_leaves_the_others_as_if_refused_at_once(
    tmp_path, model, tile
):
    """Its neighbour had read of it before. The ground of all sheets, on which windows are
    laid, is the same.
    """
    image = ground(1200, 320)
    runs = half_way_and_at_once(tmp_path, model, image, tile, uneven)
    (run, levels), (refused, other) = runs
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == ["z"]
    assert "z.tif' cannot be read" in run.reasons["z"]
    assert run.shares[-1] == 1
    assert refused.states == run.states and refused.left_out == []
    assert (levels == other).all()
    assert (levels[:, 160:] == 255).all() and (levels[:, :160] < 255).all()
    assert run.layer == refused.layer and len(run.layer) == 2


def test_where_every_sheet_breaks_half_way_the_run_ends_with_a_sentence(tmp_path, model):
    image = ground(1200, 320)
    paths = [
        damaged(tmp_path / f"{name}.tif", image, 0, col, 1200, 160)
        for name, col in (("a", 0), ("z", 160))
    ]
    with pytest.raises(NothingLeft, match="None of the 2 .*a.tif' cannot be") as raised:
        SheetsRun(paths, model, tmp_path / "p")
    assert [sheet.name for sheet in raised.value.sheets] == ["a", "z"]
    assert all("cannot be read" in str(sheet.problem) for sheet in raised.value.sheets)


def test_a_copy_of_a_sheet_has_nothing_to_search(tmp_path, model, sheets):
    copy = cut(tmp_path / "z copy.tif", ground(), 0, 0, 100, 120)
    run = SheetsRun([*sheets, copy, sheets[0]], model, tmp_path / "p")
    assert run.states["z copy"] == "skipped" and len(run.states) == 5
    assert "on sheets before it" in run.reasons["z copy"]


@pytest.fixture
def delivered(tmp_path, sheets):
    """A folder of sheets with a mosaic of them, the first by name, and one of that."""
    folder = tmp_path / "delivered"
    folder.mkdir()
    for sheet in sheets:
        shutil.move(sheet, folder)
    files = sorted(map(str, folder.iterdir()))
    gdal.BuildVRT(str(folder / "a mosaic.vrt"), files)
    gdal.BuildVRT(str(folder / "b mosaic.vrt"), [str(folder / "a mosaic.vrt")])
    return folder


def test_a_mosaic_in_the_folder_of_its_sheets_is_left_out(tmp_path, model, delivered):
    run = SheetsRun(rasters_in(str(delivered)), model, tmp_path / "p")
    names = ("ne", "nw", "se", "sw")
    mosaics = {"a mosaic": "skipped", "b mosaic": "skipped"}
    assert run.states == {**mosaics, **dict.fromkeys(names, "done")}
    assert "mosaic (VRT) of 4 files" in run.reasons["a mosaic"]
    assert any("Sheet a mosaic is not searched" in note for note in run.notes)
    alone = [str(delivered / f"{name}.tif") for name in names]
    assert run.layer == SheetsRun(alone, model, tmp_path / "alone").layer


def test_a_mosaic_that_is_named_is_a_sheet_as_others(tmp_path, model, delivered):
    mosaic = SheetSource(str(delivered / "a mosaic.vrt"))
    run = SheetsRun([mosaic, *rasters_in(str(delivered))], model, tmp_path / "p")
    assert run.states["a mosaic"] == "done" and run.states["nw"] == "skipped"
    assert run.states["b mosaic"] == "skipped"


def test_a_mosaic_of_what_else_is_not_searched_stays(tmp_path, model, delivered):
    """One of its files lies elsewhere; or they are bands, none of which is an image."""
    shutil.move(delivered / "nw.tif", tmp_path / "nw.tif")
    files = [tmp_path / "nw.tif", *(delivered / f"{n}.tif" for n in ("ne", "se", "sw"))]
    gdal.BuildVRT(str(delivered / "a mosaic.vrt"), list(map(str, files)))
    run = SheetsRun(rasters_in(str(delivered)), model, tmp_path / "p")
    assert run.states["a mosaic"] == "done"
    bands = tmp_path / "bands"
    bands.mkdir()
    files = [cut(bands / f"b{n}.tif", ground(), 0, 0, 200, 240) for n in (2, 3, 4)]
    gdal.BuildVRT(str(bands / "stack.vrt"), files, separate=True)
    contract = Contract(
        name="rgb", version="1", bands=("red", "green", "blue"), window=64
    )
    rgb = describe(write_model(tmp_path / "rgb.onnx", contract, channels=3))
    run = SheetsRun(rasters_in(str(bands)), rgb, tmp_path / "q")
    assert run.states == {**dict.fromkeys(("b2", "b3", "b4"), "failed"), "stack": "done"}


def strips(tmp_path, names):
    """Sheets of 40 columns from west to east, under paths below the folder."""
    paths = []
    for number, name in enumerate(names):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        paths.append(cut(path, ground(), 0, 40 * number, 200, 40))
    return paths


def test_long_names_show_their_end(tmp_path, model):
    long = [f"Survey_2023_Hualong_orthophoto_{n}.tif" for n in ("H48G01", "H48G02")]
    run = SheetsRun(strips(tmp_path, [*long, "short.tif"]), model, tmp_path / "p")
    names = ["Survey_2~thophoto_H48G01", "Survey_2~thophoto_H48G02", "short"]
    assert list(run.states) == names
    assert {v["sheet"] for _, v in run.polygons} <= set(names)
    assert {f"{name}.tif" for name in names} < set(os.listdir(tmp_path / "p"))
    sources = {v["src_img"] for _, v in run.polygons}
    assert sources <= {"short", *(name[:-4] for name in long)}


def test_one_more_sheet_changes_no_name_of_others(tmp_path):
    """Sheets whose shortened names agree, and such of one name in several folders."""
    tiles = [f"Survey_2{n}/Survey_2{n}_orthophoto_H48G01.tif" for n in range(3)]
    scenes = [f"scene{n}/B04.tif" for n in range(3)]
    paths = [str(tmp_path / name) for name in (*tiles, *scenes, "alone.tif")]

    def names(given):
        return {s.path: name for name, s in in_order(map(SheetSource, given))}

    every = names(paths)
    assert len({name.casefold() for name in every.values()}) == len(paths)
    assert max(map(len, every.values())) <= 24
    assert every[paths[-1]] == "alone" and every[paths[3]].startswith("B04~")
    assert every[paths[0]].startswith("Surv~o_H48G01~")
    for left_out in (0, 1, 2, 3, 4, 5, 6):
        fewer = names(paths[:left_out] + paths[left_out + 1 :])
        assert fewer.items() < every.items()


def test_a_folder_that_was_made_under_other_names_is_searched_again(tmp_path, model):
    """Long names were cut off and counted up once."""
    paths = strips(tmp_path, [f"Survey_2023_Hualong_ortho_{n}.tif" for n in range(3)])
    fresh = SheetsRun(paths, model, tmp_path / "fresh")
    (tmp_path / "p").mkdir()
    before = (
        "Survey_2023_Hualong_orth",
        *(f"Survey_2023_Hualong_or_{n}" for n in (2, 3)),
    )
    for name, old in zip(fresh.states, before):
        shutil.copy(tmp_path / "fresh" / f"{name}.tif", tmp_path / "p" / f"{old}.tif")
    run = SheetsRun(paths, model, tmp_path / "p")
    assert run.layer == fresh.layer and len(run.batches) == len(fresh.batches)
    assert not any("anew" in note for note in run.notes)


def test_only_what_lies_in_the_extent_is_searched(tmp_path, model, sheets):
    whole = SheetsRun(sheets, model, tmp_path / "whole", function=uneven)
    levels = read_raster(tmp_path / "whole" / "probability.vrt")
    run = SheetsRun(
        sheets,
        model,
        tmp_path / "p",
        function=uneven,
        read_extent=lambda grid: grid.window(WEST + 50, NORTH - 90, WEST + 200, NORTH),
    )
    assert run.states == {"ne": "done", "nw": "done", "se": "skipped", "sw": "skipped"}
    part = read_raster(tmp_path / "p" / "probability.vrt")
    assert (part == levels[:90, 50:200]).all()
    assert len(whole.polygons) == 2


def test_only_what_lies_in_the_area_is_searched(tmp_path, model, sheets):
    from shapely.geometry import box

    area = box(WEST + 5, NORTH - 50, WEST + 80, NORTH - 5).wkb
    run = SheetsRun(sheets, model, tmp_path / "p", read_mask=lambda grid: [area])
    assert run.states == {"ne": "skipped", "nw": "done", "se": "skipped", "sw": "skipped"}
    assert areas(run) == pytest.approx([400], rel=0.1)


def test_files_of_sheets_that_are_through_are_closed(tmp_path, model):
    """A county has more sheets than a process may have files open."""
    image = ground(64, 40 * 64)
    paths = [cut(tmp_path / f"s{n:02}.tif", image, 0, 64 * n, 64, 64) for n in range(40)]
    counts = []

    def counting(batch):
        counts.append(len(os.listdir("/proc/self/fd")))
        return first_band(batch)

    SheetsRun(paths, model, tmp_path / "p", function=counting)
    assert len(counts) >= 40 and max(counts) - counts[0] < 10


def test_what_is_said_on_the_way_takes_no_progress_back(tmp_path, model):
    """Of four sheets that are searched one after the other, the first is finished."""
    sheets = quarters(tmp_path, ground())
    search = OneByOne(FakeDetector(first_band))
    said = PartStep(0, 0.0, note=Note("none works"))

    def stopping(orders):
        for step in search(orders):
            if step.number == 1:
                raise KeyboardInterrupt
            yield step

    def saying(orders):
        for step in search(orders):
            yield said
            yield step

    with pytest.raises(KeyboardInterrupt):
        SheetsRun(sheets, model, tmp_path / "p", searcher=stopping)
    run = SheetsRun(sheets, model, tmp_path / "p", searcher=saying)
    assert "none works" in run.notes
    assert run.shares[0] > 0.2 and min(np.diff(run.shares)) > -1e-9


def test_planning_holds_a_sheet_against_its_neighbours_alone(
    tmp_path, model, monkeypatch
):
    """Of 40 in a row, not against each of a survey; nor does a polygon look for its own."""
    count, side = 40, 16
    image = np.random.default_rng(5).integers(20, 60, (side, count * side), np.uint8)
    paths = [
        cut(tmp_path / f"{number:02}.tif", image, 0, number * side, side, side)
        for number in range(count)
    ]
    sheets = list(examine_sheets(map(SheetSource, paths), model.contract))
    job = prepare_sheets(sheets, model, OutlineRequest(), SheetsRequest())
    looks = []

    def counted(window, other):
        looks.append(window)
        return common(window, other)

    for module in (rectangles, sheets_job, mosaic):
        if hasattr(module, "common"):
            monkeypatch.setattr(module, "common", counted)
    parts, skipped = job.planned
    assert [part.sheet.name for part in parts] == [f"{n:02}" for n in range(count)]
    assert not skipped
    assert len(looks) < 16 * count  # a window of 64 pixels reaches four sheets far
    del looks[:]
    spot = box(WEST + 35.2 * side, NORTH - 8, WEST + 35.4 * side, NORTH - 6)
    assert job.mosaic.sheet_of(spot).name == "35"
    assert len(looks) < 4
