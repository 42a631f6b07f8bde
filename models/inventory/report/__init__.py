# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of a sheet or county: numbers, charts, map, page, table, in English and
Chinese.
"""
