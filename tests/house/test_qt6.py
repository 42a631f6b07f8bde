# SPDX-License-Identifier: GPL-2.0-or-later
"""Every module of the plugin is imported on PyQt6, which QGIS 4 is built on, with a
stand-in for QGIS itself.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest
from house_figures import ROOT

if find_spec("PyQt6") is None:
    pytest.skip("no PyQt6 here: apt-get install python3-pyqt6", allow_module_level=True)

PLANTED = {
    "enum.py": ("from qgis.PyQt.QtCore import Qt\nleft = Qt.AlignLeft", "AlignLeft"),
    "flag.py": (
        "from qgis.PyQt.QtGui import QFont\nf = lambda: QFont.Bold",
        "line 2: QF",
    ),
    "moved.py": ("from qgis.PyQt.QtWidgets import QUndoStack", "QUndoStack"),
    "gone.py": ("from qgis.PyQt.QtCore import QRegExp", "QRegExp"),
    "web.py": ("import qgis.PyQt.QtWebKit", "QtWebKit"),
    "modal.py": ("def f(dialog):\n    dialog.exec_()", "line 2: dialog.exec_"),
    "type.py": ("from qgis.PyQt.QtCore import QVariant\nt = QVariant.Int", "Int"),
}
FINE = """
from qgis.core import QgsProcessing
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtWidgets import QAction

class Mine(QgsProcessing):
    kind = QgsProcessing.SourceType.TypeVectorPolygon

def f(dialog):
    sip.unwrapinstance(dialog)
    dialog.exec()
    QAction(QUrl.fromLocalFile("a").toString(), Qt.AlignmentFlag.AlignLeft)
"""


def imported(root):
    """What importing all modules under a folder says, line by line."""
    tool = str(ROOT / "tests" / "helpers" / "qt6_imports.py")
    done = subprocess.run(
        [sys.executable, tool, str(root)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_module_is_imported_on_pyqt6():
    paths = [*ROOT.glob("algorithms/**/*.py"), *ROOT.glob("mrife_plugin/**/*.py")]
    assert imported(ROOT) == [f"{len(paths)} modules"]


def test_what_pyqt6_lacks_is_seen(tmp_path):
    folder = tmp_path / "algorithms"
    folder.mkdir()
    for place in (tmp_path, folder):
        (place / "__init__.py").touch()
    (folder / "fine.py").write_text(FINE)
    for name, (text, _) in PLANTED.items():
        (folder / name).write_text(text + "\n")
    *lines, count = imported(tmp_path)
    assert count == f"{len(PLANTED) + 2} modules"
    for line, name in zip(lines, sorted(PLANTED)):
        assert line.startswith(f"algorithms/{name}: ") and PLANTED[name][1] in line
    assert len(lines) == len(PLANTED)
