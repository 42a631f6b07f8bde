# SPDX-License-Identifier: GPL-2.0-or-later
"""From the mask to outlines: streaming, on pixel edges or between pixel centres, in steps that are counted."""
