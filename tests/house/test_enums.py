# SPDX-License-Identifier: GPL-2.0-or-later
"""Members of enums are named with their enum, as PyQt6 and so QGIS 4 demand it, and by
names that this QGIS has.
"""

from __future__ import annotations

import ast
import enum
from importlib import import_module

import pytest
from house_figures import ROOT

pytest.importorskip("qgis.gui")

# of newer QGIS, used where it has them
NEWER = {"Qgis.AttributeFormLayout", "Qgis.AttributeEditorContainerType"}
FILES = [ROOT / "__init__.py"]
for folder in ("algorithms", "mrife_plugin"):
    FILES += sorted((ROOT / folder).rglob("*.py"))


def imported(tree: ast.Module) -> dict[str, object]:
    """Classes of QGIS and Qt by the name that a file gives them."""
    classes = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis."):
            module = import_module(node.module)
            for alias in node.names:
                classes[alias.asname or alias.name] = getattr(module, alias.name, None)
    return classes


def chains(tree: ast.Module):
    """Each name with all that is asked of it: ("Qt", "DateFormat", "ISODate")."""
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node in inner:
            continue
        parts = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            yield (node.id, *parts)


def is_member(value: object) -> bool:
    """Of an enum of Qt or QGIS, whose members are whole numbers with a type of their own."""
    if isinstance(value, enum.Enum):
        return True
    return isinstance(value, int) and type(value) not in (int, bool)


def faults(tree: ast.Module) -> list[str]:
    """Members without their enum, and names that a class does not have."""
    classes = imported(tree)
    wrong = []
    for first, *parts in chains(tree):
        owner = classes.get(first)
        if not isinstance(owner, type):
            continue
        for part in parts:
            value = getattr(owner, part, None)
            if value is None and f"{first}.{part}" in NEWER:
                break
            if value is None:
                wrong.append(".".join((first, *parts)))
                break
            if is_member(value):
                if not (issubclass(owner, int) or issubclass(owner, enum.Enum)):
                    wrong.append(".".join((first, *parts)))
                break
            if not isinstance(value, type):
                break
            owner = value
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_members_are_named_with_their_enum(path):
    assert faults(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "name, is_wrong",
    [
        ("Qt.ISODate", True),
        ("Qt.DateFormat.ISODate", False),
        ("QgsWkbTypes.MultiPolygon", True),
        ("QgsWkbTypes.Type.MultiPolygon", False),
        ("QgsWkbTypes.Type.MultiPolygone", True),
        ("QgsWkbTypes.displayString", False),
    ],
)
def test_planted_spellings_are_seen(name, is_wrong):
    text = f"""
from qgis.core import QgsWkbTypes
from qgis.PyQt.QtCore import Qt
value = {name}
"""
    assert bool(faults(ast.parse(text))) == is_wrong
