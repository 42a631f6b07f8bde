# SPDX-License-Identifier: GPL-2.0-or-later
"""Several layers to one inventory: the same landslide once, pieces put together,
relations, conflicts.
"""
