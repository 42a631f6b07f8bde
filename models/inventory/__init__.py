# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability to landslide inventory: polygons, measures, attributes."""
