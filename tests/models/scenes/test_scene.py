# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up scenes: repeatable, georeferenced, landslides on slopes that fade with age;
never a measure of accuracy.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal, ogr
from shapely import wkb

from models.errors import MrifeError
from models.geo.grid import Grid
from models.geo.rasterize import mask_of
from models.scenes.drainage import fill, route
from models.scenes.fields import SceneGrid, cells, diffuse, noise, resample
from models.scenes.files import DEM_NODATA, write_scene
from models.scenes.scene import SceneSettings, main, make_scene
from models.scenes.slides import emplace, failed
from models.scenes.terrain import make_terrain

SMALL = SceneSettings(
    seed=5, width=203, height=157, pixel_size=(1.5, 1.25), dem_factor=3, slides=6
)


@pytest.fixture(scope="module")
def scene():
    return make_scene(SMALL)


@pytest.fixture(scope="module")
def files(scene, tmp_path_factory):
    return write_scene(scene, tmp_path_factory.mktemp("scene"))


def features(path, layer):
    source = ogr.Open(str(path))
    return [(f.items(), f.GetGeometryRef().Clone()) for f in source.GetLayerByName(layer)]


def test_same_seed_same_bytes_and_another_seed_another_scene(files, tmp_path):
    again = write_scene(make_scene(SMALL), tmp_path)
    for name, path in files.items():
        assert path.read_bytes() == again[name].read_bytes(), name
    other = make_scene(replace(SMALL, seed=6))
    assert (other.image != gdal.Open(str(files["orthophoto"])).ReadAsArray()).mean() > 0.5


def test_files_share_one_projected_crs_and_corner(scene, files):
    photo, dem = gdal.Open(str(files["orthophoto"])), gdal.Open(str(files["dem"]))
    assert photo.GetGeoTransform() == scene.geotransform
    assert photo.GetGeoTransform()[1] == 1.5 and photo.GetGeoTransform()[5] == -1.25
    assert (dem.RasterXSize, dem.RasterYSize) == (68, 53)  # a third, rounded up
    assert dem.GetGeoTransform()[0::3] == scene.geotransform[0::3]
    assert dem.GetGeoTransform()[1] == pytest.approx(4.5)
    source = ogr.Open(str(files["slides"]))
    slides = source.GetLayerByName("slides").GetSpatialRef()
    assert photo.GetSpatialRef().IsProjected() and photo.GetSpatialRef().IsSame(slides)


def burned(polygons, place, shape):
    """Pixels (rows, cols) whose centre lies in one of the polygons."""
    return mask_of(polygons, Grid(shape[1], shape[0], place, ""))


def test_written_polygons_burn_to_the_mask(scene, files):
    polygons = [
        wkb.loads(bytes(g.ExportToWkb())) for _, g in features(files["slides"], "slides")
    ]
    assert polygons and np.array_equal(
        burned(polygons, scene.geotransform, scene.mask.shape), scene.mask
    )
    assert scene.mask.sum() * 1.5 * 1.25 == pytest.approx(
        sum(p.area for p in polygons), rel=0.02
    )


def test_slides_keep_apart_and_come_with_as_many_look_alikes(scene):
    everything = scene.outlines + scene.look_alikes
    assert all(p.is_valid for p in everything)
    assert not any(
        a.intersects(b) for i, a in enumerate(everything) for b in everything[:i]
    )
    assert len(scene.look_alikes) >= len(scene.outlines) - 2 >= 2


def test_slides_lie_in_the_slope_window_and_the_height_model_falls_along_them(scene):
    west, cell, _, north, _, step = scene.dem_geotransform
    for worn in scene.slides:
        assert 13 < worn.slope < 47
        (x0, y0), (x1, y1) = (
            worn.slide.outline.point(0.05),
            worn.slide.outline.point(0.95),
        )
        top, low = (
            scene.dem[int(y / -step), int(x / cell)] for x, y in ((x0, y0), (x1, y1))
        )
        assert 8 < np.degrees(np.arctan((top - low) / np.hypot(x1 - x0, y1 - y0))) < 50


def test_attributes_say_kind_age_and_visibility(scene, files):
    rows = [items for items, _ in features(files["slides"], "slides")]
    assert all(
        SMALL.ages[0] <= row["age"] <= SMALL.ages[1] and 0 < row["visibility"] < 1
        for row in rows
    )
    assert {row["kind"] for row in rows} <= {"rotational", "flow", "loess"}
    written = json.loads(files["parameters"].read_text(encoding="utf-8"))
    assert written["settings"]["seed"] == 5 and len(written["slides"]) == len(rows)
    assert "fixture" in written["note"]


def test_a_slide_moves_about_as_much_as_it_leaves_behind(scene):
    grid = SceneGrid(SMALL.height, SMALL.width, *SMALL.spacing)
    for worn in scene.slides:
        change = failed(worn.slide, grid, worn.slope)
        gain, loss = change[change > 0].sum(), -change[change < 0].sum()
        assert loss > 0 and 1.0 < gain / loss < 1.45
        inside = burned(
            [worn.slide.outline.polygon().buffer(2.5)],
            (0, grid.dx, 0, 0, 0, grid.dy),
            grid.shape,
        )
        assert not change[~inside].any()


def test_visibility_of_the_same_slide_falls_with_age(scene):
    grid = SceneGrid(SMALL.height, SMALL.width, *SMALL.spacing)
    terrain = make_terrain(grid, "mountain", np.random.default_rng((SMALL.seed, 0)))
    for worn in scene.slides[:2]:
        seen = [
            emplace([replace(worn.slide, age=age)], terrain, grid)[1][0].visibility
            for age in (50, 5e3, 6e4)
        ]
        assert seen == sorted(seen, reverse=True) and seen[-1] < 0.8 * seen[0]


def test_colours_inside_and_outside_grow_alike_with_age():
    def contrast(ages):
        scene = make_scene(replace(SMALL, ages=ages, slides=8))
        image = scene.image.astype(float).mean(0)
        around = (
            burned(
                [p.buffer(12) for p in scene.outlines],
                scene.geotransform,
                scene.mask.shape,
            )
            & ~scene.mask
        )
        around &= ~burned(
            [p.buffer(2) for p in scene.look_alikes], scene.geotransform, scene.mask.shape
        )
        return abs(image[scene.mask].mean() - image[around].mean()) / image[around].std()

    young, old = contrast((5.0, 10.0)), contrast((50_000.0, 60_000.0))
    assert young > 0.4 and old < 0.3 and old < 0.4 * young


@pytest.fixture(scope="module")
def turned():
    return make_scene(replace(SMALL, collar="zero", rotation=20.0))


@pytest.mark.parametrize("collar", ["nodata", "alpha", "zero"])
def test_collar_is_empty_and_the_rest_is_not(collar, turned, tmp_path):
    scene = replace(
        turned, settings=replace(turned.settings, collar=collar)
    )  # collars differ in the files only
    photo = gdal.Open(str(write_scene(scene, tmp_path)["orthophoto"]))
    bands = photo.ReadAsArray()
    assert 0.3 < scene.valid.mean() < 0.8 and not scene.valid[0, 0]
    assert np.array_equal((bands[:3] > 0).all(0), scene.valid) and np.array_equal(
        (bands[:3] > 0).any(0), scene.valid
    )
    assert photo.GetRasterBand(1).GetNoDataValue() == (0 if collar == "nodata" else None)
    assert len(bands) == (4 if collar == "alpha" else 3)
    if collar == "alpha":
        assert photo.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand
        assert np.array_equal(bands[3], np.where(scene.valid, 255, 0))
    if collar != "zero":
        assert np.array_equal(
            photo.GetRasterBand(1).GetMaskBand().ReadAsArray() > 0, scene.valid
        )
    assert not scene.mask[~scene.valid].any() and scene.mask.any()
    assert (scene.dem == DEM_NODATA).any()


def test_sixteen_bits_use_more_than_eight():
    image = make_scene(replace(SMALL, dtype="uint16", width=96, height=80)).image
    assert image.dtype == np.uint16 and 1000 < image.max() <= 3500


def test_a_scene_may_hold_no_landslide():
    scene = make_scene(replace(SMALL, slides=0, style="loess", epsg=32633))
    assert (
        not scene.mask.any()
        and scene.outlines == []
        and scene.look_alikes
        and scene.epsg == 32633
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"style": "karst"},
        {"width": 8},
        {"ages": (5.0, 1.0)},
        {"collar": "white"},
        {"dtype": "int8"},
        {"pixel_size": 0.0},
        {"slides": -1},
        {"epsg": 4326},
        {"epsg": 1},
    ],
)
def test_wrong_settings_are_named(wrong):
    with pytest.raises(
        MrifeError, match=str(next(iter(wrong.values()))).strip("()").split(",")[0]
    ):
        replace(SMALL, **wrong)


def test_command_line_writes_a_scene(tmp_path, capsys):
    assert (
        main(
            [
                str(tmp_path / "out"),
                "--seed",
                "1",
                "--width",
                "97",
                "--height",
                "71",
                "--pixel-size",
                "2",
            ]
        )
        == 0
    )
    paths = json.loads(capsys.readouterr().out)
    assert gdal.Open(paths["orthophoto"]).ReadAsArray().shape == (3, 71, 97)


def test_filled_ground_drains_and_loses_no_water():
    rng = np.random.default_rng(1)
    z, base = rng.random((30, 41)) * 10, np.zeros((30, 41), bool)
    base[:, 20] = True
    filled = fill(z, base)
    flow = route(filled, 2.0, base, rng)
    assert (filled >= z).all() and (filled.ravel()[flow.receiver] < filled.ravel())[
        ~base.ravel()
    ].all()
    assert flow.area[base.ravel()].sum() == pytest.approx(30 * 41 * 4.0)


def test_diffusion_keeps_the_volume_and_spreads_as_the_law_says():
    grid = SceneGrid(101, 121, 2.0, 1.0)
    z = np.zeros(grid.shape, np.float32)
    z[50, 60] = 1.0
    worn = diffuse(z, grid, 18.0)
    assert worn.sum() == pytest.approx(1.0, rel=1e-4)
    assert (worn * (grid.x[None, :] - grid.x[60]) ** 2).sum() == pytest.approx(
        2 * 18.0, rel=1e-3
    )
    assert (worn * (grid.y - grid.y[50]) ** 2).sum() == pytest.approx(2 * 18.0, rel=1e-3)


def test_splines_reproduce_a_slope_and_cells_stay_within_their_size():
    coarse, fine = SceneGrid(20, 24, 4.0, 4.0, -8.0, -8.0), SceneGrid(50, 60, 1.0, 1.0)
    plane = 0.3 * coarse.x[None, :] - 0.2 * coarse.y
    assert np.allclose(
        resample(plane, coarse, fine), 0.3 * fine.x[None, :] - 0.2 * fine.y, atol=1e-3
    )
    pattern = cells(fine, np.random.default_rng(0), 7.0)
    assert (
        pattern.distance.max() < 7.0 * 1.5
        and pattern.border.min() >= 0
        and 0 <= pattern.value.min()
    )
    field = noise(fine, np.random.default_rng(0), 2.0, 20.0)
    assert abs(field.mean()) < 1e-3 and field.std() == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("name", ["orthophoto.tif", "dem.tif"])
def test_a_scene_that_cannot_be_written_is_said(tmp_path, name):
    (tmp_path / name / "in the way").mkdir(parents=True)
    with pytest.raises(MrifeError, match=f"{name}' cannot be written"):
        write_scene(make_scene(SMALL), tmp_path)
