# SPDX-License-Identifier: GPL-2.0-or-later
"""Imports every module of a plugin's folder on PyQt6, as QGIS 4 has it, in a process of
its own, since one process cannot hold Qt 5 and Qt 6:

    python tests/helpers/qt6_imports.py FOLDER

Qt is the real one. QGIS is a stand-in that has every name and takes any argument, so what
is seen here is Qt's part only: modules, classes that moved, enums, and calls at import.
Prints what cannot be imported, each name asked of a class of Qt that is not there, and
how many modules there are.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import re
import sys
import types
from pathlib import Path

FOLDERS = ("algorithms", "mrife_plugin")
QGIS_VERSION = 40000
CHAIN = re.compile(r"\w+(\.\w+)+")  # of names: nothing is called in between
# names of Qt 5's places that qgis.PyQt keeps, see python/PyQt/PyQt/QtWidgets.py.in there
MOVED = {"QtWidgets": ("QAction", "QShortcut")}


class StandIn(type):
    """A class of QGIS with every attribute: another one, also where it is called."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(name, (Anything,), {})


class Anything(metaclass=StandIn):
    def __init__(self, *_, **__):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *_, **__):
        return Anything()


class Qgis(Anything):
    @staticmethod
    def versionInt():
        return QGIS_VERSION


class Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """qgis and processing: qgis.PyQt from PyQt6, all else made up."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ("qgis", "processing"):
            return None
        if name.startswith("qgis.PyQt."):
            importlib.import_module(real(name))  # fails where PyQt6 has no such module
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if module.__name__.startswith("qgis.PyQt."):
            fill(module)
        elif module.__name__ not in ("qgis", "qgis.PyQt"):
            module.Qgis = Qgis
            module.__getattr__ = lambda name: StandIn(name, (Anything,), {})


def real(name: str) -> str:
    return name.replace("qgis.PyQt", "PyQt6", 1)


def fill(module: types.ModuleType) -> None:
    """With the names of PyQt6, and those of QtGui that QGIS keeps in their old place."""
    vars(module).update(vars_of(real(module.__name__)))
    for name in MOVED.get(module.__name__.rpartition(".")[2], ()):
        setattr(module, name, getattr(importlib.import_module("PyQt6.QtGui"), name))


def vars_of(name: str) -> dict[str, object]:
    names = vars(importlib.import_module(name))
    return {key: value for key, value in names.items() if not key.startswith("__")}


def named(tree: ast.Module) -> dict[str, object]:
    """Classes and modules of Qt by the name that a file, which was imported, gives them."""
    values = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "qgis.PyQt"
        ):
            module = importlib.import_module(node.module)
            for alias in node.names:
                values[alias.asname or alias.name] = getattr(module, alias.name)
    return values


def lacking(tree: ast.Module) -> list[str]:
    """Names that PyQt6 lacks where a function, which no import runs, asks for them."""
    values = named(tree)
    wrong = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = ast.unparse(node)
        first, *parts = name.split(".")
        of_qt = first in values and CHAIN.fullmatch(name)
        # exec_: whatever object it is asked of, it is Qt 5's name of exec
        if node.attr == "exec_" or (of_qt and not has(values[first], parts)):
            wrong.append(f"line {node.lineno}: {name}")
    return wrong


def has(value: object, parts: list[str]) -> bool:
    """Whether each name is there, as far as they are asked of classes and modules."""
    for part in parts:
        if not isinstance(value, (type, types.ModuleType)):
            return True
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


def load(name: str, path: Path) -> None:
    """A plugin's folder as a package, as QGIS loads it."""
    spec = importlib.util.spec_from_file_location(
        name, path / "__init__.py", submodule_search_locations=[str(path)]
    )
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def faults(root: Path, path: Path) -> list[str]:
    parts = path.relative_to(root).with_suffix("").parts
    try:
        importlib.import_module(".".join(("plugin", *parts)).removesuffix(".__init__"))
        return lacking(ast.parse(path.read_text(encoding="utf-8")))
    except (ImportError, AttributeError, NameError, TypeError) as error:
        return [f"{type(error).__name__}: {error}"]


def main(root: Path) -> None:
    sys.meta_path.insert(0, Modules())
    load("plugin", root)
    paths = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    for path in paths:
        for fault in faults(root, path):
            print(f"{path.relative_to(root)}: {fault}")
    print(f"{len(paths)} modules")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
