# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin object: adds the Processing provider, takes it away again."""
from __future__ import annotations

from qgis.core import QgsApplication

from .provider import MrifeProvider


class MrifePlugin:

    def __init__(self, iface=None):
        self.iface = iface  # None under qgis_process and in tests
        self.provider = None

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
