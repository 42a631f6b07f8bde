# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin object: adds the Processing provider and its language, takes them away
again.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qgis import processing
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator
from qgis.PyQt.QtWidgets import QAction

from ..algorithms.texts import qgis_locale, tr
from .provider import NAME, MrifeProvider

CHINESE = (
    Path(__file__).resolve().parent.parent / "resources" / "i18n" / "mrife_zh_Hans.qm"
)


class MrifePlugin:
    # as classFactory gets it from QGIS, and not one more global: None under qgis_process
    def __init__(self, iface=None):  # noqa: QGS105
        self.iface = iface
        self.provider = None
        self.actions = []  # of the menu
        # here, for qgis_process calls no initGui
        self.translator = speaking(qgis_locale())

    def initProcessing(self):
        if self.provider is None:
            provider = MrifeProvider()
            # QGIS deletes the second one of a name
            if QgsApplication.processingRegistry().addProvider(provider):
                self.provider = provider

    def initGui(self):
        self.initProcessing()
        if self.iface is None:
            return
        if self.provider is not None:
            self._add_menu()
        else:
            words = tr(
                "Another copy of this plugin is switched on already; switch one of the "
                "two off under Plugins > Manage and Install Plugins."
            )
            self.iface.messageBar().pushWarning(NAME, words)

    def _add_menu(self):
        """Raster > MRIFE landslides: the steps in their order, then the tools."""
        algorithms = sorted(
            self.provider.algorithms(),
            key=lambda one: (one.groupId(), one.displayName()),
        )
        for algorithm in algorithms:
            action = QAction(algorithm.icon(), algorithm.displayName())
            action.triggered.connect(partial(self._open, algorithm.id()))
            self.iface.addPluginToRasterMenu(NAME, action)
            self.actions.append(action)

    def _open(self, identifier, *_):
        """The dialog of an algorithm, or why it cannot run."""
        algorithm = QgsApplication.processingRegistry().algorithmById(identifier)
        fine, reason = algorithm.canExecute()
        if fine:
            processing.execAlgorithmDialog(identifier, {})
        else:
            self.iface.messageBar().pushWarning(algorithm.displayName(), reason)

    def unload(self):
        for action in self.actions:
            self.iface.removePluginRasterMenu(NAME, action)
        self.actions = []
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None


def speaking(locale):
    """The translator installed for a locale; None where the plugin speaks English.
    QGIS says zh-Hans, Qt zh_CN.
    """
    if locale.replace("_", "-").lower() not in (
        "zh",
        "zh-cn",
        "zh-sg",
        "zh-hans",
        "zh-hans-cn",
    ):
        return None
    translator = QTranslator()
    if not translator.load(str(CHINESE)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
