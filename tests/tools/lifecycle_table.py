# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of a package from its installation to the removal of its runtime, a column
for each QGIS; below, the sentences with which steps were refused.

    python tests/tools/lifecycle_table.py build/matrix/3.40-lifecycle.tsv ...
"""

from __future__ import annotations

import sys
from pathlib import Path

REFUSED = "refused: "


def steps(path: Path) -> dict[str, str]:
    """What came of each step, with its seconds, by its name."""
    cells = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, seconds, words = line.split("\t")
        cells[name] = f"{seconds} s: {words}"
    return cells


def in_order(columns: list[dict[str, str]]) -> list[str]:
    """The names of all steps, where one of them lacks a step at its place in the others."""
    names: list[str] = []
    for column in columns:
        place = 0
        for name in column:
            if name in names:
                place = names.index(name) + 1
            else:
                names.insert(place, name)
                place += 1
    return names


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]]
    columns = [steps(path) for path in paths]
    sentences: list[str] = []

    def cell(text: str) -> str:
        seconds, refused, sentence = text.partition(REFUSED)
        if not refused:
            return text
        if sentence not in sentences:
            sentences.append(sentence)
        return f"{seconds}refused ({1 + sentences.index(sentence)})"

    print("| step | " + " | ".join(path.stem.partition("-")[0] for path in paths) + " |")
    print("|---" * (1 + len(paths)) + "|")
    for name in in_order(columns):
        cells = [cell(column.get(name, "")) for column in columns]
        print("| " + " | ".join([name, *cells]) + " |")
    print()
    for number, sentence in enumerate(sentences, 1):
        print(f"{number}. {sentence}")


if __name__ == "__main__":
    main()
