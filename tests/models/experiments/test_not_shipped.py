# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's package leaves the experiments out; their commands say so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from models.__main__ import FORWARDED

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = [
    name for name, module in FORWARDED.items() if module.startswith("experiments")
]


def test_each_command_of_a_missing_folder_is_one_sentence(tmp_path):
    left_out = shutil.ignore_patterns("experiments", "*.onnx", "__pycache__")
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=left_out)
    code = (
        "import sys; from models.__main__ import main; "
        "sys.exit(sum(main([name]) for name in sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMANDS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == len(COMMANDS) == 14 and not done.stdout
    assert done.stderr.splitlines() == [
        f"The command '{name}' is not in the plugin's package; run it in a checkout of "
        "the source."
        for name in COMMANDS
    ]
