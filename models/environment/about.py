# SPDX-License-Identifier: GPL-2.0-or-later
"""What a Python says about itself; a worker of one answer, which needs no library."""

from __future__ import annotations

import importlib.util
import json
import platform
import struct
import sys
import sysconfig


def main(_verb: str) -> None:
    """Print the facts as a line of JSON."""
    print(json.dumps(facts()))


def facts() -> dict:
    """Of the Python that runs this, as fields of BasePython."""
    libc, version = platform.libc_ver()
    return {
        "python": platform.python_version(),
        "program": sys.executable,
        "sys_platform": sys.platform,
        "machine": platform.machine(),
        "bits": 8 * struct.calcsize("P"),
        "cpython": platform.python_implementation() == "CPython",
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "glibc": version if libc == "glibc" else "",
        "macos": platform.mac_ver()[0],
        "venv": importlib.util.find_spec("venv") is not None,
    }
