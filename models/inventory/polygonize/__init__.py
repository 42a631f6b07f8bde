# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability to polygons, streaming: components, contours, smoothing, gaps, splitting."""
