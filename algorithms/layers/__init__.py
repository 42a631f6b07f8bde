# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS layers to plain records and back; fields and styles."""
