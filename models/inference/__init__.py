# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster to probability: reading, windows, the detector, blending."""
