# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: options and outputs of `python -m models`, a file for each command or
for a few that go together.
"""
