# SPDX-License-Identifier: GPL-2.0-or-later
"""The scripts in tests/tools import from each other only what is there."""

import ast
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
SCRIPTS = {path.stem: ast.parse(path.read_text("utf-8")) for path in TOOLS.glob("*.py")}


def names_of(tree):
    """What a module defines or imports at its top level."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_takes_from_another_is_there(name):
    for node in ast.walk(SCRIPTS[name]):
        if isinstance(node, ast.ImportFrom) and node.module in SCRIPTS:
            taken = {alias.name for alias in node.names}
            assert taken <= set(names_of(SCRIPTS[node.module])), node.module
