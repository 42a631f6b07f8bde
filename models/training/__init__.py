# SPDX-License-Identifier: GPL-2.0-or-later
"""The MRIFE network and how it learns."""
