# SPDX-License-Identifier: GPL-2.0-or-later
"""What is true without QGIS: how the model is run and made, what becomes of its
answer, its weights.
"""
