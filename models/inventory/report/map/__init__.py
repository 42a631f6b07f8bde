# SPDX-License-Identifier: GPL-2.0-or-later
"""The locator map of the report: frame, scale bar, graticule, hillshade."""
