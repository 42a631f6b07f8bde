# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that runs an algorithm and is killed while the polygons are being written."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def morphometry(source: str, output: str) -> None:
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    application = QgsApplication([], False)
    application.initQgis()
    spec = importlib.util.spec_from_file_location(
        "mrife", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules["mrife"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plugin = module.classFactory(None)
    plugin.initProcessing()
    feedback = QgsProcessingFeedback(False)
    feedback.progressChanged.connect(
        lambda value: os.kill(os.getpid(), signal.SIGKILL) if value > 50 else None
    )
    algorithm = plugin.provider.algorithm("morphometry")
    parameters = {"INPUT": source, "OUTPUT": output}
    algorithm.run(parameters, QgsProcessingContext(), feedback)
