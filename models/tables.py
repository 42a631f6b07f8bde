# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables as CSV: English heads, plain numbers, whatever the language of a page."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

EXCEL = "utf-8-sig"  # by which Excel sees UTF-8
HEAD = ("table", "item", "quantity", "value", "unit")
Row = tuple  # as HEAD


def csv_text(head: Iterable[str], rows: Iterable[Iterable]) -> str:
    """Rows under a head; nothing for None."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def long_table(rows: Iterable[Row]) -> str:
    """Every number of a page in a row of its own; those that are not defined are empty."""
    return csv_text(HEAD, ((*row[:3], _plain(row[3]), row[4]) for row in rows))


def _plain(value: object) -> object:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return f"{value:.10g}"
