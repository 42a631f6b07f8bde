# SPDX-License-Identifier: GPL-2.0-or-later
"""Signs of open water, a proposal for a person to look at: smooth in the image, level in
the elevation model. `models.proposewater` makes polygons of them.
"""
