# SPDX-License-Identifier: GPL-2.0-or-later
"""What goals are set for, measured through the plugin's own path: a function a ground, of
the file that is asked, the data folder and that of kept scenes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ..evaluation.components import component_maxima
from ..evaluation.intervals import Interval, bootstrap
from ..evaluation.pixel_metrics import ConfusionCounts, called
from ..geo.files import grid_of, open_raster
from ..scenes.files import DEM_NODATA
from ..training.datasets import MARS_COLUMNS
from ..training.images import rows
from ..training.landscapes import MOLDAVIA_ROWS, heights_on, plateau_mask
from ..training.scene_dataset import SCENES, kept_scene
from .benchmark import jinsha
from .cases import windows
from .plugin_run import PluginRun, in_memory
from .recall_by_visibility import slide_rows, true_and_false

COLLAR = 96  # pixels of missing ground around a window that is an island
SCENE_PIXEL_M = 1.6
OLD_YEARS = 5000.0  # of a slide that counts as old
FALSE_SHARE = 0.2  # of the objects, at which the recall of old slides is read


def bijie_test(file: str, data: str, scenes: Path) -> dict:
    """The off-centre windows of the test counties, as they are and as islands; remarks:
    95 % intervals over draws of the images that windows are of.
    """
    plugin = PluginRun(file)
    threshold = plugin.contract.threshold
    counts = ConfusionCounts()
    by_image: dict[str, np.ndarray] = {}  # sums of `outcome`: as they are, as islands
    for case in windows(data, "test"):
        as_it_is = plugin.on_image(case.image).probability
        as_island = plugin.on_image(case.image, COLLAR).probability
        counts.add(as_it_is, case.truth, not case.landslide)
        both = [outcome(seen, case.truth, threshold) for seen in (as_it_is, as_island)]
        by_image[case.name] = by_image.get(case.name, 0) + np.concatenate(both)
    pixels = np.stack(list(by_image.values()))  # (images, 6)
    iou = bootstrap(pixels, lambda sums: share_hit(sums[..., :3]))
    precision = bootstrap(pixels, lambda sums: share_hit(sums[..., :2]))
    islands = bootstrap(
        pixels, lambda sums: share_hit(sums[..., :3]) - share_hit(sums[..., 3:])
    )
    return {
        "iou": iou.value,
        "precision": precision.value,
        "painted": counts.false_windows(threshold),
        "calibration": counts.calibration_error(),
        "islands": islands.value,
        "IoU, 95 %": ends(iou),
        "precision, 95 %": ends(precision),
        "loss as islands, 95 %": ends(islands),
    }


def outcome(probability: np.ndarray, truth: np.ndarray, threshold: float) -> np.ndarray:
    """(3,) numbers of pixels: landslide that is called so, ground that is, landslide that
    is not.
    """
    guess = called(probability, threshold)
    hit = np.sum(guess & truth)
    return np.array([hit, np.sum(guess) - hit, np.sum(truth) - hit])


def share_hit(sums: np.ndarray) -> np.ndarray:
    """The first of sums (..., k) as a share of all: IoU of hits, false and missed pixels,
    precision of hits and false ones; NaN of none.
    """
    with np.errstate(invalid="ignore"):
        return sums[..., 0] / sums.sum(-1)


def ends(interval: Interval) -> list[float]:
    """NaN where images are too few for an interval."""
    return [round(interval.low, 4), round(interval.high, 4)]


def counties(file: str, data: str, scenes: Path) -> dict[str, float]:
    """By how much the counties left out lie below the test counties; `file` is what
    `python -m models folds` wrote.
    """
    scores = json.loads(Path(file).read_text(encoding="utf-8"))
    return {"folds": scores["mean_iou"]}


def gorge_image(file: str, data: str, scenes: Path) -> dict[str, float]:
    """Stretch B from its image."""
    line = jinsha(file, data, "B")
    return {
        "iou": line["iou"],
        "calibration": line["calibration_error"],
        "found": line["found"],
        "false": line["false_per_km2"],
    }


def gorge_elevation(file: str, data: str, scenes: Path) -> dict[str, float]:
    """Stretch B from its image and its surface model."""
    line = jinsha(file, data, "B", elevation=True)
    return {
        "iou": line["iou"],
        "found": line["found"],
        "false": line["false_per_km2"],
    }


def moldavia_test(file: str, data: str, scenes: Path) -> dict[str, float]:
    """The southern part of the plateau, from elevation alone, and what its slope alone and
    boosted trees score there.
    """
    from .terrain_floors import slope_floor, trees_floor  # SciPy only for these

    path = Path(data) / "moldavia" / "west_dem_20m.tif"
    grid = grid_of(open_raster(str(path)))
    truth = plateau_mask(data, grid)
    part = slice(*MOLDAVIA_ROWS["test"])
    plugin = PluginRun(file)
    counts = ConfusionCounts()
    counts.add(plugin.on_raster(str(path)).probability[part], truth[part])
    heights = heights_on(path, grid)
    remarks = {"average_precision": round(counts.average_precision(), 4)}
    floors = {"slope": slope_floor, "boosted trees": trees_floor}
    for name, floor in floors.items():
        for figure, value in floor(heights, truth)._asdict().items():
            remarks[f"{name}: {figure}"] = round(value, 4)
    return {"iou": counts.at(plugin.contract.threshold).iou, **remarks}


def searched(plugin: PluginRun, image: str, dem: str) -> np.ndarray:
    """(H, W) probability of an RGB raster with its elevation model, or of that alone where
    the network takes nothing else.
    """
    if plugin.contract.image_bands:
        return plugin.on_raster(image, (1, 2, 3), dem).probability
    return plugin.on_raster(dem).probability


def mars_test(file: str, data: str, scenes: Path) -> dict:
    """The tiles of the eastern columns; remark: the 95 % interval over draws of them."""
    plugin = PluginRun(file)
    folder = Path(data) / "mars-mmlsv2"
    first, last = MARS_COLUMNS["test"]
    tiles = []
    for row in rows(folder / "split.csv"):
        if not first <= float(row["tile_column"]) <= last:
            continue
        tile = open_raster(str(folder / "images" / row["file"]))
        truth = open_raster(str(folder / "masks" / row["file"])).ReadAsArray() > 0
        bands = tile.ReadAsArray()
        place = (tile.GetGeoTransform(), tile.GetProjection())
        image = in_memory("mars", bands[:3].clip(0, 255).astype(np.uint8), *place)
        dem = in_memory("mars-dem", bands[4:5].astype(np.float32), *place)
        probability = searched(plugin, image, dem)
        tiles.append(outcome(probability, truth, plugin.contract.threshold))
    iou = bootstrap(np.stack(tiles), share_hit)
    return {"iou": iou.value, "IoU, 95 %": ends(iou)}


def old_slides(file: str, data: str, scenes: Path) -> dict[str, float]:
    """Recall of the old slides of made-up scenes, at the lowest threshold at which one
    object in five is false or fewer.
    """
    plugin = PluginRun(file)
    maps = []
    for seed in SCENES["test"]:
        names = ("image", "dem", "mask", "label", "kind", "visibility", "age", "area")
        image, heights, mask, *slides = kept_scene(scenes, seed, SCENE_PIXEL_M, names)
        size = SCENE_PIXEL_M
        place = (500000.0, size, 0.0, 3000000.0, 0.0, -size)
        cell = size * mask.shape[1] / heights.shape[1]
        coarse = (500000.0, cell, 0.0, 3000000.0, 0.0, -cell)
        raster = in_memory("scene", image, place)
        dem = in_memory("scene-dem", heights[None], coarse, nodata=DEM_NODATA)
        probability = on_pixels(searched(plugin, raster, dem), mask.shape)
        maps.append((probability, mask, slides))
    return recall_of_old(maps, plugin.contract.seed)


def on_pixels(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Values of an elevation model's cells at the pixels (H, W) of an image of the same
    ground.
    """
    rows, cols = (
        np.arange(count) * across // count for count, across in zip(shape, values.shape)
    )
    return values[np.ix_(rows, cols)]


def recall_of_old(maps: list[tuple], seed: float) -> dict[str, float]:
    """Of (probability (H, W), mask (H, W), the slides as `slide_rows` takes them): the
    largest share of old slides half covered with at most FALSE_SHARE of the objects
    false. As polygons do, an object reaches `seed` somewhere.
    """
    best = {"recall": 0.0, "threshold": 1.0}
    for threshold in np.arange(0.02, 1.0, 0.04):
        objects = np.zeros(2)
        hits = []
        for probability, mask, slides in maps:
            painted = reaching(probability, threshold, seed)
            objects += true_and_false(painted, mask, SCENE_PIXEL_M**2)
            hits += [
                row["painted"] >= 0.5
                for row in slide_rows(painted, *slides)
                if row["age_years"] >= OLD_YEARS
            ]
        recall = float(np.mean(hits))
        if objects[1] <= FALSE_SHARE * objects.sum() and recall > best["recall"]:
            best = {"recall": recall, "threshold": round(float(threshold), 2)}
    return best


def reaching(probability: np.ndarray, threshold: float, seed: float) -> np.ndarray:
    """(H, W) bool: components at or above the threshold that reach the seed, or the
    threshold where that is higher.
    """
    mask = called(probability, threshold)
    return mask & called(component_maxima(probability, mask), max(threshold, seed))
