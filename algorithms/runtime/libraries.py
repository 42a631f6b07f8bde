# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS's own Python must have, beside what comes with Python."""

from __future__ import annotations

import importlib
import importlib.util
import os

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
# their parts that are built against others: GDAL's against numpy, shapely's against GEOS
BUILT = {"osgeo": "osgeo.gdal_array", "shapely": "shapely.geometry"}


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


def check_fit(names):
    """Raises MrifeError naming one that is there and cannot be used, as where pip put
    another numpy before that of QGIS. Loads them.
    """
    for name in names:
        try:
            importlib.import_module(BUILT.get(name, name))
        except ImportError as error:
            raise MrifeError(
                "QGIS's own Python cannot load {} from '{}', with numpy from '{}' ({}); "
                "take away what pip or another plugin put in the place of QGIS's own, and "
                "start QGIS again.",
                name,
                folder_of(name),
                folder_of("numpy"),
                str(error).strip().partition("\n")[0],
            ) from error
    if "shapely" in names:
        from ...models.geo.shapely_check import check_shapely

        check_shapely()


def folder_of(name):
    """Where a library is taken from; "" where it is not to be found."""
    spec = importlib.util.find_spec(name)
    return os.path.dirname(spec.origin or "") if spec else ""
