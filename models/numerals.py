# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers as people write them."""

from __future__ import annotations

import math
import re
import unicodedata

DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
# a thousand to one reader, one to another
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def number(text: str) -> float:
    """A finite number: digits of any width or script, a decimal point or comma, an
    exponent, blanks around.

    Raises ValueError for all else: units, percent signs, separators of thousands, nan.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    if AMBIGUOUS.fullmatch(plain):
        raise ValueError(f"{text!r} may be two different numbers")
    plain = plain.replace(",", ".")
    if not DECIMAL.fullmatch(plain):
        raise ValueError(f"{text!r} is no number")
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is too large")
    return value
