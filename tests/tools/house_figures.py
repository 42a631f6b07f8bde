# SPDX-License-Identifier: GPL-2.0-or-later
"""The shape of a checkout in figures: python tests/tools/house_figures.py [CHECKOUT ...]

Modules by folder, lengths of functions, lines and algorithm classes, conditional
expressions and packed assignments per 100 lines, class names that stand twice, variables
named by participles, folder circles.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("algorithms", "models", "mrife_plugin")
PARTICIPLES = set(
    "found chosen known drawn seen made kept wanted taken said told".split()
)
HELP = {"name", "displayName", "tags", "shortDescription", "shortHelpString"}
HELP |= {"initAlgorithm", "group", "groupId"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def percentile(values: list[int], share: float) -> int:
    """The value below which this share of all lies."""
    return sorted(values)[int(share * (len(values) - 1))]


def length(node: ast.stmt) -> int:
    """Lines of a definition."""
    return node.end_lineno - node.lineno + 1


def is_packed(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Tuple)
        and isinstance(node.value, ast.Tuple)
    )


def participles(text: str) -> int:
    """Variables that are named by what happened to them."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(t.type == tokenize.NAME and t.string in PARTICIPLES for t in tokens)


def folder_arrows(path: Path, root: Path, tree: ast.Module) -> set[tuple[str, str]]:
    """(room, room) of the relative imports at module level. A room is a folder, or a file
    that lies in one of FOLDERS itself.
    """
    parts = path.relative_to(root).with_suffix("").parts
    arrows = set()
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = parts[: len(parts) - node.level]
        module = tuple(node.module.split(".")) if node.module else ()
        for alias in node.names:
            target = base + module
            if (root / Path(*target, alias.name)).with_suffix(".py").exists():
                target += (alias.name,)
            if room(target) != room(parts):
                arrows.add((room(parts), room(target)))
    return arrows


def room(parts: tuple[str, ...]) -> str:
    """Of a module given as parts."""
    if len(parts) <= 2:
        return "/".join(parts)
    return "/".join(parts[:-1])


def circles(arrows: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of folders that reach each other."""
    reach = defaultdict(set)
    for a, b in arrows:
        reach[a].add(b)
    while True:
        grown = {
            a: set().union(bs, *(reach.get(b, ()) for b in bs)) for a, bs in reach.items()
        }
        if grown == reach:
            break
        reach = grown
    return sorted(
        (a, b) for a in reach for b in reach[a] if a < b and a in reach.get(b, ())
    )


def figures(root: Path) -> dict[str, object]:
    """All figures of one checkout."""
    lines: list[int] = []
    functions: list[int] = []
    modules: Counter = Counter()
    classes: Counter = Counter()
    counts: Counter = Counter()
    algorithms: list[int] = []
    arrows: set[tuple[str, str]] = set()
    for path in sorted(p for folder in FOLDERS for p in (root / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        modules["/".join(path.relative_to(root).parts[:-1])] += 1
        lines += [len(line) for line in text.splitlines() if line.strip()]
        counts["lines"] += text.count("\n")
        counts["participles"] += participles(text)
        arrows |= folder_arrows(path, root, tree)
        for node in ast.walk(tree):
            counts["conditional"] += isinstance(node, ast.IfExp)
            counts["packed"] += is_packed(node)
            if isinstance(node, FUNCTIONS):
                functions.append(length(node))
            if isinstance(node, ast.ClassDef):
                classes[node.name] += 1
        if path.parent.name == "algorithms":
            algorithms += algorithm_lengths(tree)
    hundred = counts["lines"] / 100
    return {
        "modules": sum(modules.values()),
        "largest folders": ", ".join(f"{k} {n}" for k, n in modules.most_common(4)),
        "lines": counts["lines"],
        "function, median / p90": f"{percentile(functions, 0.5)} / {percentile(functions, 0.9)}",
        "line, median / p90": f"{percentile(lines, 0.5)} / {percentile(lines, 0.9)}",
        "lines over 110": f"{100 * sum(n > 110 for n in lines) / len(lines):.1f} %",
        "conditional expressions per 100 lines": round(
            counts["conditional"] / hundred, 2
        ),
        "packed assignments per 100 lines": round(counts["packed"] / hundred, 2),
        "algorithm class without parameters and help, median": percentile(
            algorithms, 0.5
        ),
        "class names that stand twice": ", ".join(
            sorted(name for name, n in classes.items() if n > 1 and name != "Job")
        )
        or "none",
        "variables named by participles": counts["participles"],
        "folder circles": circles(arrows) or "none",
    }


def algorithm_lengths(tree: ast.Module) -> list[int]:
    """Lines of each algorithm's class but its parameters and help."""
    result = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        methods = {n.name: length(n) for n in node.body if isinstance(n, FUNCTIONS)}
        if "displayName" not in methods:
            continue
        aside = sum(
            n
            for name, n in methods.items()
            if name in HELP or name.endswith("_parameters") or name.startswith("add_")
        )
        result.append(length(node) - aside)
    return result


def main(arguments: list[str]) -> None:
    """Print the figures of each checkout."""
    for root in [Path(a).resolve() for a in arguments] or [ROOT]:
        print(root)
        for name, value in figures(root).items():
            print(f"    {name}: {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
