# SPDX-License-Identifier: GPL-2.0-or-later
"""Images of made-up slides in real terrain: textures of training images alone, slides in
light and shade, image, heights and mask on the same pixels.
"""

from __future__ import annotations

from pathlib import Path

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from samples import write_raster

from models.errors import MrifeError
from models.scenes.fields import SceneGrid, gradient, noise
from models.training import relief, relief_images
from models.training.bijie import split_rows
from models.training.relief_images import (
    decoys,
    kept_textures,
    photographed,
    relief_image_chips,
    square,
    textured,
)
from models.training.settings import Settings
from models.training.terrain_channels import MISSING
from models.training.textures import (
    PATCH,
    PIXEL,
    Texture,
    quilt,
    texture_rows,
    textures,
)

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the real data are not beside this checkout"
)
GREY = Texture(np.full((3, 96, 96), 120, np.float32), np.array([120.0, 120, 120, 0]))


def hills(cells=130, cell=5.0):
    """Heights (cells, cells) in metres of ridges that slides find steep enough."""
    grid = SceneGrid(cells, cells, cell, cell)
    ridges = 60 * np.sin(grid.x[None] / 70) + 15 * noise(
        grid, np.random.default_rng(3), 3.0, 300.0, 30.0
    )
    return (800 + ridges + 0 * grid.y).astype(np.float32)


def tile(folder, heights, cell=5.0):
    """Its path in a data folder."""
    path = folder / "dem-backgrounds" / "hills.tif"
    path.parent.mkdir(exist_ok=True)
    place = (500000.0, cell, 0.0, 3000000.0, 0.0, -cell)
    write_raster(path, heights, place, nodata=MISSING)
    return path


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder of one tile and of images large enough, and nothing remembered."""
    monkeypatch.setattr(bijie, "SIDE", 240)
    monkeypatch.setattr("models.training.textures.MOST_GLARE", 3.0)  # of its stripes
    monkeypatch.setattr(relief, "TILES", ("hills",))
    monkeypatch.setattr(relief, "DRAWS", 1)
    bijie.make(tmp_path, per_kind=3)
    tile(tmp_path, hills())
    photographed.cache_clear()
    kept_textures.cache_clear()
    yield tmp_path
    photographed.cache_clear()
    kept_textures.cache_clear()


def grey_square(data, draw=0):
    """The same square with landslides and without, under one grey texture."""
    path = data / "dem-backgrounds" / "hills.tif"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relief_images, "kept_textures", lambda *_: [GREY])
        photographed.cache_clear()
        slid = photographed(path, str(data), "", draw)
        patch.setattr(relief_images, "slides_in", lambda *_: [])
        photographed.cache_clear()
        plain = photographed(path, str(data), "", draw)
    return slid, plain


def test_slides_show_in_light_and_shade_where_the_mask_is(data):
    (image, heights, mask, valid), (before, ground, none, _) = grey_square(data)
    assert image.shape == (3, *heights.shape) and image.dtype == np.uint8
    assert 0.02 < mask.mean() < 0.5 and not none.any() and not mask[~valid].any()
    changed = np.abs(heights - ground)
    lighter = np.abs(image.mean(0) - before.mean(0))
    assert changed[mask].mean() > 10 * changed[valid & ~mask].mean()
    assert lighter[mask].mean() > 3 * lighter[valid & ~mask].mean()
    assert lighter[mask].mean() > 3.0  # of 255


def test_the_light_lies_on_the_heights(data):
    (image, heights, _, _), _ = grey_square(data)
    dzdx, dzdy = gradient(heights, SceneGrid(*heights.shape, PIXEL, PIXEL))

    def unexplained(shift):
        light = np.roll(image.mean(0), shift, 1)[20:-20, 20:-20].ravel()
        forms = [part[20:-20, 20:-20].ravel() for part in (dzdx, dzdy)]
        forms = np.stack([*forms, forms[0] ** 2, forms[1] ** 2, np.ones(len(light))], 1)
        fit = forms @ np.linalg.lstsq(forms, light, rcond=None)[0]
        return float(((light - fit) ** 2).mean() / light.var())

    assert unexplained(0) < 0.5 * min(unexplained(-6), unexplained(6))


def test_only_training_images_without_landslides_give_textures(data):
    settings = Settings(data=str(data))
    assert {row["id"] for row in texture_rows(settings)} == {
        "train_03",
        "train_04",
        "train_05",
    }
    for path in (data / "bijie" / "images").glob("*.jpg"):
        if path.stem not in ("train_03", "train_04", "train_05"):
            path.unlink()
    chips = relief_image_chips(settings, "train")
    assert {chip.landslide for chip in chips} == {True, False}


@needs_data
@pytest.mark.parametrize("fold", ["", "nayong", "block-1"])
def test_no_image_that_judges_gives_a_texture(fold):
    settings = Settings(data=str(DATA), fold=fold)
    rows = texture_rows(settings)
    assert len(rows) > 500
    assert {row["split"] for row in rows} == {"train"}
    assert {row["sensor_group"] for row in rows} == {"main"}
    assert {row["kind"] for row in rows} == {"negative"}
    judging = {
        row["id"] for part in ("val", "test") for row in split_rows(settings, part)
    }
    assert not judging & {row["id"] for row in rows}


def test_a_seed_says_everything(data):
    path = data / "dem-backgrounds" / "hills.tif"
    first = photographed(path, str(data), "", 0)
    photographed.cache_clear()
    kept_textures.cache_clear()
    again = photographed(path, str(data), "", 0)
    assert all(np.array_equal(a, b) for a, b in zip(first, again))
    other = photographed(path, str(data), "", 1)
    assert not np.array_equal(first[2], other[2])


def test_chips_hold_image_heights_and_mask_and_are_for_training(data):
    settings = Settings(data=str(data), dem="early")
    assert relief_image_chips(settings, "val") == []
    chips = relief_image_chips(settings, "train")
    assert all(chip.pixels.shape[0] == 5 for chip in chips)
    assert all((chip.pixels[3] > MISSING).all() for chip in chips)
    assert all((chip.pixels[:3] >= 0).all() for chip in chips)
    image_alone = relief_image_chips(Settings(data=str(data)), "train")
    assert image_alone[0].pixels.dtype == torch.uint8
    assert torch.equal(image_alone[0].pixels[:3].float(), chips[0].pixels[:3])


def test_borders_of_land_use_also_lie_where_no_slide_is(data, monkeypatch):
    kept = {}

    def noted(terrain, grid, slides, rng):
        kept["slides"] = [slide.outline.polygon() for slide in slides]
        kept["decoys"] = [o.polygon() for o in decoys(terrain, grid, slides, rng)]
        return []

    monkeypatch.setattr(relief_images, "decoys", noted)
    photographed(data / "dem-backgrounds" / "hills.tif", str(data), "", 0)
    assert kept["slides"] and kept["decoys"]
    assert not any(a.intersects(b) for a in kept["decoys"] for b in kept["slides"])


def test_a_fine_tile_is_averaged_and_a_coarse_one_smooth(tmp_path):
    fine = square(tile(tmp_path, hills(600, 1.0), 1.0), np.random.default_rng(0))
    assert fine.shape == (375, 375)
    coarse = square(tile(tmp_path, hills()), np.random.default_rng(0))
    assert coarse.shape == (406, 406)
    bends = np.abs(np.diff(coarse, 2, axis=1))
    # no facets: bends are no sharper where cells meet
    assert np.percentile(bends, 99.9) < 6 * bends.mean()
    assert coarse.mean() == pytest.approx(hills().mean(), abs=0.5)


def test_squares_keep_clear_of_missing_heights(tmp_path):
    heights = hills()
    heights[:20] = MISSING
    found = square(tile(tmp_path, heights), np.random.default_rng(0))
    assert found.shape == (344, 344) and found.min() > 600
    heights[60] = MISSING
    with pytest.raises(MrifeError, match="no square of 500 m without missing heights"):
        square(tile(tmp_path, heights), np.random.default_rng(0))


def test_what_is_missing_is_named(data):
    settings = Settings(data=str(data))
    for row in texture_rows(settings):
        (data / "bijie" / "images" / f"{row['id']}.jpg").unlink()
    with pytest.raises(MrifeError, match="train_03.jpg is missing"):
        textures(settings)
    (data / "dem-backgrounds" / "hills.tif").unlink()
    with pytest.raises(MrifeError, match="hills.tif is missing"):
        relief_image_chips(settings, "train")
    (data / "bijie" / "split.csv").unlink()
    with pytest.raises(MrifeError, match="must hold bijie/split.csv"):
        textures(settings)


def test_images_too_small_for_a_texture_are_said(tmp_path):
    with pytest.raises(MrifeError, match="no texture in .*, of 192 pixels"):
        textures(Settings(data=bijie.make(tmp_path, per_kind=2)))


def test_a_quilt_shows_no_seams():
    rng = np.random.default_rng(0)
    image = 100 + 20 * noise(SceneGrid(150, 150, 1.0, 1.0), rng, 2.5, 30.0)
    sheet = quilt([np.repeat(image[None], 3, 0)], np.ones((300, 280), bool), rng)
    assert sheet.shape == (3, 300, 280) and sheet.min() > 0
    steps = np.abs(np.diff(sheet[0], axis=1)).mean(0)
    assert steps.max() < 2 * np.median(steps)
    one = quilt([np.full((3, PATCH, PATCH), 7.0)], np.ones((100, 100), bool), rng)
    assert np.allclose(one, 7.0)


def test_land_uses_share_the_ground_softly():
    uses = np.zeros((200, 200), int)
    uses[:, 100:] = 1
    black = Texture(GREY.pixels * 0 + 20, np.array([20.0, 20, 20, 0]))
    rng = np.random.default_rng(2)
    picture = textured(uses, [GREY, black], rng)
    assert picture.min() > 19 and picture.max() < 121
    assert np.abs(np.diff(picture, axis=2)).max() < 60
