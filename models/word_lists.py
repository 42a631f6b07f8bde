# SPDX-License-Identifier: GPL-2.0-or-later
"""Words that files of any language use, from the tables of `resources/words`."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "words"


def word_list(name: str) -> dict[str, list[str]]:
    """Words in lower case by what they stand for, of one table."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def meanings(name: str) -> dict[str, str]:
    """What a word of a table stands for, by the word."""
    return {word: meaning for meaning, words in word_list(name).items() for word in words}
