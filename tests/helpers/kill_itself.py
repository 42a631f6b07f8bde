# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that runs an algorithm and is killed while the polygons are being written."""

from __future__ import annotations

import os
import signal

from plugin_package import plugin_package


def morphometry(source: str, output: str) -> None:
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    application = QgsApplication([], False)
    application.initQgis()
    plugin = plugin_package().classFactory(None)
    plugin.initProcessing()
    feedback = QgsProcessingFeedback(False)
    feedback.progressChanged.connect(
        lambda value: os.kill(os.getpid(), signal.SIGKILL) if value > 50 else None
    )
    algorithm = plugin.provider.algorithm("morphometry")
    parameters = {"INPUT": source, "OUTPUT": output}
    algorithm.run(parameters, QgsProcessingContext(), feedback)
