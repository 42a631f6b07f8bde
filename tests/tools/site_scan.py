# SPDX-License-Identifier: GPL-2.0-or-later
"""The code of a package before the tools of plugins.qgis.org, with its lists of rules
(site_rules.json). One finding of Bandit or detect-secrets blocks an upload there; Flake8
is shown beside the plugin, and refused here too.

    .venv/bin/python tests/tools/site_scan.py FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RULES = json.loads(Path(__file__).with_name("site_rules.json").read_text())
LINE_LENGTH = 120  # as the site has it


def bandit(folder: str) -> list[str]:
    tests = ",".join(RULES["bandit"].split())
    report = json.loads(
        answer(folder, "bandit", "-r", ".", "-f", "json", "-q", "-t", tests)
    )
    wrong = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    for finding in report["results"]:
        place = f"{finding['filename']}:{finding['line_number']}"
        wrong.append(f"{place}: {finding['test_id']} {finding['issue_text']}")
    return wrong


def secrets(folder: str) -> list[str]:
    """detect-secrets says in its report alone whether it has seen something."""
    arguments = ["scan", "--all-files"]
    for name in (r"metadata\.txt", r"\.secrets\.baseline"):
        arguments += ["--exclude-files", name]
    for name in RULES["detect-secrets off"].split():
        arguments += ["--disable-plugin", name]
    report = json.loads(answer(folder, "detect_secrets", *arguments, "."))
    return [
        f"{path}:{finding['line_number']}: {finding['type']}"
        for path, findings in report["results"].items()
        for finding in findings
    ]


def flake8(folder: str) -> list[str]:
    codes = ",".join(RULES["flake8"].split())
    length = f"--max-line-length={LINE_LENGTH}"
    return answer(folder, "flake8", "--isolated", length, "--select", codes).splitlines()


def answer(folder: str, module: str, *arguments: str) -> str:
    """Standard output; exits 1 are findings, all above are the tool's own trouble."""
    # isolated: a module of the package must not be taken for one of Python's
    command = [sys.executable, "-I", "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode > 1 or (done.returncode and not done.stdout):
        sys.exit(f"{module} did not run:\n{done.stderr}")
    return done.stdout


def findings(folder: str) -> list[str]:
    """All that the three tools say of the files of a folder."""
    return [*bandit(folder), *secrets(folder), *flake8(folder)]


if __name__ == "__main__":
    wrong = findings(sys.argv[1])
    sys.exit("\n".join(wrong) if wrong else 0)
