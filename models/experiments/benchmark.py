# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model file scores on images it has not seen, run through the plugin's own
`pipeline.detect`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch
from osgeo import gdal
from shapely.geometry import shape
from torch.nn import functional as F

from ..answers import say
from ..evaluation.pixel_metrics import ConfusionCounts, Scores
from ..training.bijie import NATIVE
from ..training.datasets import load_chips
from ..training.landscapes import UNKNOWN
from ..training.settings import Settings
from .cases import Case, whole, windows
from .plugin_run import Detection, PluginRun
from .result_files import write_rows
from .scene_objects import SceneObjects

BLIND_DRAWS = 2000  # windows whose mean a predictor says that never looks
# pixels left out in the west and in the north of a scene: where windows come to lie
# moves its figures
WHOLE = (0, 0)
CUTS = (WHOLE, (30, 60), (60, 20), (90, 90), (15, 105), (105, 45))


def score(cases: Iterator[Case], plugin: PluginRun) -> dict[str, ConfusionCounts]:
    """Counts of all cases, of those with a landslide, and of the polygons."""
    counts = {
        "all": ConfusionCounts(),
        "landslides": ConfusionCounts(),
        "polygons": ConfusionCounts(),
    }
    for case in cases:
        detection = plugin.on_image(case.image)
        negative = not case.landslide
        counts["all"].add(detection.probability, case.truth, negative)
        if case.landslide:
            counts["landslides"].add(detection.probability, case.truth)
        counts["polygons"].add(detection.mask().astype(float), case.truth, negative)
    return counts


def blind(data: str, cases: Iterator[Case]) -> dict[str, ConfusionCounts]:
    """What a predictor scores that never looks: the mean mask of random windows of the
    training images.
    """
    rng = np.random.default_rng(0)
    chips = load_chips(Settings(data=data, pixel_size=NATIVE * 2), "train")
    side = (32, 32)
    total = torch.zeros(1, 1, *side)
    for i in rng.integers(len(chips), size=BLIND_DRAWS):
        mask = chips[i].pixels[-1:]
        h, w = (max(8, int(n * rng.uniform(0.5, 0.8))) for n in mask.shape[1:])
        y, x = (int(rng.integers(max(1, n - m))) for n, m in zip(mask.shape[1:], (h, w)))
        total += F.interpolate(
            mask[None, :, y : y + h, x : x + w].float() / 255,
            size=side,
            mode="area",
        )
    mean = total / total.max()
    counts = {"all": ConfusionCounts(), "landslides": ConfusionCounts()}
    for case in cases:
        guess = F.interpolate(
            mean, size=case.truth.shape, mode="bilinear", align_corners=False
        )[0, 0].numpy()
        counts["all"].add(guess, case.truth, not case.landslide)
        if case.landslide:
            counts["landslides"].add(guess, case.truth)
    return counts


def row(name: str, counts: ConfusionCounts, scores: Scores) -> dict:
    """One line of a table; `negatives_painted`: share of the images without landslide
    painted by more than 1 %.
    """
    painted = None
    if counts.negatives:
        painted = round(counts.false_windows(scores.threshold), 4)
    return {
        "what": name,
        "threshold": round(scores.threshold, 3),
        "precision": round(scores.precision, 4),
        "recall": round(scores.recall, 4),
        "f1": round(scores.f1, 4),
        "iou": round(scores.iou, 4),
        "average_precision": round(counts.average_precision(), 4),
        "calibration_error": round(counts.calibration_error(), 4),
        "negatives_painted": painted,
    }


def polygon_row(name: str, counts: ConfusionCounts) -> dict:
    """The same for drawn polygons, which have no probability to rank or calibrate."""
    return row(name, counts, counts.at(0.5)) | {
        "threshold": None,
        "average_precision": None,
        "calibration_error": None,
    }


def bijie(model: str, data: str, split: str) -> Iterator[dict]:
    """The table of one model on one split, row by row; the blind rows have their
    threshold chosen in their favour.
    """
    plugin = PluginRun(model)
    threshold = plugin.contract.threshold

    def at_threshold(name: str, counts: ConfusionCounts) -> dict:
        return row(name, counts, counts.at(threshold))

    floor = blind(data, windows(data, split))
    yield row("blind, windows with negatives", floor["all"], floor["all"].best())
    yield row("blind, landslide windows", floor["landslides"], floor["landslides"].best())
    counts = score(windows(data, split), plugin)
    yield at_threshold("windows with negatives", counts["all"])
    yield at_threshold("landslide windows", counts["landslides"])
    yield polygon_row("windows with negatives, polygons", counts["polygons"])
    counts = score(whole(data, split), plugin)
    yield at_threshold("whole images with negatives", counts["all"])
    yield at_threshold("whole landslide images", counts["landslides"])
    yield polygon_row("whole images with negatives, polygons", counts["polygons"])
    counts = score(whole(data, split, "masks_original"), plugin)
    yield at_threshold("whole landslide images, published masks", counts["landslides"])


def gorge(
    data: str,
    region: str,
    plugin: PluginRun,
    elevation: bool = False,
    cut: tuple[int, int] = WHOLE,
) -> tuple[Detection, np.ndarray]:
    """What the plugin finds on one stretch of the Jinsha gorge, with its surface model
    where it may have it or takes nothing else, and (H, W) labels, UNKNOWN where nobody
    looked; `cut` of CUTS.
    """
    folder = Path(data) / "jinsha"
    names = [f"region_{region}_{what}.tif" for what in ("labels", "rgb", "dsm")]
    labels, image, dem = (cut_off(folder / name, cut) for name in names)
    label = gdal.Open(labels).ReadAsArray()
    if not plugin.contract.image_bands:
        return plugin.on_raster(dem), label
    if not elevation:
        dem = None
    return plugin.on_raster(image, dem=dem), label


def cut_off(path: Path, cut: tuple[int, int]) -> str:
    """The path of a raster, if there is one, without its first columns and rows."""
    if cut == WHOLE or not path.exists():
        return str(path)
    source = gdal.Open(str(path))
    columns, rows_off = cut
    left = [source.RasterXSize - columns, source.RasterYSize - rows_off]
    part = f"/vsimem/cut-{path.stem}.vrt"
    gdal.Translate(part, source, format="VRT", srcWin=[*cut, *left])
    return part


def jinsha(
    model: str,
    data: str,
    region: str,
    elevation: bool = False,
    cut: tuple[int, int] = WHOLE,
    most_false: float | None = None,
) -> dict:
    """One georeferenced 0.5 m scene of another landscape: pixels, and objects of at
    least half common area; with its surface model where `elevation` says so. With
    `most_false` also what is found by as many of the surest candidates as leave no more
    false ones a km2.
    """
    plugin = PluginRun(model)
    folder = Path(data) / "jinsha"
    detection, label = gorge(data, region, plugin, elevation, cut)
    pixels = ConfusionCounts()
    has_label = label != UNKNOWN
    pixels.add(
        detection.probability[has_label],
        (label[has_label] == 1) | (label[has_label] == 2),
    )
    features = json.loads((folder / f"region_{region}_landslides.geojson").read_text())[
        "features"
    ]
    kinds = np.array([f["properties"]["source_class"] for f in features])
    landslides = [shape(f["geometry"]).buffer(0) for f in features]
    _, across, _, _, _, down = detection.grid.geotransform
    labelled_km2 = has_label.sum() * abs(across * down) / 1e6
    objects = SceneObjects(detection, landslides, labelled_km2)
    found = objects.found()
    line = row(f"Jinsha {region}", pixels, pixels.at(plugin.contract.threshold))
    line["drawn"] = len(detection.polygons)
    line["false_per_km2"] = objects.false_per_km2()
    line["found"] = int(found.sum())
    for kind in np.unique(kinds).tolist():
        of_kind = found[kinds == kind]
        line[f"found_class_{kind}"] = f"{of_kind.sum()} of {len(of_kind)}"
    if most_false is not None:
        seed = objects.seed_for(most_false)
        line["seed_for_false"] = round(seed, 3)
        line["found_for_false"] = int(objects.found(seed).sum())
    return line


def jinsha_cuts(
    model: str,
    data: str,
    region: str,
    elevation: bool = False,
    most_false: Sequence[float] = (),
) -> Iterator[dict]:
    """The scene as it is and cut off in several places, and the mean of the figures: one
    of them alone hangs on where windows come to lie. `most_false` for each of CUTS.
    """
    lines = []
    for cut, limit in zip_longest(CUTS, most_false):
        line = jinsha(model, data, region, elevation, cut, limit)
        line["what"] += f", without {cut[0]} columns and {cut[1]} rows"
        lines.append(line)
        yield line
    means = {
        name: round(float(np.mean([line[name] for line in lines])), 4)
        for name, value in lines[0].items()
        if isinstance(value, (int, float))
    }
    yield {**dict.fromkeys(lines[0]), "what": f"Jinsha {region}, mean", **means}


def main(argv: list[str] | None = None) -> None:
    """`python -m models benchmark --model FILE --data DIR --split SPLIT [--csv FILE]
    [--cuts] [--elevation] [--most-false N ...]`: one JSON line a row.

    SPLIT is val or test for Bijie, jinsha_A or jinsha_B for a scene of another landscape:
    with `--cuts` also cut off in several places, with `--elevation` with its surface model,
    with `--most-false` also what the surest candidates find, no more than N of them false
    a km2; with `--cuts` an N for each, as another model's rows say.
    """
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    for name in ("model", "data", "split"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--csv")
    parser.add_argument("--cuts", action="store_true", help="of a scene: several")
    parser.add_argument("--elevation", action="store_true", help="of a scene: with it")
    parser.add_argument(
        "--most-false", type=float, nargs="*", default=[], help="false ones a km2"
    )
    arguments = parser.parse_args(argv)
    limits = len(arguments.most_false)
    if limits not in (0, len(CUTS) if arguments.cuts else 1):
        parser.error("--most-false takes one number, with --cuts one for each of them")
    table = []
    place, _, region = arguments.split.partition("_")
    known = ("jinsha",) if region else ("train", "val", "test")
    if place not in known:
        parser.error("--split takes train, val or test, or jinsha_ and a region")
    scene = (arguments.model, arguments.data, region, arguments.elevation)
    if not region:
        lines = bijie(arguments.model, arguments.data, place)
    elif arguments.cuts:
        lines = jinsha_cuts(*scene, arguments.most_false)
    else:
        lines = [jinsha(*scene, WHOLE, *arguments.most_false)]
    for line in lines:
        say(**line)
        table.append(line)
    if arguments.csv:
        write_rows(arguments.csv, table)
