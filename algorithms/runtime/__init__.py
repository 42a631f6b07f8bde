# SPDX-License-Identifier: GPL-2.0-or-later
"""The worker process and the Python that runs it."""
