# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model file scores on images it has not seen, run through the plugin's own
`predict` and outlines.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from osgeo import gdal, ogr, osr
from shapely import wkb
from shapely.geometry import shape
from shapely.ops import unary_union
from torch.nn import functional as F

from ..contract import Contract
from ..evaluation.pixel_metrics import ConfusionCounts, Scores
from ..geo.grid import LEVELS, NODATA, Strip
from ..inference.detector import Detector
from ..inference.plan import plan
from ..inference.predict import predict
from ..inference.probability import Probability, ProbabilityWriter
from ..inference.raster import Raster
from ..inventory.polygonize.candidate import Candidate
from ..inventory.polygonize.options import Thresholds
from ..inventory.polygonize.polygonize import Polygonizer
from ..training.datasets import NATIVE, load_chips, read, rows
from ..training.settings import Settings

PLACE = 32648  # EPSG code given to images without a place; only its metres matter


@dataclass(frozen=True)
class Case:
    """One image to be scored: `image` (C, H, W) uint8 and `truth` (H, W) bool at 0.8 m."""

    landslide: bool
    image: np.ndarray
    truth: np.ndarray


def windows(data: str, split: str) -> Iterator[Case]:
    """The fixed off-centre windows of a split, negatives included."""
    for row in rows(Path(data) / "bijie" / "eval_windows.csv"):
        if row["split"] == split:
            yield _case(
                data, row, tuple(int(row[key]) for key in ("x", "y", "width", "height"))
            )


def whole(data: str, split: str, masks: str = "masks") -> Iterator[Case]:
    """Whole images of the main sensor, with the corrected (`masks`) or the published
    (`masks_original`) outlines.
    """
    for row in rows(Path(data) / "bijie" / "split.csv"):
        if row["split"] == split and row["sensor_group"] == "main":
            yield _case(data, row, None, masks)


def _case(data: str, row: dict, box: tuple | None, masks: str = "masks") -> Case:
    image = read(Path(data) / "bijie" / "images" / f"{row['id']}.jpg", 1, box)
    truth = np.zeros(image.shape[1:], bool)
    if row["kind"] == "landslide":
        truth = read(Path(data) / "bijie" / masks / f"{row['id']}.png", 1, box)[0] > 127
    return Case(row["kind"] == "landslide", image, truth)


def answer(case: Case, detector: Detector) -> tuple[Raster, list[Strip]]:
    """The strips that the plugin would write for this image; pixels are squares of 0.8
    m somewhere in a UTM zone.
    """
    path = "/vsimem/case.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(
        path, case.image.shape[2], case.image.shape[1], len(case.image)
    )
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(PLACE)
    dataset.SetProjection(srs.ExportToWkt())
    dataset.SetGeoTransform((500000.0, NATIVE, 0.0, 3000000.0, 0.0, -NATIVE))
    dataset.WriteArray(case.image)
    dataset = None
    raster = Raster(
        path, range(1, 1 + len(detector.contract.image_bands)), detector.contract
    )
    strips = list(predict(raster, detector, plan(raster, detector.contract)))
    return raster, strips


def map_of(strips: list[Strip]) -> np.ndarray:
    """(H, W) probabilities; where the plugin says nothing it says no landslide."""
    levels = np.concatenate([strip.values for strip in strips])
    return np.where(levels == NODATA, 0, levels) / np.float32(LEVELS)


@contextmanager
def on_disk(raster: Raster, strips: list[Strip]) -> Iterator[Probability]:
    """The probability raster that the plugin would keep."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "probability.tif")
        with ProbabilityWriter(path, raster.grid) as writer:
            for strip in strips:
                writer.write(strip)
        with Probability(path) as probability:
            yield probability


def outlines(
    probability: Probability, strips: list[Strip], c: Contract
) -> Iterator[Candidate]:
    """What the plugin draws by default with the contract's threshold, seed and least
    area.
    """
    return Polygonizer(
        probability, probability.grid, Thresholds(c.threshold, c.seed, c.min_area)
    ).candidates(strips)


def painted(raster: Raster, strips: list[Strip], detector: Detector) -> np.ndarray:
    """(H, W) bool: inside the polygons that the plugin draws."""
    grid = raster.grid
    target = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1)
    target.SetGeoTransform(grid.geotransform)
    target.SetProjection(grid.wkt)
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("patches", grid.srs())
    with on_disk(raster, strips) as probability:
        for candidate in outlines(probability, strips, detector.contract):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkb(wkb.dumps(candidate.polygon)))
            layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, burn_values=[1])
    return target.ReadAsArray() > 0


def score(cases: Iterator[Case], detector: Detector) -> dict[str, ConfusionCounts]:
    """Tallies of all cases, of those with a landslide, and of the drawn polygons."""
    result = {
        "all": ConfusionCounts(),
        "landslides": ConfusionCounts(),
        "polygons": ConfusionCounts(),
    }
    for case in cases:
        raster, strips = answer(case, detector)
        probability = map_of(strips)
        result["all"].add(probability, case.truth, not case.landslide)
        if case.landslide:
            result["landslides"].add(probability, case.truth)
        result["polygons"].add(
            painted(raster, strips, detector).astype(float),
            case.truth,
            not case.landslide,
        )
    return result


def blind(
    data: str, cases: Iterator[Case], side: int = 32, draws: int = 2000
) -> dict[str, ConfusionCounts]:
    """What a predictor scores that never looks: the mean mask of random windows of the
    training images.
    """
    rng = np.random.default_rng(0)
    chips = load_chips(Settings(data=data, pixel_size=NATIVE * 2), "train")
    total = torch.zeros(1, 1, side, side)
    for i in rng.integers(len(chips), size=draws):
        mask = chips[i].pixels[-1:]
        h, w = (max(8, int(n * rng.uniform(0.5, 0.8))) for n in mask.shape[1:])
        y, x = (int(rng.integers(max(1, n - m))) for n, m in zip(mask.shape[1:], (h, w)))
        total += F.interpolate(
            mask[None, :, y : y + h, x : x + w].float() / 255,
            size=(side, side),
            mode="area",
        )
    mean = total / total.max()
    result = {"all": ConfusionCounts(), "landslides": ConfusionCounts()}
    for case in cases:
        guess = F.interpolate(
            mean, size=case.truth.shape, mode="bilinear", align_corners=False
        )[0, 0].numpy()
        result["all"].add(guess, case.truth, not case.landslide)
        if case.landslide:
            result["landslides"].add(guess, case.truth)
    return result


def row(name: str, tally: ConfusionCounts, scores: Scores) -> dict:
    """One line of a table; `negatives_painted`: share of the images without landslide
    painted by more than 1 %.
    """
    return {
        "what": name,
        "threshold": round(scores.threshold, 3),
        "precision": round(scores.precision, 4),
        "recall": round(scores.recall, 4),
        "f1": round(scores.f1, 4),
        "iou": round(scores.iou, 4),
        "average_precision": round(tally.average_precision(), 4),
        "calibration_error": round(tally.calibration_error(), 4),
        "negatives_painted": round(tally.false_windows(scores.threshold), 4)
        if tally.negatives
        else None,
    }


def polygon_row(name: str, tally: ConfusionCounts) -> dict:
    """The same for drawn polygons, which have no probability to rank or calibrate."""
    return row(name, tally, tally.at(0.5)) | {
        "threshold": None,
        "average_precision": None,
        "calibration_error": None,
    }


def bijie(model: str, data: str, split: str) -> Iterator[dict]:
    """The table of one model on one split, row by row; the blind rows have their
    threshold chosen in their favour.
    """
    detector = Detector(model, device="cpu")
    threshold = detector.contract.threshold
    floor = blind(data, windows(data, split))
    yield row("blind, windows with negatives", floor["all"], floor["all"].best())
    yield row("blind, landslide windows", floor["landslides"], floor["landslides"].best())
    found = score(windows(data, split), detector)
    yield row("windows with negatives", found["all"], found["all"].at(threshold))
    yield row("landslide windows", found["landslides"], found["landslides"].at(threshold))
    yield polygon_row("windows with negatives, polygons", found["polygons"])
    found = score(whole(data, split), detector)
    yield row("whole images with negatives", found["all"], found["all"].at(threshold))
    yield row(
        "whole landslide images", found["landslides"], found["landslides"].at(threshold)
    )
    yield polygon_row("whole images with negatives, polygons", found["polygons"])
    found = score(whole(data, split, "masks_original"), detector)
    yield row(
        "whole landslide images, published masks",
        found["landslides"],
        found["landslides"].at(threshold),
    )


def gorge(
    data: str, region: str, detector: Detector
) -> tuple[Raster, list[Strip], np.ndarray]:
    """One stretch of the Jinsha gorge: the raster, the plugin's answer, and (H, W)
    labels, 255 where none is known.
    """
    folder = Path(data) / "jinsha"
    c = detector.contract
    raster = Raster(str(folder / f"region_{region}_rgb.tif"), (), c)
    label = gdal.Open(str(folder / f"region_{region}_labels.tif")).ReadAsArray()
    return raster, list(predict(raster, detector, plan(raster, c))), label


def jinsha(model: str, data: str, region: str) -> dict:
    """One georeferenced 0.5 m scene of another landscape: pixels, and objects of at
    least half common area.
    """
    detector = Detector(model, device="cpu")
    c = detector.contract
    folder = Path(data) / "jinsha"
    raster, strips, label = gorge(data, region, detector)
    pixels = ConfusionCounts()
    known = label != 255
    pixels.add(map_of(strips)[known], (label[known] == 1) | (label[known] == 2))
    with on_disk(raster, strips) as probability:
        drawn = [candidate.polygon for candidate in outlines(probability, strips, c)]
    features = json.loads((folder / f"region_{region}_landslides.geojson").read_text())[
        "features"
    ]
    truth = [
        (f["properties"]["source_class"], shape(f["geometry"]).buffer(0))
        for f in features
    ]
    found = unary_union(drawn)
    mapped = unary_union([polygon for _, polygon in truth])
    hits = [
        (kind, polygon.intersection(found).area >= 0.5 * polygon.area)
        for kind, polygon in truth
    ]
    false = sum(
        polygon.intersection(mapped).area < 0.5 * polygon.area for polygon in drawn
    )
    ground = (
        known.sum() * abs(raster.grid.geotransform[1] * raster.grid.geotransform[5]) / 1e6
    )
    result = row(f"Jinsha {region}", pixels, pixels.at(c.threshold))
    result |= {"drawn": len(drawn), "false_per_km2": round(false / ground, 2)}
    for kind in sorted({kind for kind, _ in hits}):
        result[f"found_class_{kind}"] = "{} of {}".format(
            sum(h for k, h in hits if k == kind), sum(k == kind for k, _ in hits)
        )
    return result


def main(argv: list[str] | None = None) -> None:
    """`python -m models benchmark --model FILE --data DIR --split SPLIT [--csv FILE]`:
    one JSON line a row.

    SPLIT is val or test for Bijie, jinsha_A or jinsha_B for a scene of another landscape.
    """
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    for name in ("model", "data", "split"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--csv")
    chosen = parser.parse_args(argv)
    table = []
    place, _, region = chosen.split.partition("_")
    if not region:
        lines = bijie(chosen.model, chosen.data, place)
    else:
        lines = [jinsha(chosen.model, chosen.data, region)]
    for line in lines:
        print(json.dumps(line), flush=True)
        table.append(line)
    if chosen.csv:
        with open(chosen.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, table[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
