# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: the plugin's name, icon, settings and list of algorithms."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..algorithms.runtime.options import (
    ARCHIVES,
    INDEX,
    MIRROR,
    PYTHON,
    WHEELS,
    option_titles,
)
from ..algorithms.texts import tr

NAME = "MRIFE landslides"
ROOT = Path(__file__).resolve().parent.parent


class MrifeProvider(QgsProcessingProvider):
    def id(self):
        return "mrife"  # stored in every saved model and script

    def name(self):
        return NAME

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
        self._add_settings()
        self.refreshAlgorithms()
        return True

    def unload(self):
        from processing.core.ProcessingConfig import ProcessingConfig

        for name in option_titles():
            ProcessingConfig.removeSetting(name)

    def _add_settings(self):
        """Under Settings > Options > Processing > Providers."""
        # not there before Processing is loaded
        from processing.core.ProcessingConfig import ProcessingConfig, Setting

        ProcessingConfig.settingIcons[self.name()] = self.icon()
        titles = option_titles()
        for name, kind, empty in (
            (
                PYTHON,
                Setting.FILE,
                tr("Leave blank to use what 'Set up runtime' made, or QGIS's own"),
            ),
            (INDEX, Setting.STRING, "https://pypi.org/simple"),
            (WHEELS, Setting.FOLDER, tr("Leave blank to fetch all from the index")),
            (MIRROR, Setting.STRING, ARCHIVES),
        ):
            setting = Setting(
                self.name(), name, titles[name], "", valuetype=kind, placeholder=empty
            )
            ProcessingConfig.addSetting(setting)
        ProcessingConfig.readSettings()

    def loadAlgorithms(self):
        """Imported only now: QGIS shows the plugin also where one of them fails."""
        from ..algorithms.applyreview import ApplyReview
        from ..algorithms.calibrate import CalibrateModel
        from ..algorithms.checkinputs import CheckInputs
        from ..algorithms.checkruntime import CheckRuntime
        from ..algorithms.compare import CompareRuns
        from ..algorithms.detect import DetectLandslides
        from ..algorithms.detectsheets import DetectSheets
        from ..algorithms.evaluate import EvaluateCandidates
        from ..algorithms.export import ExportInventory
        from ..algorithms.looknext import LookNext
        from ..algorithms.merge import MergeInventories
        from ..algorithms.modelinfo import ModelInfo
        from ..algorithms.morphometry import MeasureMorphometry
        from ..algorithms.preparereview import PrepareReview
        from ..algorithms.proposewater import ProposeWater
        from ..algorithms.setupruntime import SetUpRuntime
        from ..algorithms.statistics import InventoryStatistics
        from ..algorithms.train import FineTune
        from ..algorithms.vectorize import VectorizeProbability

        for algorithm in (
            DetectLandslides,
            DetectSheets,
            VectorizeProbability,
            ProposeWater,
            ModelInfo,
            CheckInputs,
            CheckRuntime,
            SetUpRuntime,
            InventoryStatistics,
            ExportInventory,
            MergeInventories,
            MeasureMorphometry,
            PrepareReview,
            ApplyReview,
            EvaluateCandidates,
            CalibrateModel,
            FineTune,
            CompareRuns,
            LookNext,
        ):
            self.addAlgorithm(algorithm())
