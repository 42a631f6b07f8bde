# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS switches on: the plugin, its provider, its settings."""
