# SPDX-License-Identifier: GPL-2.0-or-later
"""Learning from the geologist: what is taught, and whether it helped."""
