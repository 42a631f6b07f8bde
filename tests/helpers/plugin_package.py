# SPDX-License-Identifier: GPL-2.0-or-later
"""The checkout, imported as QGIS imports a plugin: under a name of its own, whatever the
folder is called.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def plugin_package() -> ModuleType:
    """The root folder as `mrife`."""
    if "mrife" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "mrife", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        sys.modules["mrife"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["mrife"]
