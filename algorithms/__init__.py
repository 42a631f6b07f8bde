# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user sees: one Processing algorithm a file."""
