# SPDX-License-Identifier: GPL-2.0-or-later
"""The one line of arrows between the folders, and what shipped code may not contain."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from house_figures import figures

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ("mrife_plugin", "algorithms", "models")
SHIPPED = [ROOT / "__init__.py"] + sorted(
    path for folder in PLUGIN for path in (ROOT / folder).rglob("*.py")
)
GEO_REACHES = (
    ("models", "geo"),
    ("models", "errors"),
    ("models", "contract"),
    ("models", "regular_file"),
    ("models", "numerals"),
    ("models", "word_lists"),
    ("models", "watch"),
)
CORE = (("models", "inference"), ("models", "inventory"))
RUNTIME = (
    ("models", "inference", "silent_onnxruntime.py"),
    ("models", "training", "quantise.py"),
)  # runs it; makes its files
DASK = {"dask", "distributed"}
SCHEDULER = ("models", "sheets", "scheduler.py")  # alone knows it
# of `algorithms`, besides one algorithm a file
BASES = ("texts", "base", "detection")
HELPERS = ("parameters", "layers", "review", "messages", "runtime")
HEAVY = {"numpy", "osgeo", "shapely", "pyproj"}
EXPERIMENTS = ("models", "experiments")
LEARNING = (("models", "training"), EXPERIMENTS)  # which know PyTorch


MODELS = ("models",)
INVENTORY = ("models", "inventory")
# of models from the ground up: a file imports what stands before its own, or beside it
MODELS_FLOORS = (
    (
        "errors",
        "background",
        "endings",
        "numerals",
        "word_lists",
        "pace",
        "protobuf",
        "watch",
        "tables",
    ),
    ("terminal",),
    ("answers",),
    ("contract", "regular_file", "environment"),
    ("onnxfile",),
    ("geo",),
    ("inference",),
    ("inventory",),
    ("evaluation",),
    ("jobs", "provenance"),
    ("pipeline",),
    ("sheets",),
    ("finetune",),
    ("preflight",),
    ("proposewater", "assessment", "model_calibration"),
    ("scenes",),
    ("training",),
    ("experiments",),
    ("commands",),
    ("__main__",),
)
# beside these, what Python brings; a worker's `detector` with its sessions, and
# `training.quantise`, run it
LIBRARIES = {
    "environment": set(),
    "geo": {"numpy", "osgeo", "shapely", "pyproj"},
    "inference": {"numpy", "osgeo", "onnxruntime"},
    "inventory": {"numpy", "osgeo", "shapely", "jinja2"},
    "evaluation": {"numpy"},
    "jobs": set(),
    "pipeline": set(),
    "provenance": set(),
    "proposewater": {"numpy"},
    "sheets": {"numpy", "osgeo", "shapely"},
    "finetune": {"numpy", "shapely"},
    "preflight": {"numpy", "osgeo", "shapely"},
    "assessment": set(),
    "model_calibration": set(),
}
OTHERS = {"numpy", "osgeo", "shapely", "pyproj", "jinja2", "torch", "onnx"}
OTHERS |= {"onnxruntime", "matplotlib", "scipy"}
# of models/inventory from the ground up: a file imports what stands before its own
INVENTORY_FLOORS = (
    (
        "schema",
        "values",
        "language",
        "markup",
        "svg",
        "status",
        "identity",
        "confidence",
        "compiled_translation",
    ),
    ("morphometry",),
    ("polygonize",),
    ("water",),
    ("candidates",),
    ("review",),
    ("merge",),
    ("report",),
    ("export",),
)


def imports(path: Path) -> list[tuple]:
    """(absolute top name or None, level, module) of every import anywhere in a file."""
    return imports_of(path.read_text(encoding="utf-8"))


@cache
def imports_of(text: str) -> list[tuple]:
    return list(each_import(text))


def each_import(text: str):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield (
                (node.module or "").split(".")[0] if not node.level else None,
                node.level,
                node.module or "",
            )


def offences(path: Path) -> list[str]:
    """What a file imports against the rules of its folder."""
    parts = path.relative_to(ROOT).parts
    return [
        f"{'/'.join(parts)}: {'.' * level}{module}"
        for top, level, module in imports(path)
        if is_foreign(parts, top)
        or is_against_an_arrow(parts, target(parts, level, module))
    ]


def is_foreign(parts: tuple[str, ...], top: str | None) -> bool:
    """Whether a file may not know a library, by its first name; None for a module of the
    plugin.
    """
    if top in PLUGIN:  # absolute: another plugin's may come first
        return True
    if top == "qgis":
        return parts[0] == "models"
    if top == "torch":
        return parts[:2] not in LEARNING
    if top == "onnxruntime":
        return parts not in RUNTIME
    if top in DASK:
        return parts != SCHEDULER
    return top in HEAVY and parts[0] != "models"


def is_against_an_arrow(parts: tuple[str, ...], reached: tuple[str, ...]) -> bool:
    """Whether a file may not import a module of the plugin; () for none of it."""
    if not reached:
        return False
    folder = parts[:2]
    if folder == ("models", "geo"):
        return reached[:2] not in GEO_REACHES
    if folder in CORE and reached[:2] == ("models", "training"):
        return True
    if reached[:2] == EXPERIMENTS and folder != EXPERIMENTS:
        return True
    if parts[0] == "models":
        return reached[0] != "models"
    if parts[0] == "algorithms" and reached[0] == "algorithms":
        is_helper = len(parts) > 2
        return is_helper and reached[1:2] not in {("texts",), *zip(HELPERS)}
    return parts[0] == "algorithms" and reached[0] != "models"


def target(parts: tuple[str, ...], level: int, module: str) -> tuple[str, ...]:
    """Where a relative import leads, as parts from the root; ('..',) where it leaves
    the plugin.
    """
    if not level:
        return ()
    if level > len(parts):
        return ("..",)
    return parts[: len(parts) - level] + tuple(module.split("."))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_arrows(path):
    assert offences(path) == []


def floor_of(parts: tuple[str, ...], folder: tuple[str, ...], floors) -> int | None:
    """Of a module in a folder; None for any other."""
    if parts[: len(folder)] != folder or len(parts) == len(folder):
        return None
    name = parts[len(folder)].removesuffix(".py")
    return next((floor for floor, names in enumerate(floors) if name in names), None)


def climbs(path: Path, folder: tuple[str, ...], floors) -> list[str]:
    """What a module of a folder imports from a floor above its own."""
    parts = path.relative_to(ROOT).parts
    own = floor_of(parts, folder, floors)
    reached = [target(parts, level, module) for _, level, module in imports(path)]
    return [
        ".".join(module)
        for module in reached
        if own is not None and (floor_of(module, folder, floors) or 0) > own
    ]


@pytest.mark.parametrize(
    "path",
    [p for p in SHIPPED if p.relative_to(ROOT).parts[0] == "models"],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_arrows_in_the_models_point_down(path):
    parts = path.relative_to(ROOT).parts
    own = floor_of(parts, MODELS, MODELS_FLOORS)
    assert parts == ("models", "__init__.py") or own is not None, "on which floor?"
    assert climbs(path, MODELS, MODELS_FLOORS) == []
    allowed = LIBRARIES.get(parts[1].removesuffix(".py"), OTHERS)
    assert {top for top, _, _ in imports(path)} & OTHERS <= allowed


def test_no_two_folders_reach_each_other_and_no_class_name_stands_twice():
    measured = figures(ROOT)
    assert measured["folder circles"] == "none"
    assert measured["class names that stand twice"] == "none"


@pytest.mark.parametrize(
    "path",
    [p for p in SHIPPED if p.relative_to(ROOT).parts[:2] == INVENTORY],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_arrows_in_the_inventory_point_down(path):
    parts = path.relative_to(ROOT).parts
    own = floor_of(parts, INVENTORY, INVENTORY_FLOORS)
    assert path.name == "__init__.py" or own is not None, "on which floor?"
    assert climbs(path, INVENTORY, INVENTORY_FLOORS) == []


@pytest.mark.parametrize(
    "planted, file",
    [
        ("import torch", "models/inference/plan.py"),
        ("def f():\n    from distributed import Client", "models/sheets/search.py"),
        ("from ..base import gdal_source", "algorithms/layers/styles.py"),
        ("from ...algorithms import base", "models/inference/plan.py"),
        ("from qgis.core import Qgis", "models/contract.py"),
        ("from ..inference.raster import Raster", "models/geo/dem.py"),
        ("import torch", "models/evaluation/calibration.py"),
        ("from ..experiments import benchmark", "models/training/export.py"),
        ("import numpy as np", "algorithms/detect.py"),
        ("from ..mrife_plugin import provider", "algorithms/detect.py"),
        ("from ..detect import Job", "algorithms/messages/detection.py"),
        ("def f():\n    import onnxruntime", "mrife_plugin/plugin.py"),
        ("from models.errors import MrifeError", "algorithms/base.py"),
    ],
)
def test_planted_offences_are_seen(planted, file, monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda self, encoding=None: planted)
    assert offences(ROOT / file)


def test_a_planted_climb_is_seen(monkeypatch):
    planted = "from ..review.triage import advise\nfrom ..schema import ALL"
    monkeypatch.setattr(Path, "read_text", lambda self, encoding=None: planted)
    path = ROOT / "models/inventory/candidates/zonal.py"
    seen = climbs(path, INVENTORY, INVENTORY_FLOORS)
    assert seen == ["models.inventory.review.triage"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT)))
def test_shipped_code_parses_under_python_39_and_keeps_the_house_rules(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    assert text.startswith("# SPDX-License-Identifier: GPL-2.0-or-later\n")
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), f"assert in line {node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except in line {node.lineno}"
            assert not all(isinstance(step, ast.Pass) for step in node.body), (
                f"swallowed error in line {node.lineno}"
            )
    tops = {top for top, _, _ in imports(path)}
    assert not tops & {"subprocess", "random", "pickle", "PyQt5", "PyQt6", "urllib"}


def test_algorithms_lie_one_a_file_beside_their_bases():
    folder = ROOT / "algorithms"
    for path in folder.glob("*.py"):
        classes = [
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.ClassDef)
            and any("Algorithm" in ast.unparse(base) for base in node.bases)
        ]
        if path.stem not in (*BASES, "__init__"):
            assert len(classes) == 1, path.name
    assert {path.name for path in folder.iterdir() if path.is_dir()} - {
        "__pycache__"
    } == set(HELPERS)


@pytest.mark.parametrize(
    "path",
    [p for p in SHIPPED if p.name == "__init__.py" and p.parent != ROOT],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_folders_hold_a_docstring_and_no_code(path):
    assert len(ast.parse(path.read_text(encoding="utf-8")).body) == 1
