# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests said in each QGIS, as a table, with the failures and why tests were
skipped.

    python tests/tools/matrix_table.py build/matrix/3.40 build/matrix/3.44
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

LIBRARIES = ("QGIS", "Python", "GDAL", "numpy", "shapely")
COUNTS = ("passed", "failed", "skipped", "seconds")
PARTS = ("algorithms", "models")


def outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def reports(results: Path) -> list[Path]:
    """The reports that a run should have left: both parts, or the chosen tests."""
    chosen = results / "chosen.xml"
    if chosen.exists():
        return [chosen]
    return [results / f"{part}.xml" for part in PARTS]


def row(place: Path) -> tuple[list[str], list[str], Counter]:
    """Cells of a version, the names of failed tests, and reasons of skipped ones. A
    process that died left no report, which is a failure of its own.
    """
    versions = place / "results" / "versions.json"
    if not versions.exists():
        nothing = [f"{place.name}: not run"] + [""] * (len(LIBRARIES) + len(COUNTS) - 1)
        return nothing, [f"{place.name}: no run to count"], Counter()
    libraries = json.loads(versions.read_text(encoding="utf-8"))
    counts, seconds = Counter(), 0.0
    failures, reasons = [], Counter()
    for path in reports(place / "results"):
        if not path.exists():
            failures.append(f"{place.name}: '{path.stem}' ended before its report")
            counts["failed"] += 1
            continue
        suite = ElementTree.parse(path).getroot().find("testsuite")
        seconds = max(seconds, float(suite.get("time")))
        for case in suite.iter("testcase"):
            result = outcome(case)
            counts[result] += 1
            name = f"{case.get('classname')}.{case.get('name')}"
            if result == "failed":
                failures.append(f"{place.name}: {name}")
            elif result == "skipped":
                reasons[case.find("skipped").get("message")] += 1
    numbers = [str(counts[name]) for name in COUNTS[:3]] + [f"{seconds:.0f}"]
    return [libraries[name] for name in LIBRARIES] + numbers, failures, reasons


def main() -> int:
    columns = (*LIBRARIES, *COUNTS)
    print("| " + " | ".join(columns) + " |")
    print("|---" * len(LIBRARIES) + "|--:" * len(COUNTS) + "|")
    failures, reasons = [], Counter()
    for place in sys.argv[1:]:
        cells, failed, skipped = row(Path(place))
        print("| " + " | ".join(cells) + " |")
        failures += failed
        reasons += skipped
    print()
    for reason, count in reasons.most_common():
        print(f"skipped {count}: {reason}")
    for name in failures:
        print(f"FAILED {name}")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
