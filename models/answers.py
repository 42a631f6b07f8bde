# SPDX-License-Identifier: GPL-2.0-or-later
"""What a command says while it works and when it is done."""

from __future__ import annotations

import json


def say(**facts: object) -> None:
    """A JSON line on standard output."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)
