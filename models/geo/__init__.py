# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie on the Earth: grids, reference systems, geodesy, elevation, rasters
and polygons on disk.
"""
