# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures of what a user sees: every dialog, closed and with its advanced parameters, the
batch dialogs, the toolbox, the icons at 16 pixels on light and dark, every output layer as legend, map and
table, the review's form. Pages (reports) only where QtWebKit is installed. To be looked at,
in English and Chinese, in each QGIS.

    MRIFE_PYTHON=.venv/bin/python python3 tests/tools/screenshots.py build/screenshots zh-Hans

PARTs after the language pick from dialogs, batch, toolbox, layers and pages; names of algorithms
after `layers` pick its steps, once all have run. What the steps make lies beside the languages.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from plugin_in_qgis import in_processing, made_scene, stand_in_for_the_window
from qgis.core import (
    QgsApplication,
    QgsDataProvider,
    QgsFeatureRequest,
    QgsLayerTreeModel,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import (
    QgsAttributeEditorContext,
    QgsDualView,
    QgsGui,
    QgsLayerTreeView,
    QgsMapCanvas,
    QgsProcessingToolboxProxyModel,
    QgsProcessingToolboxTreeView,
)
from qgis.PyQt.QtCore import QEventLoop, QSize, QTimer
from qgis.PyQt.QtGui import QColor, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QTabWidget, QWidget

from models.inventory.export.targets import SUFFIXES

SCENE = ("--seed", "7", "--width", "1536", "--height", "1024")
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced
SUPPORTS_BATCH = QgsProcessingAlgorithm.Flag.FlagSupportsBatch
DIALOG = (1000, 760)
BATCH = (1500, 400)
PARTS = ("dialogs", "batch", "toolbox", "layers", "pages")
MAP = 700  # pixels
TABLE = (1500, 330)


def wait(milliseconds: int = 250) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Gallery:
    """Pictures of one language in a folder of their own."""

    def __init__(self, plugin: object, folder: Path, language: str) -> None:
        self.algorithms = {one.name(): one for one in plugin.provider.algorithms()}
        self.folder = folder
        self.pictures = folder / language
        self.pictures.mkdir(parents=True, exist_ok=True)

    def save(self, widget: QWidget, name: str, size: tuple[int, int] = ()) -> None:
        """`size` where a dialog would take that of the last one of its kind."""
        widget.show()
        if size:
            widget.resize(*size)
        wait()
        widget.grab().save(str(self.pictures / f"{name}.png"))

    # --- dialogs -----------------------------------------------------------------

    def dialogs(self) -> None:
        from processing.gui.AlgorithmDialog import AlgorithmDialog

        for name, algorithm in self.algorithms.items():
            dialog = AlgorithmDialog(algorithm.create(), False, None)
            self.save(dialog, f"dialog-{name}", DIALOG)
            definitions = algorithm.parameterDefinitions()
            if any(one.flags() & ADVANCED for one in definitions):
                self._unfold(dialog, len(definitions))
                self.save(dialog, f"dialog-{name}-advanced")
            dialog.close()

    def _unfold(self, dialog: QWidget, parameters: int) -> None:
        for widget in dialog.findChildren(QWidget):
            if widget.metaObject().className().startswith("QgsCollapsible"):
                widget.setProperty("collapsed", False)
        dialog.resize(DIALOG[0], max(DIALOG[1], 200 + 62 * parameters))

    def batch(self) -> None:
        """Two rows of each, as the dialog fills them; then with all advanced columns."""
        from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

        for name, algorithm in self.algorithms.items():
            if not algorithm.flags() & SUPPORTS_BATCH:
                continue
            dialog = BatchAlgorithmDialog(algorithm.create(), None)
            panel = dialog.mainWidget()
            panel.btnAdd.click()
            self.save(dialog, f"batch-{name}", BATCH)
            if panel.btnAdvanced.isVisible():
                panel.btnAdvanced.click()
                columns = panel.tblParameters.horizontalHeader().length()
                self.save(dialog, f"batch-{name}-advanced", (columns + 80, BATCH[1]))
            dialog.close()

    # --- toolbox and icons -------------------------------------------------------

    def toolbox(self) -> None:
        model = QgsProcessingToolboxProxyModel(None, QgsApplication.processingRegistry())
        model.setFilterString("mrife")
        view = QgsProcessingToolboxTreeView()
        view.setToolboxProxyModel(model)
        view.expandAll()
        view.resize(420, 560)
        self.save(view, "toolbox")
        icons = [one.icon() for one in self.algorithms.values()]
        sheet = QPixmap(24 * len(icons), 48)
        painter = QPainter(sheet)
        for row, ground in enumerate(("#f0f0f0", "#323232")):
            painter.fillRect(0, 24 * row, sheet.width(), 24, QColor(ground))
            for column, icon in enumerate(icons):
                small = icon.pixmap(QSize(16, 16))
                painter.drawPixmap(24 * column + 4, 24 * row + 4, small)
        painter.end()
        sheet.save(str(self.pictures / "icons.png"))

    # --- layers ------------------------------------------------------------------

    def layers(self, chosen: tuple = ()) -> None:
        """Of all steps, or of the chosen algorithms."""
        for name, parameters, outputs in steps(
            made_scene(self.folder, SCENE), self.folder / "made"
        ):
            algorithm = name.partition("-")[0]
            if not chosen or algorithm in chosen:
                self._layers_of(name, algorithm, parameters, outputs)

    def _layers_of(
        self, name: str, algorithm: str, parameters: dict, outputs: dict
    ) -> None:
        """Runs an algorithm as its dialog does, and shows what it adds to the project."""
        project = QgsProject()
        context = QgsProcessingContext()
        context.setProject(project)
        feedback = QgsProcessingFeedback(False)
        for path in outputs.values():
            Path(path).unlink(missing_ok=True)
        definitions = {
            output: QgsProcessingOutputLayerDefinition(path, project)
            for output, path in outputs.items()
        }
        job = self.algorithms[algorithm].create()
        _, fine = job.run({**parameters, **definitions}, context, feedback)
        log = self.pictures / f"log-{name}.txt"
        log.write_text(feedback.textLog(), encoding="utf-8")
        if not fine:
            sys.exit(f"{name}: {feedback.textLog()}")
        image = QgsRasterLayer(str(self.folder / "scene" / "orthophoto.tif"), "image")
        project.addMapLayer(image)
        layers = added(project, context, feedback) or opened(project, outputs)
        if layers:
            self._map(f"map-{name}", project, image)
        for layer in layers:
            if isinstance(layer, QgsVectorLayer):
                self._table(name, layer)

    def _map(self, name: str, project: QgsProject, image: QgsRasterLayer) -> None:
        """Legend beside map."""
        model = QgsLayerTreeModel(project.layerTreeRoot())
        model.setFlag(QgsLayerTreeModel.Flag.ShowLegend)
        tree = QgsLayerTreeView()
        tree.setModel(model)
        tree.resize(MAP // 2, MAP)
        tree.show()
        wait()
        tree.expandAllNodes()
        canvas = QgsMapCanvas()
        canvas.resize(MAP * 3 // 2, MAP)
        canvas.setDestinationCrs(image.crs())
        canvas.setLayers(project.layerTreeRoot().layerOrder())
        canvas.setExtent(image.extent())
        canvas.show()
        canvas.refresh()
        canvas.waitWhileRendering()
        wait(600)
        both = QPixmap(MAP * 2, MAP)
        painter = QPainter(both)
        painter.drawPixmap(0, 0, tree.grab())
        painter.drawPixmap(MAP // 2, 0, canvas.grab())
        painter.end()
        both.save(str(self.pictures / f"{name}.png"))

    def _table(self, step: str, layer: QgsVectorLayer) -> None:
        config = layer.attributeTableConfig()
        fields = layer.fields()
        shown, hidden = [], []
        for column in config.columns():
            if not column.name:
                continue
            alias = layer.attributeAlias(fields.lookupField(column.name))
            entry = f"{column.name} = {alias or '(no alias)'}"
            (hidden if column.hidden else shown).append(entry)
        title = f"{layer.name()} ({layer.featureCount()})"
        lines = [title, *shown, "", "hidden:", *hidden]
        name = layer.source().partition("|")[0].rpartition("/")[2].partition(".")[0]
        path = self.pictures / f"table-{step}-{name}"
        path.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
        canvas = QgsMapCanvas()
        view = QgsDualView()
        context = QgsAttributeEditorContext()
        view.init(layer, canvas, QgsFeatureRequest(), context, True)
        view.setAttributeTableConfig(config)
        view.setView(QgsDualView.ViewMode.AttributeTable)
        view.resize(*TABLE)
        self.save(view, path.name)
        if step == "preparereview":
            self._form(view, layer)
        view.close()

    def _form(self, view: QgsDualView, layer: QgsVectorLayer) -> None:
        """The tabs of the first feature's form."""
        first = min(layer.getFeatures(), key=lambda feature: feature["rev_rank"])
        view.setView(QgsDualView.ViewMode.AttributeEditor)
        view.resize(*DIALOG)
        view.show()
        wait()
        view.setCurrentEditSelection([first.id()])
        wait()
        for tabs in view.findChildren(QTabWidget):
            if not tabs.isVisible() or tabs.count() < 2:
                continue
            for index in range(tabs.count()):
                tabs.setCurrentIndex(index)
                self.save(view, f"form-{index + 1}")

    # --- pages -------------------------------------------------------------------

    def pages(self) -> None:
        """Every page that the steps wrote, in one column."""
        from qgis.PyQt.QtCore import QUrl

        try:
            from qgis.PyQt.QtWebKitWidgets import QWebPage
        except ImportError:
            print("No pictures of pages: QtWebKit is not there.", file=sys.stderr)
            return
        for path in sorted((self.folder / "made").glob("*.html")):
            page = QWebPage()
            page.setViewportSize(QSize(960, 800))
            frame = page.mainFrame()
            frame.load(QUrl.fromLocalFile(str(path)))
            wait(1500)
            page.setViewportSize(QSize(960, frame.contentsSize().height()))
            picture = QPixmap(page.viewportSize())
            painter = QPainter(picture)
            frame.render(painter)
            painter.end()
            picture.save(str(self.pictures / f"page-{path.stem}.png"))


def added(project: QgsProject, context, feedback) -> list:
    """The layers that a run left for the project, as QGIS adds them."""
    layers = []
    for key, details in context.layersToLoadOnCompletion().items():
        layer = QgsProcessingUtils.mapLayerFromString(key, context)
        layer = context.temporaryLayerStore().takeMapLayer(layer)
        layer.setName(details.name)
        project.addMapLayer(layer)
        if details.postProcessor():
            details.postProcessor().postProcessLayer(layer, context, feedback)
        layers.append(layer)
    return layers


def opened(project: QgsProject, outputs: dict) -> list:
    """The layers of files that a run only writes, as QGIS opens them."""
    layers = []
    for path in outputs.values():
        first = QgsVectorLayer(path, Path(path).stem, "ogr")
        for part in first.dataProvider().subLayers():
            name = part.split(QgsDataProvider.sublayerSeparator())[1]
            layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
            project.addMapLayer(layer)
            layers.append(layer)
    return layers


def steps(scene: Path, folder: Path):
    """The whole loop on one made-up scene: algorithm, what it reads, its layers."""
    folder.mkdir(exist_ok=True)

    def made(name: str) -> str:
        return str(folder / name)

    image = str(scene / "orthophoto.tif")
    known = str(scene / "slides.gpkg")
    on_ground = {"DEM": str(scene / "dem.tif")}
    candidates = made("candidates.gpkg")
    probability = made("probability.tif")
    lower = made("lower.gpkg")
    review = made("review.gpkg")
    inventory = made("inventory.gpkg")
    area = made("reviewed.gpkg")
    rejected = made("rejected.gpkg")
    polygons = {"INPUT": candidates}
    found = {"OUTPUT": candidates, "PROBABILITY": probability}
    yield (
        "checkinputs",
        {"INPUTS": [image], **on_ground, "REPORT": made("inputs.html")},
        {"OUTPUT": made("verdicts.gpkg")},
    )
    yield "detect", {"INPUT": image, **on_ground}, found
    yield (
        "detect-uncertainty",
        {"INPUT": image, "UNCERTAINTY": True},
        {
            "OUTPUT": made("unsure.gpkg"),
            "PROBABILITY": made("unsure-probability.tif"),
        },
    )
    yield (
        "detectsheets",
        {"INPUTS": [image], **on_ground},
        {"OUTPUT": made("sheets.gpkg")},
    )
    less = {"INPUT": probability, "THRESHOLD": 0.2, "MIN_AREA": 0}
    yield "vectorize", less, {"OUTPUT": lower}
    yield "proposewater", {"INPUT": image, **on_ground}, {"OUTPUT": made("water.gpkg")}
    yield (
        "morphometry",
        {"INPUT": known, **on_ground},
        {
            "OUTPUT": made("measured.gpkg"),
            "OUTPUT_LINES": made("lines.gpkg"),
        },
    )
    atlas = {"IMAGE": image, "ATLAS": made("atlas.qpt")}
    yield "preparereview", {**polygons, **atlas}, {"OUTPUT": review}
    decide(review)
    yield (
        "applyreview",
        {"INPUT": f"{review}|layername=review", **on_ground},
        {
            "INVENTORY": inventory,
            "TRAINING": made("training.gpkg"),
            "REVIEWED": area,
            "REJECTED": rejected,
        },
    )
    joined = {"INPUTS": [inventory, lower], "REJECTED": rejected}
    yield (
        "merge",
        joined,
        {
            "OUTPUT": made("merged.gpkg"),
            "CONFLICTS": made("conflicts.gpkg"),
        },
    )
    judged = {**polygons, "PROBABILITY": probability, "REFERENCE": known}
    yield (
        "evaluate",
        {**judged, "REPORT": made("evaluation.html")},
        {
            "HITS": made("hits.gpkg"),
            "MISSED": made("missed.gpkg"),
            "FALSE": made("false.gpkg"),
        },
    )
    yield (
        "compare",
        {"EARLIER": candidates, "LATER": lower},
        {"OUTPUT": made("changes.gpkg")},
    )
    yield (
        "looknext",
        {**polygons, "PROBABILITY": probability},
        {"OUTPUT": made("places.gpkg")},
    )
    summary = {
        "INPUT": inventory,
        **on_ground,
        "AREA": area,
        "OUTPUT": made("statistics.html"),
    }
    yield "statistics", summary, {"DENSITY_MAP": made("density.gpkg")}
    for target, suffixes in SUFFIXES.items():
        yield (
            f"export-{target}",
            {"INPUT": inventory, "TARGET": target},
            {"OUTPUT": made(f"{target}{suffixes[0]}")},
        )
    yield (
        "calibrate",
        {
            "PROBABILITY": probability,
            "REFERENCE": known,
            "OUTPUT_MODEL": made("calibrated.onnx"),
            "REPORT": made("calibration.html"),
        },
        {},
    )
    yield (
        "train",
        {
            "INPUTS": [image],
            "POLYGONS": known,
            "WHOLE_EXTENT": True,
            **lesson(),
            "OUTPUT_MODEL": made("tuned.onnx"),
            "REPORT": made("tuning.html"),
        },
        {
            name: made(f"tuned-{name.lower()}.gpkg")
            for name in ("MISSED", "FALSE", "GAINED", "LOST")
        },
    )
    yield "modelinfo", {"HTML": made("model.html")}, {}
    yield "checkruntime", {"HTML": made("runtime.html")}, {}


def lesson() -> dict:
    """A short one, or the threshold alone where the runtime has no PyTorch."""
    command = [os.environ["MRIFE_PYTHON"], "-c", "import torch, onnx"]
    if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
        return {"STAGE": "recalibrate"}
    return {"STAGE": "decoder", "STEPS": 12}


def decide(review: str) -> None:
    """Every third rejected as a road, one left, the rest confirmed."""
    layer = QgsVectorLayer(f"{review}|layername=review", "review", "ogr")
    status, why = (layer.fields().lookupField(name) for name in ("status", "rej_why"))
    features = sorted(layer.getFeatures(), key=lambda feature: feature["rev_rank"])
    changes = {
        feature.id(): {status: "confirmed"}
        if number % 3
        else {status: "rejected", why: "road"}
        for number, feature in enumerate(features[1:])
    }
    layer.dataProvider().changeAttributeValues(changes)


def main(folder: str, language: str = "en", *parts: str) -> None:
    if language != "en":
        QgsApplication.setTranslation(language)
    application = QgsApplication([], True)
    application.initQgis()
    QgsSettings().setValue("locale/overrideFlag", True)
    QgsSettings().setValue("locale/userLocale", language)
    QgsGui.editorWidgetRegistry().initEditors()
    stand_in_for_the_window()
    plugin = in_processing()
    gallery = Gallery(plugin, Path(folder).resolve(), language)
    chosen = tuple(part for part in parts if part not in PARTS)
    for part in PARTS:
        if parts and part not in parts:
            continue
        if part == "layers":
            gallery.layers(chosen)
        else:
            getattr(gallery, part)()
    os._exit(0)  # QGIS may fall over its own objects on the way out


if __name__ == "__main__":
    main(*sys.argv[1:])
