# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates to a person and back: order, advice, form; final inventory and what
training may learn.
"""
