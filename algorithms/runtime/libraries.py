# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS's own Python must have, beside what comes with Python."""

from __future__ import annotations

import importlib.util
from pathlib import Path

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


def check_shapely():
    """Raises MrifeError for a shapely that asks for what the GEOS that is loaded already
    does not know: that of QGIS, with pip's shapely of an environment on the path.
    """
    from shapely.errors import ShapelyError
    from shapely.geometry import Point

    try:
        Point(0, 0).wkb  # noqa: B018
    except ShapelyError as error:
        folder = Path(importlib.util.find_spec("shapely").origin).parent
        raise MrifeError(
            "QGIS takes shapely from '{}', which does not fit the GEOS of QGIS; take its "
            "folder off PYTHONPATH (an environment that is active, often) and start QGIS "
            "again.",
            folder,
        ) from error
