# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons to candidates: the attributes of the inventory, of new and of existing
outlines.
"""
