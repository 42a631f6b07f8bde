# SPDX-License-Identifier: GPL-2.0-or-later
"""Elevation in the network: planes of known ground, turned with it, blind where it is
missing, and what it adds.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from torch.nn import functional as F

from models.contract import NO_IMAGE
from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.augmentation import modality_dropout, random_crop
from models.training.chips import IGNORE, Chip
from models.training.masking import upsample
from models.training.network import Mrife
from models.training.sampler import Sampler
from models.training.settings import Settings
from models.training.terrain_channels import (
    CHANNELS,
    MISSING,
    NO_HEIGHT,
    PLANES,
    TerrainFusion,
    terrain_channels,
)
from models.training.views import two_views

torch.set_num_threads(1)  # the cores have other work

SIDE, PIXEL = 40, 5.0


def tilted(
    east: float, north: float, side: int = SIDE, pixel: float = PIXEL
) -> torch.Tensor:
    """(1, 1, side, side) metres of a plane that dips towards (east, north), as steep
    as that vector is long.
    """
    row, column = torch.meshgrid(*2 * [torch.arange(float(side))], indexing="ij")
    return (1500 - pixel * (east * column - north * row))[None, None]


def hills(seed: int = 0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return 400 * F.interpolate(
        torch.rand(1, 1, 6, 6, generator=rng),
        (SIDE, SIDE),
        mode="bicubic",
        align_corners=True,
    )


def named(elevation: torch.Tensor, pixel: float = PIXEL) -> dict[str, torch.Tensor]:
    planes = terrain_channels(elevation, pixel)
    assert planes.shape == (len(elevation), CHANNELS, *elevation.shape[2:])
    return dict(zip(PLANES, planes.unbind(1)))


def inner(plane: torch.Tensor, margin: int = 9) -> torch.Tensor:
    return plane[..., margin:-margin, margin:-margin]


@pytest.mark.parametrize(
    "toward",
    [(1, 0), (-1, 0), (0, 1), (0, -1), (0.6, 0.8)],
    ids=["east", "west", "north", "south", "oblique"],
)
@pytest.mark.parametrize("degrees", [10, 45])
def test_planes_of_a_tilted_plane(toward, degrees):
    steep = math.tan(math.radians(degrees))
    planes = {
        name: inner(p)
        for name, p in named(tilted(steep * toward[0], steep * toward[1])).items()
    }
    fall = math.sin(math.radians(degrees))
    expected = dict.fromkeys(set(PLANES) - {"relief", "hillshade"}, 0)
    expected |= {
        "slope": degrees / 45,
        "slope_east": fall * toward[0],
        "slope_north": fall * toward[1],
        "valid": 1,
    }
    for name, value in expected.items():
        assert (planes[name] - value).abs().max() < 5e-3, name


def test_curvature_has_its_direction_and_sign():
    """A ridge that runs from north to south bends across it, not along it, and stands
    above its surroundings.
    """
    east = torch.arange(SIDE) - SIDE / 2 + 0.5
    ridge = (-0.02 * PIXEL * east**2).expand(1, 1, SIDE, SIDE)
    planes = named(ridge)
    flank = np.s_[..., 10:-10, 25:30]
    assert (
        planes["profile_curvature"][flank] + 5 * 0.04
    ).abs().max() < 0.02  # second derivative, times 5
    assert planes["plan_curvature"][flank].abs().max() < 0.01
    assert (inner(planes["tpi_near"]) > 0).all() and (inner(planes["tpi_far"]) > 0).all()
    away = (east[:, None] ** 2 + east**2).sqrt()
    cone, ring = named(-PIXEL * away[None, None]), (away > 8) & (away < 17)
    assert cone["profile_curvature"][0, ring].abs().max() < 0.06
    assert (
        cone["plan_curvature"][0, ring] + 5 / away[ring]
    ).abs().max() < 0.05  # 1 / radius, in every direction


def test_light_comes_from_the_north_and_noise_is_rough():
    dips = {
        "flat": (0, 0),
        "north": (0, 0.5),
        "south": (0, -0.5),
        "east": (0.5, 0),
        "west": (-0.5, 0),
    }
    light = {
        name: inner(named(tilted(*dip))["hillshade"]).mean() for name, dip in dips.items()
    }
    assert (
        light["south"] < light["east"] < light["north"]
        and light["south"] < light["flat"] < light["north"]
    )
    assert torch.isclose(light["east"], light["west"])
    torch.manual_seed(0)
    assert (
        named(tilted(0.3, 0) + PIXEL * torch.randn(1, 1, SIDE, SIDE))["roughness"].mean()
        > 0.5
    )


def test_absolute_height_and_unit_of_length_do_not_matter():
    ground = hills()
    assert torch.allclose(
        terrain_channels(ground, PIXEL), terrain_channels(ground + 2000, PIXEL), atol=2e-3
    )
    assert torch.allclose(
        terrain_channels(ground, PIXEL),
        terrain_channels(3 * ground, 3 * PIXEL),
        atol=1e-4,
    )
    assert not torch.allclose(
        terrain_channels(ground, PIXEL), terrain_channels(3 * ground, PIXEL), atol=0.1
    )


# how the ground is turned, and the new downslope vector (east, north) of the old one
TURNED = {
    "quarter": (lambda x: torch.rot90(x, 1, (-2, -1)), lambda e, n: (-n, e)),
    "half": (lambda x: torch.rot90(x, 2, (-2, -1)), lambda e, n: (-e, -n)),
    "left-right": (lambda x: x.flip(-1), lambda e, n: (-e, n)),
    "top-bottom": (lambda x: x.flip(-2), lambda e, n: (e, -n)),
}


@pytest.mark.parametrize("name", TURNED)
def test_directions_turn_with_the_ground(name):
    turn, vector = TURNED[name]
    before, after = named(hills()), named(turn(hills()))
    east, north = vector(turn(before["slope_east"]), turn(before["slope_north"]))
    assert east.std() > 0.1 and north.std() > 0.1
    assert torch.allclose(after["slope_east"], east, atol=1e-4)
    assert torch.allclose(after["slope_north"], north, atol=1e-4)
    for p in set(PLANES) - {
        "slope_east",
        "slope_north",
        "hillshade",
    }:  # of no direction, apart from the sun's
        assert torch.allclose(after[p], turn(before[p]), atol=1e-3), p


def test_missing_pixels_and_their_neighbours_read_zero():
    ground = tilted(0.5, 0.2)
    ground[..., 20, 20] = MISSING
    planes = terrain_channels(ground, PIXEL)
    around = planes[0, :, 19:22, 19:22]
    assert (around[:-1] == 0).all() and around[-1].sum() == 8
    assert planes[0, -1].sum() == SIDE**2 - 1 and planes.abs().max() < 4
    whole, slope = terrain_channels(tilted(0.5, 0.2), PIXEL), PLANES.index("slope")
    away = planes[0, slope].clone()
    away[19:22, 19:22] = whole[0, slope, 19:22, 19:22]
    assert torch.allclose(away, whole[0, slope], atol=1e-4)


def test_nothing_but_missing_is_nothing_and_flat_ground_is_finite():
    assert (terrain_channels(torch.full((2, 1, 16, 16), MISSING), PIXEL) == 0).all()
    flat = torch.full((1, 1, 16, 16), 800.0, requires_grad=True)
    planes = terrain_channels(flat, PIXEL)
    planes.sum().backward()
    assert planes.isfinite().all() and flat.grad.isfinite().all()


def network(**changes) -> Mrife:
    torch.manual_seed(0)
    model = Mrife(Settings(**{**SLIM, "crop": 64, "pixel_size": PIXEL, **changes})).eval()
    torch.nn.init.normal_(model.decoder.head.weight, std=1.0)
    return model


def raw(elevation: torch.Tensor) -> torch.Tensor:
    return torch.cat(
        [
            255 * torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1)),
            elevation,
        ],
        1,
    )


ROLLING, NONE = (
    tilted(0.5, 0.1, 64) + 20 * torch.sin(torch.arange(64.0)),
    torch.full((1, 1, 64, 64), MISSING),
)


@torch.no_grad()
@pytest.mark.parametrize("fusion", ["early", "mid"])
def test_a_fresh_network_pays_no_heed_to_elevation(fusion):
    model = network(dem=fusion)
    assert torch.equal(model(raw(ROLLING)), model(raw(NONE)))
    new = model.terrain.gate if fusion == "mid" else model.encoder.conv1.weight[:, 3:]
    assert (new == 0).all()
    new.fill_(3.0)
    assert (model(raw(ROLLING)) - model(raw(NONE))).abs().max() > 1e-3


def test_early_planes_start_at_zero_beside_pretrained_weights_too(tmp_path):
    state = {
        **Mrife(Settings(encoder="resnet18")).encoder.state_dict(),
        "fc.weight": torch.zeros(1),
    }
    torch.save(state, tmp_path / "r18.pth")
    model = Mrife(
        Settings(encoder="resnet18", dem="early", pretrained=str(tmp_path / "r18.pth"))
    )
    assert torch.equal(model.encoder.conv1.weight[:, :3], state["conv1.weight"])
    assert (model.encoder.conv1.weight[:, 3:] == 0).all()


def test_the_gate_learns_although_it_starts_at_zero():
    fusion = TerrainFusion(64, 8, width=8)
    fusion(
        torch.randn(2, 64, 4, 4), torch.randn(2, CHANNELS, 32, 32)
    ).square().sum().backward()
    assert fusion.gate.grad.abs().sum() > 0


@pytest.mark.parametrize("way", ["joint", "image"])
def test_elevation_is_hidden_with_the_image_or_not_at_all(way):
    settings = Settings(
        **ARMS["A4"], **SLIM, crop=64, batch=2, revisit=1, dem="early", mask_dem=way
    )
    model, seen = Mrife(settings), []
    features = model.features
    model.features = lambda x, dropped=None: seen.append(x) or features(x, dropped)
    clean = 1 + torch.rand(2, 3 + CHANNELS, 64, 64)
    units = torch.zeros(2, 4, 4, dtype=torch.bool)
    units[:, 1, 2] = True
    hidden = upsample(units, 16)
    two_views(model, clean, hidden, upsample(units, 2), settings)
    masked = seen[1].masked_select(hidden).view(2, 3 + CHANNELS, -1)
    assert torch.equal(seen[0], clean) and (masked[:, :3] == 0).all()
    assert torch.equal(seen[1].masked_select(~hidden), clean.masked_select(~hidden))
    assert (masked[:, 3:] == 0).all() if way == "joint" else (masked[:, 3:] >= 1).all()


@pytest.mark.parametrize("fusion", ["early", "mid"])
def test_the_file_takes_plain_elevation(tmp_path, fusion):
    pytest.importorskip("onnx")
    from models.contract import Contract
    from models.inference.detector import Detector
    from models.training.model_file import export_onnx

    model = network(dem=fusion)
    if fusion == "mid":
        torch.nn.init.normal_(model.terrain.gate, std=600.0)
    else:
        torch.nn.init.normal_(model.encoder.conv1.weight, std=0.1)
    contract = Contract(bands=("red", "green", "blue", "elevation"), window=64)
    both = torch.cat(
        [raw(ROLLING), raw(NONE), raw(torch.where(ROLLING > 1450, ROLLING, MISSING))]
    )
    assert export_onnx(model, tmp_path / "m.onnx", contract, samples=both.numpy()) < 1e-3
    answer = Detector(str(tmp_path / "m.onnx"), device="cpu")(both.numpy())
    with torch.no_grad():
        assert np.abs(answer - model(both)[:, 0].sigmoid().numpy()).max() < 1e-3
    assert np.abs(answer[0] - answer[1]).max() > 0.005


def chip(landslide: bool, side: int = 150) -> Chip:
    mask = torch.zeros(1, side, side)
    mask[:, 40:80, 40:80] = 255 * landslide
    bands = torch.full((3, side, side), 100.0)
    return Chip("plane", landslide, torch.cat([bands, tilted(0.4, 0.3, side)[0], mask]))


def test_a_zoomed_crop_keeps_its_slopes():
    """Slope 0.5 everywhere but at the seams of mirrored ground; its direction is one
    of eight.
    """
    steep = math.atan(0.5) / (math.pi / 4)
    for seed in range(12):
        crop = random_crop(chip(True), 64, np.random.default_rng(seed), elevated=True)
        scored = (
            -F.max_pool2d(F.pad(-(crop[-1:] != IGNORE).float()[None], (3,) * 4), 7, 1)
            > 0.5
        )
        planes = named(crop[None, 3:4])
        assert (
            scored.any()
            and (planes["slope"][scored[:, 0]] / steep - 1).abs().max() < 0.08
        )
        assert planes["slope"][scored[:, 0]].mean() == pytest.approx(steep, rel=0.03)
        vector = sorted(
            abs(planes[p][scored[:, 0]].median().item()) / math.sin(math.atan(0.5))
            for p in ("slope_east", "slope_north")
        )
        assert vector == pytest.approx([0.6, 0.8], abs=0.03)


def test_a_gap_stays_a_gap_when_zoomed():
    hole = chip(True)
    hole.pixels[3, 60:64, 60:64] = MISSING
    found = 0
    for seed in range(12):
        height = random_crop(hole, 64, np.random.default_rng(seed), elevated=True)[3]
        found += bool((height == MISSING).any())
        assert (
            (height == MISSING) | (height > 200)
        ).all()  # no blend of metres and the mark of a gap
    assert found > 3


def test_heights_beside_a_gap_are_heights_at_every_zoom():
    """Level ground of 1000 m, some cells without a height."""
    pixels = torch.full((5, 160, 160), 1000.0)
    gaps = np.random.default_rng(0).random((160, 160)) < 0.001
    pixels[3][torch.from_numpy(gaps)] = MISSING
    pixels[4] = 0
    chip = Chip("level", False, pixels)
    for seed in range(40):
        heights = random_crop(chip, 96, np.random.default_rng(seed), elevated=True)[3]
        known = heights[heights > NO_HEIGHT]
        assert known.max() - known.min() < 0.01


def test_some_crops_are_shown_without_elevation():
    settings = Settings(dem="early", crop=32, batch=20, dem_dropout=0.3, mining=False)
    sampler, gone = Sampler(settings, [chip(True), chip(False)]), []
    for step in range(20):
        batch = sampler.draw(step)
        assert batch.strong.shape == (20, 4, 32, 32) and torch.equal(
            batch.strong[:, 3], batch.weak[:, 3]
        )
        missing = (batch.strong[:, 3] == MISSING).flatten(1)
        assert torch.equal(
            missing.all(1), missing.any(1)
        )  # a whole crop or nothing of it
        gone += missing.all(1).tolist()
    assert 0.24 < np.mean(gone) < 0.36


def settings_of(dem: float, image: float) -> Settings:
    return Settings(dem="early", dem_dropout=dem, image_dropout=image)


def test_no_crop_is_shown_without_image_and_without_elevation():
    rng = np.random.default_rng(0)
    elevation = tilted(0.1, 0).repeat(8, 1, 1, 1)
    image = torch.full((8, 3, SIDE, SIDE), 90.0)
    shown, unseen = modality_dropout(image, elevation, settings_of(0.0, 0.0), rng)
    assert torch.equal(shown, elevation) and not unseen.any()
    shown, unseen = modality_dropout(image, elevation, settings_of(1.0, 0.0), rng)
    assert (shown == MISSING).all() and not unseen.any()
    shown, unseen = modality_dropout(image, elevation, settings_of(0.0, 1.0), rng)
    assert torch.equal(shown, elevation) and unseen.all()
    shown, unseen = modality_dropout(image, elevation, settings_of(0.5, 0.5), rng)
    lacks_heights = (shown == MISSING).flatten(1).all(1)
    assert torch.equal(lacks_heights, ~unseen.flatten()) and 0 < lacks_heights.sum() < 8
    # what a crop lacks anyway stays missing, and the other part is then shown
    bare = torch.full_like(image, NO_IMAGE)
    shown, unseen = modality_dropout(bare, elevation, settings_of(1.0, 0.0), rng)
    assert torch.equal(shown, elevation) and unseen.all()
    flat = torch.full_like(elevation, MISSING)
    assert not modality_dropout(image, flat, settings_of(0.0, 1.0), rng)[1].any()
    none, unseen = modality_dropout(image, elevation[:, :0], settings_of(1.0, 0.0), rng)
    assert none.shape[1] == 0 and not unseen.any()


def test_a_missing_image_reads_as_the_mean_whatever_the_camera_does():
    ground = torch.cat(
        [
            torch.full((3, 80, 80), NO_IMAGE),
            tilted(0.3, 0.1, 80)[0],
            255 * (torch.arange(80.0) < 30).expand(1, 80, 80),
        ]
    )
    settings = Settings(
        **{**SLIM, "crop": 32, "batch": 6, "dem": "early", "negatives": 0.0},
        sensors=1.0,
        islands=0.5,
    )
    batch = Sampler(settings, [Chip("plateau", True, ground)]).draw(0)
    for view in (batch.strong, batch.weak):
        assert (view[:, :3] == NO_IMAGE).all()
        assert (network(dem="early", crop=32).normalise(view)[:, :3] == 0).all()
    assert (batch.strong[:, 3] > MISSING).any()


def test_shares_without_image_and_without_elevation_leave_every_crop_something():
    with pytest.raises(MrifeError, match="0.7 and 0.4 of the crops"):
        settings_of(0.7, 0.4)
