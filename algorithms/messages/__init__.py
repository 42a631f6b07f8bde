# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log and the reports say, in the user's language."""
