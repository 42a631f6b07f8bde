# SPDX-License-Identifier: GPL-2.0-or-later
"""An inventory for others: Shapefile, KML, and the fields that other bodies ask for."""
