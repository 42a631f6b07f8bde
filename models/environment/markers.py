# SPDX-License-Identifier: GPL-2.0-or-later
"""Environment markers of PEP 508, as far as lists of requirements use them."""

from __future__ import annotations

import ast
import operator
import re

from ..errors import MrifeError

VERSIONS = ("python_version", "python_full_version")
ORDERS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def holds(marker: str, values: dict[str, str]) -> bool:
    """Whether a marker is true where its variables have `values`; an empty one is.

    Raises MrifeError for what is no marker, or asks for another variable.
    """
    if not marker.strip():
        return True
    try:
        return _truth(ast.parse(marker.strip(), mode="eval").body, values)
    except (SyntaxError, KeyError) as error:
        raise MrifeError(
            "'{}' is no marker of a requirement that can be read ({}); install the "
            "plugin again.",
            marker,
            error,
        ) from error


def _truth(node: ast.expr, values: dict[str, str]) -> bool:
    if isinstance(node, ast.BoolOp):
        parts = [_truth(part, values) for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        raise KeyError(ast.dump(node))
    right = node.comparators[0]
    if not isinstance(node.left, ast.Name) or not isinstance(right, ast.Constant):
        raise KeyError(ast.dump(node))
    order = ORDERS[type(node.ops[0])]
    value = values[node.left.id]
    if node.left.id not in VERSIONS:
        return order(value, right.value)
    asked = right.value
    if asked.endswith(".*"):
        places = asked.count(".")
        return order(numbers(value)[:places], numbers(asked)[:places])
    return order(padded(value), padded(asked))


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version: (3, 11) of 3.11."""
    return tuple(map(int, re.findall(r"\d+", version)))


def padded(version: str) -> tuple[int, ...]:
    """Three numbers, so that 3.11 and 3.11.0 are one version."""
    return (*numbers(version), 0, 0, 0)[:3]
