# SPDX-License-Identifier: GPL-2.0-or-later
"""What a Python environment for the worker is made of, and why making it failed."""
