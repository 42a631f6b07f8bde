# SPDX-License-Identifier: GPL-2.0-or-later
"""Many rasters searched as one mosaic, sheet by sheet, without seams."""
