# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be measured of a polygon: area, shape, terrain, sizes; repair of what others drew."""
