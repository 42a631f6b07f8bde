# SPDX-License-Identifier: GPL-2.0-or-later
"""Ablations, benchmarks, tables and plots, the making of the shipped weights; not in
the package.
"""
