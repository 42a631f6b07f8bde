# SPDX-License-Identifier: GPL-2.0-or-later
"""The review loop from end to end on a made-up pair of sheets, with a picture of each step:
what docs/walkthrough.md shows. A run that was stopped goes on with the step it was at.

    MRIFE_PYTHON=.venv/bin/python /usr/bin/python3 tests/tools/walkthrough.py build/walkthrough docs/walkthrough

The geologist is played by the true outlines of the scene: a candidate of which half lies on
a slide is confirmed, any other rejected, and slides that no confirmed one covers by half are drawn.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from osgeo import gdal
from picture import TRUTH, draw
from plugin_in_qgis import dialog_picture, made_scene, stand_in_for_the_window, started
from qgis.core import (
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

WIDTH = 1536  # pixels of a sheet
SCENE = ("--seed", "11", "--width", str(2 * WIDTH), "--height", "1536", "--slides", "48")
SURVEY_SHARE = 0.5  # of a candidate on a slide, and of a slide under a candidate


class Sheets:
    """Two sheets of one scene: image, elevation and what truly slid there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        scene = made_scene(folder, SCENE)
        self.dem = str(scene / "dem.tif")
        self.images = []
        self.slides = []
        for number in (1, 2):
            image = folder / f"sheet {number}.tif"
            slides = folder / f"slides of sheet {number}.gpkg"
            if not slides.exists():
                window = [WIDTH * (number - 1), 0, WIDTH, 1536]
                source = str(scene / "orthophoto.tif")
                gdal.Translate(str(image), source, srcWin=window)
                cut(str(scene / "slides.gpkg"), str(slides), str(image))
            self.images.append(str(image))
            self.slides.append(str(slides))


def cut(source: str, target: str, image: str) -> None:
    """The polygons inside an image."""
    dataset = gdal.Open(image)
    west, across, _, north, _, down = dataset.GetGeoTransform()
    east = west + across * dataset.RasterXSize
    south = north + down * dataset.RasterYSize
    corners = [str(corner) for corner in (west, south, east, north)]
    options = ["-clipsrc", *corners, "-nlt", "PROMOTE_TO_MULTI"]
    gdal.VectorTranslate(target, source, options=options)


def truth(path: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(path, "slides", "ogr")
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(TRUTH)))
    return layer


def play_the_geologist(review: str, slides: str) -> dict:
    """Decide on every candidate, and draw what is missed; counts of each."""
    layer = styled(f"{review}|layername=review")
    known = [f.geometry().makeValid() for f in truth(slides).getFeatures()]
    ground = QgsGeometry.unaryUnion(known)
    status = layer.fields().indexOf("status")
    counts = {"confirmed": 0, "rejected": 0, "drawn": 0}
    confirmed = []
    layer.startEditing()
    for feature in layer.getFeatures():
        outline = feature.geometry().makeValid()
        word = "rejected"
        if share(outline, ground) >= SURVEY_SHARE:
            word = "confirmed"
            confirmed.append(outline)
        counts[word] += 1
        layer.changeAttributeValue(feature.id(), status, word)
    for slide in known:
        if any(share(slide, outline) >= SURVEY_SHARE for outline in confirmed):
            continue
        feature = QgsFeature(layer.fields())
        feature.setGeometry(slide)
        feature["status"] = "confirmed"
        layer.addFeature(feature)
        counts["drawn"] += 1
    if not layer.commitChanges():
        sys.exit(str(layer.commitErrors()))
    return counts


def share(polygon: QgsGeometry, other: QgsGeometry) -> float:
    """Of a polygon that lies on another."""
    return polygon.intersection(other).area() / polygon.area()


class Loop:
    """The steps, each done once; `facts` is what they found."""

    def __init__(self, folder: Path, pictures: Path) -> None:
        self.folder = folder
        self.pictures = pictures
        self.sheets = Sheets(folder)
        self._file = folder / "facts.json"
        self.facts = {}
        if self._file.exists():
            self.facts = json.loads(self._file.read_text())

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def step(self, name: str, algorithm: str, **parameters: object) -> dict:
        """Run an algorithm, once."""
        import processing

        if name in self.facts:
            return self.facts[name]
        begin = time.monotonic()
        feedback = QgsProcessingFeedback()
        context = QgsProcessingContext()
        results = processing.run(
            f"mrife:{algorithm}", parameters, context=context, feedback=feedback
        )
        facts = {
            key: value
            for key, value in results.items()
            if isinstance(value, (int, float, str))
        }
        facts["minutes"] = round((time.monotonic() - begin) / 60, 2)
        Path(self.path(f"{name}.log")).write_text(feedback.textLog())
        return self.keep(name, facts)

    def keep(self, name: str, facts: dict) -> dict:
        self.facts[name] = facts
        self._file.write_text(json.dumps(self.facts, indent=1))
        return facts

    def dialog(self, name: str, algorithm: str, **parameters: object) -> None:
        """A picture of an algorithm's dialog with its parameters filled in."""
        dialog_picture(str(self.pictures / f"{name}.png"), algorithm, parameters)

    def map(self, name: str, layers: list, image: str) -> None:
        """A picture of layers on an image."""
        ground = QgsRasterLayer(image, "image")
        draw([*layers, ground], str(self.pictures / f"{name}.jpg"), 720)


def styled(path: str) -> QgsVectorLayer:
    """A layer with the style that lies beside it or in it."""
    layer = QgsVectorLayer(path, Path(path).stem, "ogr")
    if not layer.isValid():
        sys.exit(f"'{path}' cannot be opened")
    return layer


def run(loop: Loop) -> None:
    first, second = loop.sheets.images
    here, there = loop.sheets.slides
    dem = loop.sheets.dem
    found = loop.path("candidates 1.gpkg")
    loop.step("1 detect", "detect", INPUT=first, DEM=dem, OUTPUT=found)
    loop.map("1-candidates", [truth(here), styled(found)], first)
    review = loop.path("review 1.gpkg")
    loop.step("2 preparereview", "preparereview", INPUT=found, OUTPUT=review)
    if "2 decisions" not in loop.facts:
        loop.keep("2 decisions", play_the_geologist(review, here))
    loop.map("2-review", [styled(review)], first)
    inventory = loop.path("inventory 1.gpkg")
    lesson = loop.path("training 1.gpkg")
    kept = dict(INVENTORY=inventory, TRAINING=lesson)
    loop.step("3 applyreview", "applyreview", INPUT=review, DEM=dem, **kept)
    loop.map("3-inventory", [styled(inventory)], first)
    tuned = loop.path("mine.onnx")
    taught = dict(INPUTS=[first], POLYGONS=lesson, WHOLE_EXTENT=True, DEM=dem)
    written = dict(OUTPUT_MODEL=tuned, REPORT=loop.path("mine.html"))
    loop.dialog("4-dialog", "train", **taught, **written)
    loop.step("4 train", "train", **taught, **written)
    earlier = again(loop, "before", second, there, {})
    later = again(loop, "after", second, there, {"MODEL": tuned})
    changes = loop.path("changes.gpkg")
    loop.step("7 compare", "compare", EARLIER=earlier, LATER=later, OUTPUT=changes)
    loop.map("7-changes", [styled(changes)], second)


def again(loop: Loop, name: str, image: str, slides: str, model: dict) -> str:
    """Detect on the next sheet, and hold it against what truly slid there."""
    found = loop.path(f"candidates 2 {name}.gpkg")
    probability = loop.path(f"probability 2 {name}.tif")
    outputs = {"OUTPUT": found, "PROBABILITY": probability}
    loop.step(
        f"5 detect {name}", "detect", INPUT=image, DEM=loop.sheets.dem, **outputs, **model
    )
    loop.map(f"5-{name}", [truth(slides), styled(found)], image)
    loop.step(
        f"6 evaluate {name}",
        "evaluate",
        INPUT=found,
        PROBABILITY=probability,
        REFERENCE=slides,
        REPORT=loop.path(f"evaluation {name}.html"),
    )
    return found


def main(folder: str, pictures: str) -> None:
    plugin = started()
    stand_in_for_the_window()
    for place in (folder, pictures):
        Path(place).mkdir(parents=True, exist_ok=True)
    loop = Loop(Path(folder).resolve(), Path(pictures).resolve())
    run(loop)
    print(json.dumps(loop.facts, indent=1))
    plugin.unload()
    os._exit(0)  # QGIS may fall over its own objects on the way out


if __name__ == "__main__":
    main(*sys.argv[1:])
