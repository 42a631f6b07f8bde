# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS's own Python must have, beside what comes with Python."""

from __future__ import annotations

import importlib.util

from ...models.errors import MrifeError

# and the packages (Debian's, OSGeo4W's) that bring it; QGIS itself brings all but shapely
PACKAGES = {
    "numpy": "python3-numpy",
    "osgeo": "python3-gdal",
    "shapely": "python3-shapely",
    "pyproj": "python3-pyproj",
    "jinja2": "python3-jinja2",
}
LIBRARIES = tuple(PACKAGES)


def missing_libraries(names=LIBRARIES):
    """Those that cannot be imported."""
    return [name for name in names if importlib.util.find_spec(name) is None]


def check_libraries(names):
    """Raises MrifeError naming those that are missing."""
    missing = missing_libraries(names)
    if missing:
        raise MrifeError(
            "QGIS's own Python lacks {}; install {} (Debian, Ubuntu, OSGeo4W Setup) "
            "and start QGIS again.",
            ", ".join(missing),
            ", ".join(PACKAGES[name] for name in missing),
        )
