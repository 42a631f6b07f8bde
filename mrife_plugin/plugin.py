# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin object: adds the Processing provider and its language, takes them away
again.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from .provider import MrifeProvider

CHINESE = (
    Path(__file__).resolve().parent.parent / "resources" / "i18n" / "mrife_zh_Hans.qm"
)


class MrifePlugin:
    def __init__(self, iface=None):
        self.iface = iface  # None under qgis_process and in tests
        self.provider = None
        self.translator = speaking(
            QgsApplication.locale()
        )  # here, for qgis_process calls no initGui

    def initProcessing(self):
        if self.provider is None:
            self.provider = MrifeProvider()
            QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        self.initProcessing()

    def unload(self):
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
