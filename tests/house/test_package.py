# SPDX-License-Identifier: GPL-2.0-or-later
"""The package: what is in it, what is not, that it is the same every time and runs
where it is unpacked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from site_rules import code_faults, faults, name_faults

ROOT = Path(__file__).resolve().parents[2]
needs_git = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()),
    reason="the package is made from a git checkout",
)


def make(path: Path) -> Path:
    subprocess.run(
        ["git", "archive", "--format=zip", "--prefix=mrife/", "-o", str(path), "HEAD"],
        cwd=ROOT,
        check=True,
    )
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return make(tmp_path_factory.mktemp("package") / "mrife.zip")


@needs_git
def test_package_keeps_the_rules_of_the_site(archive):
    assert faults(str(archive)) == []


@needs_git
def test_package_is_reproducible(archive, tmp_path):
    assert make(tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@needs_git
def test_package_runs_where_it_is_unpacked(archive, tmp_path, scene):
    """As a user has it: unpacked into a profile, switched on, run by qgis_process with
    the shipped model.
    """
    pytest.importorskip("qgis.core")
    plugins = tmp_path / "profile" / "profiles" / "default" / "python" / "plugins"
    with zipfile.ZipFile(archive) as package:
        package.extractall(plugins)
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    environment = {
        **os.environ,
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    subprocess.run(
        [program, "plugins", "enable", "mrife"],
        env=environment,
        capture_output=True,
        check=True,
    )
    done = subprocess.run(
        [program, "run", "mrife:modelinfo"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "THRESHOLD" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    assert x",
        "import subprocess",
        "try:\n    f()\nexcept ValueError:\n    pass",
        "import random",
        "torch.load(path)",
        f"DIGEST = '{'0123456789abcdef' * 4}'",
        "eval(text)",
        "PLACE = '/tmp/x'",
    ],
)
def test_blocking_code_is_seen(text):
    assert code_faults(text)


def test_harmless_code_passes():
    assert (
        code_faults(
            "model.eval()\ntorch.load(a, weights_only=True)\nexcept ValueError:\n    "
            "return None"
        )
        == []
    )


@pytest.mark.parametrize(
    "names",
    [
        ["mrife/a.py", "other/b.py"],
        ["my-plugin/a.py"],
        ["mrife/.hidden"],
        ["mrife/run.sh"],
        ["mrife/tests/test_a.py"],
        ["mrife/../a.py"],
        ["mrife/__pycache__/a.pyc"],
    ],
)
def test_forbidden_names_are_seen(names):
    assert name_faults(names)
