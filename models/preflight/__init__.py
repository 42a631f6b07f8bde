# SPDX-License-Identifier: GPL-2.0-or-later
"""What is right and wrong with images, elevation models and polygons, before a search."""
