# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS's own Python must have, beside what comes with Python."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from qgis.core import Qgis

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
WRITES_4D = (3, 12)  # GEOS: shapely that was built with it always asks for all dimensions


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
    """Raises MrifeError for a shapely that brings a newer GEOS than QGIS has and asks it
    for what came with it: on Linux its calls go to the one that was loaded first.
    """
    spec = importlib.util.find_spec("shapely")
    bundled = bundled_geos(Path(spec.origin).parent)
    if bundled >= WRITES_4D > version_of(Qgis.geosVersion()):
        raise MrifeError(
            "QGIS takes shapely from '{}', which does not fit the GEOS of QGIS; take its "
            "folder off PYTHONPATH (an environment that is active, often) and start QGIS "
            "again.",
            Path(spec.origin).parent,
        )


def bundled_geos(folder):
    """Version (major, minor) of the library that pip's shapely in a folder has beside it;
    () where it has none.
    """
    libraries = folder.parent.glob("shapely.libs/libgeos-*.so.*")
    return max(
        (version_of(path.name.partition(".so.")[2]) for path in libraries), default=()
    )


def version_of(text):
    """(major, minor) of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])
