# SPDX-License-Identifier: GPL-2.0-or-later
"""What switching the plugin on costs, beyond QGIS itself: python tests/tools/startup.py

Seconds (the first run writes bytecode, the others are warm), modules of ours, and which
heavy libraries came along. Runs under QGIS's own Python.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
HEAVY = ("numpy", "osgeo", "shapely", "pyproj", "jinja2", "onnxruntime", "torch")


def switch_on(root: Path) -> dict:
    """In this process: QGIS first, then the plugin as QGIS loads it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append("/usr/share/qgis/python/plugins")
    import processing  # noqa: F401
    from processing.core.Processing import Processing

    Processing.initialize()
    before = set(sys.modules)
    started = time.perf_counter()
    spec = importlib.util.spec_from_file_location(
        "mrife", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["mrife"] = module
    spec.loader.exec_module(module)
    plugin = module.classFactory(None)
    plugin.initProcessing()
    seconds = time.perf_counter() - started
    added = set(sys.modules) - before
    facts = {
        "seconds": round(seconds, 3),
        "modules": len([name for name in added if name.startswith("mrife")]),
        "algorithms": len(plugin.provider.algorithms()),
        "heavy": [name for name in HEAVY if name in added],
        "models": sorted(name for name in added if name.startswith("mrife.models.")),
    }
    plugin.unload()
    return facts


def main(arguments: list[str]) -> None:
    """`--here` measures in this process; else three processes are measured."""
    root = (
        Path(arguments[-1]).resolve()
        if arguments[-1:] and arguments[-1] != "--here"
        else ROOT
    )
    if "--here" in arguments:
        print(json.dumps(switch_on(root)), flush=True)
        return
    for _ in range(3):
        subprocess.run([SYSTEM_PYTHON, __file__, "--here", str(root)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
