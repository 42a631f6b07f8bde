# SPDX-License-Identifier: GPL-2.0-or-later
"""An environment that takes a second to make: of two wheels, one of which lends it the
packages of the Python that runs this.
"""

from __future__ import annotations

import ensurepip
import shutil
import sys
from pathlib import Path

from package_index import wheel_of, write_wheel

BORROWED = {"borrowed.pth": "\n".join(p for p in sys.path if p.endswith("-packages"))}
BROKEN = {"onnxruntime.py": "raise ImportError('DLL load failed while importing x')"}


def write_wheels(folder: Path) -> Path:
    """What lends the packages, and pip."""
    bundled = Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")
    debian = Path("/usr/share/python-wheels").glob("pip-*.whl")
    shutil.copy(next(iter([*bundled, *debian])), folder)
    write_wheel(folder, "borrowed", BORROWED)
    return folder


def small_plan(wheels: Path, address, folder="", patience=0.5, more=(), kind="cpu"):
    """An EnvironmentPlan of the wheels in a folder, to be fetched from an index at
    `address`; `more` of them stand before pip's.
    """
    from mrife.algorithms.runtime.build import EnvironmentPlan
    from mrife.algorithms.runtime.fetch import Index
    from mrife.algorithms.runtime.managed import managed_store
    from mrife.models.environment.about import facts
    from mrife.models.environment.base_python import BasePython

    own = [wheel_of(path) for path in sorted(wheels.glob("b*.whl"))]
    pip = wheel_of(next(wheels.glob("pip-*.whl")))
    store = managed_store()
    store.root.mkdir(exist_ok=True)
    python = BasePython.of_facts(facts())
    places = Index(str(folder), (address,), patience)
    return EnvironmentPlan(kind, store, python, (*own, *more, pip), places)
