# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that is true without QGIS: how the model is run, how it is made, what becomes of its answer, its weights."""
