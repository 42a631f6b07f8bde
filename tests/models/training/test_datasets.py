# SPDX-License-Identifier: GPL-2.0-or-later
"""Where images come from: parts that share no ground, elevation where there is some,
sentences for what is wrong.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import small_scenes

from models.contract import NO_IMAGE, Contract
from models.errors import MrifeError
from models.geo.files import grid_of
from models.inference.plan import plan
from models.inference.raster import Raster
from models.training.blocks import parts
from models.training.datasets import load_chips, load_windows, pixel_sizes
from models.training.images import opened
from models.training.landscapes import MOLDAVIA_ROWS, gorge_stretch, heights_on
from models.training.scene_dataset import SCENE_BLOCKS, SCENES, stored_scene
from models.training.settings import BLOCKS, Settings
from models.training.terrain_channels import MISSING, terrain_channels

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the real data are not beside this checkout"
)


@needs_data
def test_mars_parts_share_no_tile_and_keep_a_column_between_them():
    settings = Settings(data=str(DATA), sources=("mars",), pixel_size=232.0, dem="early")
    names = {
        part: {chip.name for chip in load_chips(settings, part)}
        for part in ("train", "val", "test")
    }
    columns = {
        part: sorted(int(name[3:8]) for name in found) for part, found in names.items()
    }
    assert (
        columns["train"][-1] + 2 <= columns["val"][0]
        and columns["val"][-1] + 2 <= columns["test"][0]
    )
    assert all(len(found) > 20 for found in names.values())
    chip = load_chips(settings, "val")[0]
    assert chip.pixels.shape == (5, 128, 128) and chip.pixels.dtype == torch.float32
    assert chip.pixels[3].max() > 300 and set(chip.pixels[4].unique().tolist()) <= {
        0.0,
        255.0,
    }


@needs_data
def test_bijie_counties_stay_apart():
    settings = Settings(data=str(DATA))
    parts = [
        {window.name for window in load_windows(settings, part)}
        for part in ("val", "test")
    ]
    assert not parts[0] & parts[1] and len(parts[1]) == 391
    assert not parts[1] & {chip.name for chip in load_chips(settings, "train")}


@needs_data
def test_the_gorge_is_learned_from_one_stretch_at_its_own_pixel_size():
    settings = Settings(data=str(DATA), sources=("jinsha",))
    chips = load_chips(settings, "train")
    assert {chip.source for chip in chips} == {"jinsha"}
    assert {chip.name.split("-")[0] for chip in chips} == {"A"}
    assert not load_chips(settings, "val") and not load_windows(settings, "val")
    whole, known = gorge_stretch(settings, "A")
    # 2304 x 2176 pixels of 0.5 m, of which 47 % show ground and 10 % are landslides
    assert whole.shape == (4, 680, 720) and known.shape == (680, 720)
    assert known.float().mean() == pytest.approx(0.472, abs=0.003)
    slide = (whole[3] > 0) & known
    assert slide.float().mean() == pytest.approx(0.103, abs=0.003)
    # missing ground is no longer black, but for what mirrors a shadow
    assert (whole[:3].float().mean(0)[~known] > 20).float().mean() > 0.95
    for chip in chips:
        assert bool(((chip.pixels[3] > 0) & chip.valid).any()) == chip.landslide
        assert chip.valid.float().mean() >= 0.2


def test_a_stretch_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MrifeError, match="region_A_rgb.tif is missing"):
        load_chips(Settings(data=str(tmp_path), sources=("jinsha",)), "train")


@needs_data
def test_choices_are_made_on_the_sources_that_judge():
    settings = Settings(data=str(DATA), sources=("bijie", "moon"), judges=("bijie",))
    assert len(load_windows(settings, "val")) == 260


@needs_data
def test_mars_keeps_its_pixels_and_slopes_in_a_run_at_another_size():
    own, other = (
        load_chips(
            Settings(data=str(DATA), sources=("mars",), pixel_size=size, dem="early"),
            "val",
        )[0].pixels
        for size in (232.0, 1.6)
    )
    assert own.shape == other.shape == (5, 128, 128)
    assert torch.equal(own[:3], other[:3]) and torch.equal(own[4], other[4])
    as_inference = terrain_channels(own[None, 3:4], 232.0)
    assert torch.allclose(
        terrain_channels(other[None, 3:4], 1.6), as_inference, atol=2e-3
    )


@needs_data
def test_the_plateau_has_elevation_alone_in_parts_400_m_apart():
    settings = Settings(data=str(DATA), sources=("moldavia",), dem="early")
    (val,), (test,) = (load_windows(settings, part) for part in ("val", "test"))
    assert val.truth.shape == (46, 240) and test.truth.shape == (150, 240)
    # cells of 20 m inside outlines, which cover 5.7 % of the sheet
    assert (val.truth.sum(), test.truth.sum()) == (840, 3279)
    rows = [MOLDAVIA_ROWS[part] for part in ("train", "val", "test")]
    assert all(b[0] - a[1] >= 20 for a, b in zip(rows, rows[1:]))
    chips = load_chips(settings, "train")
    assert {chip.landslide for chip in chips} == {True, False}
    assert all((chip.pixels[:3] == NO_IMAGE).all() for chip in chips)
    assert pixel_sizes(settings) == ((), (20.0,))
    form = replace(settings, channels=0, sources=("moldavia", "scenes"))
    assert pixel_sizes(form) == ((), (1.6, 20.0))
    path = DATA / "moldavia" / "west_dem_20m.tif"
    heights = heights_on(path, grid_of(opened(path)))[350:]
    assert torch.allclose(
        terrain_channels(test.pixels[None, 3:4], 1.6),
        terrain_channels(torch.from_numpy(heights)[None, None], 20.0),
        atol=2e-3,
    )
    with pytest.raises(MrifeError, match="elevation and no image; train with dem"):
        load_chips(Settings(data=str(DATA), sources=("moldavia",)), "train")


@needs_data
def test_a_block_of_the_plateau_and_of_mars_is_left_out_of_what_trains():
    columns = []
    for fold in BLOCKS:
        held = Settings(data=str(DATA), sources=("mars",), dem="early", fold=fold)
        left_out, seen, test = (
            {int(chip.name[3:8]) for chip in load_chips(held, part)}
            for part in ("val", "train", "test")
        )
        assert min(abs(a - b) for a in left_out for b in seen) >= 2
        assert max(left_out | seen) + 2 <= min(test)
        columns += left_out
    assert len(columns) == len(set(columns)) == 44  # of 46, but for two gaps
    plains = replace(held, sources=("moldavia",))
    assert [w.truth.shape[0] for w in load_windows(plains, "val")] == [56]
    assert [w.truth.shape[0] for w in load_windows(plains, "train")] == [180, 54]
    assert [w.truth.shape[0] for w in load_windows(plains, "test")] == [150]


def test_scenes_are_left_out_by_thirds():
    thirds = [
        list(parts(Settings(fold=fold), "val", SCENES, SCENE_BLOCKS)[0])
        for fold in BLOCKS
    ]
    assert sorted(sum(thirds, [])) == [*SCENES["train"], *SCENES["val"]]
    seen = parts(Settings(fold="block-1"), "train", SCENES, SCENE_BLOCKS)
    assert [list(part) for part in seen] == thirds[1:]
    assert parts(Settings(fold="block-1"), "test", SCENES, SCENE_BLOCKS) == [
        SCENES["test"]
    ]


@needs_data
def test_the_gorge_has_the_heights_that_the_plugin_reads():
    settings = Settings(data=str(DATA), sources=("jinsha",), dem="early")
    pixels, known = gorge_stretch(settings, "A")
    assert pixels.shape == (5, 680, 720)
    contract = Contract(bands=("red", "green", "blue", "elevation"), pixel_size=1.6)
    folder = DATA / "jinsha"
    image, heights = (str(folder / f"region_A_{name}.tif") for name in ("rgb", "dsm"))
    raster = Raster(image, contract=contract, dem=heights)
    model_grid = plan(raster, contract).model_grid
    seen = raster.resized(model_grid).read(300, 40)
    assert torch.equal(
        pixels[3, 300:340][known[300:340]],
        torch.from_numpy(seen.pixels[3])[known[300:340]],
    )


def test_an_unknown_source_is_named():
    with pytest.raises(
        MrifeError,
        match="no source 'moon'; choose from bijie, jinsha, moldavia, mars, scenes, scenes-5m, "
        "scenes-10m, relief, relief-images",
    ):
        load_windows(Settings(sources=("moon",)), "val")


def test_scenes_come_in_tiles_with_elevation(tmp_path):
    small_scenes.keep(tmp_path / "scenes", 200, 200, slides=2)
    settings = Settings(out=str(tmp_path / "run"), sources=("scenes",), dem="mid")
    chips = load_chips(settings, "train")
    assert len(chips) == 4 * len(SCENES["train"]) and any(
        chip.landslide for chip in chips
    )
    assert chips[0].pixels.shape == (5, 192, 192) and (chips[0].pixels[3] > MISSING).all()
    assert load_windows(settings, "train")[0].truth.sum() == int(
        (chips[0].pixels[4] > 0).sum()
    )
    assert np.unique(chips[0].pixels[4]).tolist() in ([0.0], [0.0, 255.0])


def test_coarser_scenes_keep_their_pixels_and_slopes(tmp_path):
    small_scenes.keep(tmp_path / "scenes", 192, 192, slides=1, pixel_size=5.0)
    settings = Settings(
        out=str(tmp_path / "run"), sources=("scenes-5m",), channels=0, dem="early"
    )
    window = load_windows(settings, "val")[0]
    heights = stored_scene(tmp_path / "scenes", SCENES["val"][0], 5.0)[1]
    assert pixel_sizes(settings) == ((), (5.0,))
    assert torch.allclose(
        terrain_channels(window.pixels[None, :1], settings.pixel_size),
        terrain_channels(torch.from_numpy(heights)[None, None], 5.0),
        atol=2e-3,
    )
