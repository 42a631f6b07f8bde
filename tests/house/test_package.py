# SPDX-License-Identifier: GPL-2.0-or-later
"""The package: what is in it, what is not, that it is the same every time and runs
where it is unpacked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import site_rules
import site_scan
from package import make
from running import WORKER_PYTHON

ROOT = Path(__file__).resolve().parents[2]
needs_git = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()),
    reason="the package is made from a git checkout",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return make(tmp_path_factory.mktemp("package") / "mrife.zip")


@needs_git
def test_package_keeps_the_rules_of_the_site(archive):
    assert site_rules.faults(str(archive)) == []


@needs_git
def test_package_is_reproducible(archive, tmp_path, monkeypatch):
    """On a machine with other habits, too."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    (tmp_path / "gitconfig").write_text("[core]\n\tautocrlf = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert make(tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@needs_git
def test_package_detects_from_a_fresh_profile(archive):
    pytest.importorskip("qgis.core")
    done = subprocess.run(
        ["bash", str(ROOT / "tests" / "tools" / "try_package.sh"), str(archive)],
        env={**os.environ, "MRIFE_PYTHON": WORKER_PYTHON},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "polygons" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    assert x\n",
        "import subprocess\n\nsubprocess.run(['ls'])\n",
        "try:\n    print()\nexcept Exception:\n    pass\n",
        "import random\n\nrandom.random()\n",
        "eval('1')\n",
        "PLACE = '/tmp/x'\n",
        "PASS = 'fine'\n",
    ],
)
def test_code_that_the_site_blocks_is_a_fault_of_style(text):
    """ruff knows Bandit's rules; Bandit itself reads the package in ./build.sh package."""
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "models/new.py"]
    done = subprocess.run(
        [*command, "-"], cwd=ROOT, input=text, capture_output=True, text=True
    )
    assert done.returncode == 1 and "S" in done.stdout.split()[0], done.stdout


FINDINGS = {
    "code.py": "import torch\n\nif torch.load('weights') == None:\n    pass\n",
    "digest.json": '{"sha256": "' + "0123456789abcdef" * 4 + '"}',
}


def test_findings_of_the_three_tools_are_seen(tmp_path):
    for module in ("bandit", "detect_secrets", "flake8"):
        pytest.importorskip(module)
    for name, text in FINDINGS.items():
        (tmp_path / name).write_text(text)
    blocked, secret, style = site_scan.findings(str(tmp_path))
    assert blocked.startswith("./code.py:3: B614")
    assert secret == "digest.json:1: Hex High Entropy String"
    assert style.startswith("./code.py:3:26: E711")


@pytest.mark.parametrize(
    "names",
    [
        ["mrife/a.py", "other/b.py"],
        ["my-plugin/a.py"],
        ["mrife/.hidden"],
        ["mrife/run.sh"],
        ["mrife/RUN.EXE"],
        ["mrife/tests/test_a.py"],
        ["mrife/../a.py"],
        ["C:/mrife/a.py"],
        ["mrife/__pycache__/a.pyc"],
    ],
)
def test_forbidden_names_are_seen(names):
    assert site_rules.name_faults(names)


def test_a_package_too_large_is_seen():
    assert site_rules.size_faults(25_000_001) == ["25000001 bytes, more than 25000000"]
    assert site_rules.size_faults(25_000_000) == []


def test_a_program_is_seen():
    entry = zipfile.ZipInfo("mrife/a.py")
    entry.external_attr = 0o100644 << 16
    assert site_rules.mode_faults([entry]) == []
    entry.external_attr = 0o100755 << 16
    assert site_rules.mode_faults([entry]) == ["executable mrife/a.py"]


@pytest.mark.parametrize(
    "line, other, fault",
    [
        ("about=", "about=finds 50 % of all", "cannot be read"),
        ("email=", "mail=", "lacks email"),
        ("homepage=", "homepage=example.org", "homepage is no address"),
        ("author=", "author=a/b", "a slash in author"),
        ("version=", "version=0.5rc1", "not of numbers and dots"),
        ("version=", "supportsQt6=yes\nversion=1", "supportsQt6"),
        ("icon=", "icon=resources/none.png", "icon is not in the package"),
    ],
)
def test_faults_of_the_metadata_are_seen(line, other, fault):
    text = (ROOT / "metadata.txt").read_text(encoding="utf-8")
    names = ["mrife/metadata.txt", "mrife/resources/icon.png"]
    assert site_rules.metadata_faults(text, names) == []
    lines = [other if old.startswith(line) else old for old in text.splitlines()]
    (seen,) = site_rules.metadata_faults("\n".join(lines), names)
    assert fault in seen
