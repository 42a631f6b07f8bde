# SPDX-License-Identifier: GPL-2.0-or-later
"""The review package: form, styles, atlas."""
