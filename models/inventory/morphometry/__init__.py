# SPDX-License-Identifier: GPL-2.0-or-later
"""What a polygon and an elevation model say of a landslide: shape, terrain, relief,
volume.
"""
