# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up ground with old landslides: fixtures and a demonstration, never a measure of
accuracy.
"""
