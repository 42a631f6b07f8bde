# SPDX-License-Identifier: GPL-2.0-or-later
"""One thought a line: what the house style asks of shipped code and a tool can see."""

from __future__ import annotations

import ast
import re

import pytest
from house_figures import FOLDERS, FUNCTIONS, ROOT, algorithm_lengths, is_packed, length

CLASS_LINES = 60  # of an algorithm, parameters and help aside
WORK_LINES = 30
LONGEST = 110  # characters of a line, help texts and templates too
OTHER_LINES = 35  # of a list of parameters, and of what else stands beside the class
ALGORITHMS = sorted((ROOT / "algorithms").glob("*.py"))
CHINESE = "[\u3000-\u9fff\uff00-\uffef]+"  # characters and their punctuation
SHIPPED = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def packed(tree: ast.Module) -> list[int]:
    """Lines that assign several values at once, a swap or rotation of names aside."""
    lines = []
    for node in ast.walk(tree):
        if not is_packed(node):
            continue
        targets = {ast.unparse(part) for part in node.targets[0].elts}
        read = {
            ast.unparse(part)
            for value in node.value.elts
            for part in ast.walk(value)
            if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))
        }
        if not targets & read:
            lines.append(node.lineno)
    return lines


def crowded(tree: ast.Module) -> list[int]:
    """Lines of statements with more than one conditional expression of their own."""
    lines = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Assign, ast.Return, ast.Expr, ast.AugAssign)):
            continue
        if sum(isinstance(part, ast.IfExp) for part in ast.walk(node)) > 1:
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT)))
def test_one_thought_a_line(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert packed(tree) == [] and crowded(tree) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT)))
def test_lines_can_be_read_at_a_glance(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT)))
def test_words_of_other_languages_lie_in_resources(path):
    assert re.findall(CHINESE, path.read_text(encoding="utf-8")) == []


def test_planted_packing_is_seen():
    assert packed(ast.parse("a, b = 1, 2")) == [1]
    assert packed(ast.parse("a, b = b, a")) == []
    assert crowded(ast.parse("a = f(b if c else d, e if f else g)")) == [1]


def longest(tree: ast.Module) -> dict[str, int]:
    """Lines of each function by its name; of two the longer one."""
    lengths: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            lengths[node.name] = max(length(node), lengths.get(node.name, 0))
    return lengths


@pytest.mark.parametrize("path", ALGORITHMS, ids=lambda p: p.stem)
def test_an_algorithm_is_one_thought(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lengths = longest(tree)
    assert all(n <= CLASS_LINES for n in algorithm_lengths(tree))
    assert lengths.pop("work", 0) <= WORK_LINES
    assert {name for name, n in lengths.items() if n > OTHER_LINES} == set()


def test_an_algorithm_of_many_lines_is_seen():
    lines = "\n".join(f"        job = {n}" for n in range(CLASS_LINES))
    text = f"""class Planted(MrifeAlgorithm):
    def displayName(self):
        return "help does not count"

    def work(self, job, given, feedback):
{lines}
"""
    tree = ast.parse(text)
    assert algorithm_lengths(tree) == [CLASS_LINES + 3]
    assert longest(tree)["work"] == CLASS_LINES + 1
