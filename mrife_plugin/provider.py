# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: the plugin's name, icon, settings and list of algorithms."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..algorithms.applyreview import ApplyReview
from ..algorithms.checkruntime import CheckRuntime
from ..algorithms.detect import DetectLandslides
from ..algorithms.export import ExportInventory
from ..algorithms.merge import MergeInventories
from ..algorithms.modelinfo import ModelInfo
from ..algorithms.morphometry import MeasureMorphometry
from ..algorithms.preparereview import PrepareReview
from ..algorithms.statistics import InventoryStatistics
from ..algorithms.vectorize import VectorizeProbability
from .settings import add_settings, remove_settings

ROOT = Path(__file__).resolve().parent.parent


class MrifeProvider(QgsProcessingProvider):
    def id(self):
        return "mrife"  # stored in every saved model and script

    def name(self):
        return "MRIFE landslides"

    def longName(self):
        return f"{self.name()} {self.versionInfo()}"

    def versionInfo(self):
        metadata = ConfigParser(interpolation=None)
        metadata.read(ROOT / "metadata.txt", encoding="utf-8")
        return metadata.get("general", "version", fallback="")

    def icon(self):
        return QIcon(self.svgIconPath())

    def svgIconPath(self):
        return str(ROOT / "resources" / "icon.svg")

    def load(self):
        add_settings(self.name(), self.icon())
        self.refreshAlgorithms()
        return True

    def unload(self):
        remove_settings()

    def loadAlgorithms(self):
        for algorithm in (
            DetectLandslides,
            VectorizeProbability,
            ModelInfo,
            CheckRuntime,
            InventoryStatistics,
            ExportInventory,
            MergeInventories,
            MeasureMorphometry,
            PrepareReview,
            ApplyReview,
        ):
            self.addAlgorithm(algorithm())
