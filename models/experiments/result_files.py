# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that experiments leave: tables, and results that are whole or not there."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from ..geo.whole_files import whole_or_nothing


def write_result(path: Path, result: dict) -> None:
    """JSON."""
    with whole_or_nothing(path) as part:
        Path(part).write_text(json.dumps(result), encoding="utf-8")


def write_rows(path: str | Path, rows: Sequence[dict]) -> None:
    """CSV; the first row has the columns of all."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
