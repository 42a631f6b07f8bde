# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters declared and read, and whether outputs can be written."""
