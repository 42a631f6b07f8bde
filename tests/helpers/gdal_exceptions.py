# SPDX-License-Identifier: GPL-2.0-or-later
"""A plugin of pytest: GDAL raises, as it does in QGIS from 3.40 on and everywhere from GDAL
4 on, from the first test on.
"""

from osgeo import gdal, ogr, osr

if hasattr(gdal, "ExceptionMgr"):  # from GDAL 3.7 on a thread can be without them
    for module in (gdal, ogr, osr):
        module.UseExceptions()
