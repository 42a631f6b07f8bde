# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores as the pages of evaluations write them; what is not defined has a sign of its own."""

from __future__ import annotations

import math

from ..inventory.language import Language


def score(value: float, language: Language) -> str:
    """A score of 0 to 1."""
    return language.known(value, ".3f")


def percent(value: float, language: Language) -> str:
    """A share as whole percent, without their sign."""
    return language.known(100 * value, ".0f")


def density(value: float, language: Language) -> str:
    """A number for an area, with two digits."""
    if math.isfinite(value):
        return language.significant(value, 2)
    return language("none")
