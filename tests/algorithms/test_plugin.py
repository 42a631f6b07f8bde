# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin as QGIS sees it: metadata, loading, unloading, names that saved models
depend on.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEPS = {
    "OUTLINE",
    "HOLES",
    "HOLE_AREA",
    "HOLE_SHARE",
    "GAP",
    "SCALE",
    "SMOOTH",
    "SIMPLIFY",
    "EXCLUDE",
    "MAX_EXCLUDED",
    "EXCLUDE_MODE",
    "SPLIT",
    "DEM_UNIT",
    "SIZES",
    "SHEET",
    "IMG_DATE",
}
FROZEN = {
    "detect": (
        {
            "INPUT",
            "BANDS",
            "DEM",
            "MODEL",
            "EXTENT",
            "MASK",
            "THRESHOLD",
            "SEED",
            "MIN_AREA",
            "OVERLAP",
            "BATCH",
            "FAST",
            "DEVICE",
            "OUTPUT",
            "PROBABILITY",
            "UNCERTAINTY",
            "FLAT_BELOW",
            *STEPS,
        },
        {"OUTPUT", "PROBABILITY", "COUNT", "AREA_M2", "DEVICE_USED", "SECONDS"},
    ),
    "detectsheets": (
        {
            *("INPUTS", "FOLDER", "EXTENT", "DEM", "THRESHOLD", "MODEL", "FAST"),
            *("BANDS", "MASK", "OVERLAP", "BATCH", "DEVICE", "SEED", "MIN_AREA"),
            *("OUTPUT", "STATUS", "PROBABILITY", "UNCERTAINTY", "DRY_RUN"),
            "FLAT_BELOW",
            *(STEPS - {"SHEET"}),
        },
        {
            *("OUTPUT", "STATUS", "PROBABILITY", "COUNT", "AREA_M2", "DEVICE_USED"),
            *("DONE", "EMPTY", "FAILED", "SKIPPED"),
            *("SHEETS", "WINDOWS", "DISK_MB", "MINUTES", "SECONDS", "MEMORY_MB"),
        },
    ),
    "vectorize": (
        {"INPUT", "THRESHOLD", "SEED", "MIN_AREA", "DEM", "OUTPUT", *STEPS},
        {"OUTPUT", "COUNT", "AREA_M2"},
    ),
    "checkinputs": (
        {
            *("INPUTS", "MODEL", "DEM", "DEM_UNIT", "POLYGONS", "LANGUAGE"),
            *("OUTPUT", "REPORT"),
        },
        {"OUTPUT", "REPORT", "PASSED", "WARNED", "FAILED"},
    ),
    "proposewater": (
        {"INPUT", "DEM", "DEM_UNIT", "MIN_AREA", "OUTPUT"},
        {"OUTPUT", "COUNT", "AREA_M2"},
    ),
    "morphometry": (
        {"INPUT", "DEM", "DEM_UNIT", "SIZES", "ENCODING", "OUTPUT", "OUTPUT_LINES"},
        {"OUTPUT", "OUTPUT_LINES", "COUNT", "REPAIRED", "SKIPPED", "AREA_M2"},
    ),
    "modelinfo": (
        {"MODEL", "HTML"},
        {"HTML", "THRESHOLD", "PIXEL_SIZE", "BAND_COUNT", "WINDOW"},
    ),
    "export": (
        {
            "INPUT",
            "TARGET",
            "LANGUAGE",
            "ENCODING",
            "ONLY_REVIEWED",
            "NAMESPACE",
            "INVENTORY",
            "INVENTORY_URL",
            "OUTPUT",
        },
        {"OUTPUT", "COUNT"},
    ),
    "merge": (
        {
            "INPUTS",
            "EXISTING",
            "REJECTED",
            "ID_FIELD",
            "DEM",
            "DEM_UNIT",
            "IOU",
            "SHARE",
            "RISE",
            "GAP",
            "KEEP",
            "CRS",
            "OUTPUT",
            "CONFLICTS",
        },
        {
            "OUTPUT",
            "CONFLICTS",
            "COUNT",
            "NEW",
            "KNOWN",
            "MODIFIED",
            "SPLIT",
            "MERGED",
            "UNITED",
            "DUPLICATES",
            "SUPPRESSED",
            "CONFLICTS_N",
        },
    ),
    "statistics": (
        {
            "INPUT",
            "AREA",
            "DEM",
            "TITLE",
            "STATUS",
            "LANGUAGE",
            "DEM_UNIT",
            "MMU",
            "OUTPUT",
            "CSV",
            "CELL",
            "DENSITY_MAP",
            "REJECTED",
        },
        {
            "OUTPUT",
            "CSV",
            "COUNT",
            "AREA_M2",
            "KNOWN_M2",
            "DENSITY",
            "SHARE",
            "REVIEWED",
            "ALPHA",
            "ALPHA_ERROR",
            "ROLLOVER_M2",
            "ALPHA_P",
            "RHO_1",
        },
    ),
    "compare": (
        {"EARLIER", "LATER", "OUTPUT"},
        {"OUTPUT", "SAME", "CHANGED", "GAINED", "LOST", "GAINED_M2", "LOST_M2"},
    ),
    "looknext": (
        {
            "INPUT",
            "PROBABILITY",
            "AREA",
            "REVIEWED_AREA",
            "PLACES",
            "TILE",
            "SEED_NUMBER",
            "OUTPUT",
        },
        {"OUTPUT", "COUNT", "UNCERTAIN", "DIVERSE", "RANDOM", "LARGE"},
    ),
    "train": (
        {
            "INPUTS",
            "POLYGONS",
            "REVIEWED_AREA",
            "WHOLE_EXTENT",
            "BASE_MODEL",
            "DEM",
            "DEM_UNIT",
            "STAGE",
            "STEPS",
            "SEED_NUMBER",
            "MAX_SHIFT",
            "DEVICE",
            "LANGUAGE",
            "MRIFE_LOSSES",
            "FROM_NOTHING",
            "UNLABELLED",
            "OUTPUT_MODEL",
            "REPORT",
            "CHECKPOINT",
            "MISSED",
            "FALSE",
            "GAINED",
            "LOST",
        },
        {
            "OUTPUT_MODEL",
            "BETTER",
            "IOU_BEFORE",
            "IOU_AFTER",
            "THRESHOLD",
            "MODEL_TO_USE",
        },
    ),
    "calibrate": (
        {"MODEL", "PROBABILITY", "REFERENCE", "AREA", "OUTPUT_MODEL"},
        {
            "OUTPUT_MODEL",
            "THRESHOLD",
            "IOU_BEFORE",
            "IOU_AFTER",
            "POLYGONS",
            "BRIER_BEFORE",
            "BRIER_AFTER",
            "ERROR_AFTER",
        },
    ),
    "evaluate": (
        {
            "INPUT",
            "PROBABILITY",
            "REFERENCE",
            "AREA",
            "LANGUAGE",
            "PER_100_KM2",
            "REPORT",
            "CSV",
            "HITS",
            "MISSED",
            "FALSE",
        },
        {
            "REPORT",
            "CSV",
            "HITS",
            "MISSED",
            "FALSE",
            "IOU",
            "PRECISION",
            "RECALL",
            "F1",
            "OBJECT_PRECISION",
            "OBJECT_RECALL",
            "STRICT_PRECISION",
            "STRICT_RECALL",
            "FALSE_PER_100_KM2",
            "REFERENCES",
            "FOUND",
            "CANDIDATES",
            "BOUNDARY_M",
            "AVERAGE_PRECISION",
            "CALIBRATION_ERROR",
            "THRESHOLD",
        },
    ),
    "preparereview": (
        {
            "INPUT",
            "IMAGE",
            "HILLSHADE",
            "RANK",
            "LANGUAGE",
            "MIN_AREA",
            "OUTPUT",
            "BOOKMARKS",
            "ATLAS",
        },
        {"OUTPUT", "BOOKMARKS", "ATLAS", "COUNT", "ACCEPT", "CHECK", "REJECT"},
    ),
    "applyreview": (
        {
            "INPUT",
            "DEM",
            "REVIEWED_AREA",
            "ORIGINAL",
            "KEEP_FIELD_CHECK",
            "DEM_UNIT",
            "SIZES",
            "LANGUAGE",
            "INVENTORY",
            "TRAINING",
            "REVIEWED",
            "REJECTED",
        },
        {
            "INVENTORY",
            "TRAINING",
            "REVIEWED",
            "REJECTED",
            "CONFIRMED",
            "MODIFIED",
            "REJECTED_N",
            "FIELD_CHECK",
            "OPEN",
        },
    ),
    "checkruntime": ({"HTML"}, {"READY", "DEVICE", "HTML"}),
    "setupruntime": (
        {
            "PACKAGES",
            "DRY_RUN",
            "REMOVE",
            "FOLDER",
            "INDEX",
            "WHEELS",
            "BASE_PYTHON",
            "TIMEOUT",
            "OWN_PYTHON",
        },
        {"PYTHON", "DEVICE", "SIZE_MB"},
    ),
}


@pytest.fixture(scope="module")
def metadata():
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"]


def test_metadata_is_complete(metadata):
    for key in (
        "name",
        "description",
        "about",
        "version",
        "author",
        "email",
        "homepage",
        "tracker",
        "repository",
        "tags",
        "changelog",
        "icon",
        "category",
    ):
        assert metadata[key].strip(), key
    assert (
        metadata["qgisMinimumVersion"] == "3.22"
        and metadata["qgisMaximumVersion"] == "4.99"
    )
    assert metadata["hasProcessingProvider"] == "yes" and metadata["server"] == "False"
    assert re.fullmatch(r"\d+(\.\d+)+", metadata["version"])
    assert "supportsqt6" not in metadata
    assert (ROOT / metadata["icon"]).is_file()
    assert "onnxruntime" in metadata["about"]  # dependencies must be said there


def test_versions_agree(metadata):
    version = metadata["version"]
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert metadata["changelog"].strip().startswith(version)


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_names(provider, name):
    algorithm = provider.algorithm(name)
    parameters, outputs = FROZEN[name]
    assert {p.name() for p in algorithm.parameterDefinitions()} == parameters
    assert {o.name() for o in algorithm.outputDefinitions()} >= outputs


def test_every_algorithm_explains_itself(provider):
    assert {a.name() for a in provider.algorithms()} == set(FROZEN)
    for algorithm in provider.algorithms():
        assert (
            algorithm.shortHelpString()
            and algorithm.shortDescription()
            and algorithm.helpUrl()
            and algorithm.tags()
        )
        assert "\n" not in algorithm.shortHelpString()  # QGIS would show it as a break
        assert "<b>" not in algorithm.shortHelpString()  # dark grey on a dark theme
        assert algorithm.group() and algorithm.groupId() and not algorithm.icon().isNull()
        for parameter in algorithm.parameterDefinitions():
            assert parameter.help(), f"{algorithm.id()} {parameter.name()}"


def test_few_parameters_are_visible(provider):
    from qgis.core import QgsProcessingParameterDefinition

    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    visible = [
        p.name()
        for p in provider.algorithm("detect").parameterDefinitions()
        if not p.flags() & advanced
    ]
    inputs = ["INPUT", "EXTENT", "DEM", "DEM_UNIT", "THRESHOLD"]
    assert visible == [*inputs, "OUTPUT", "PROBABILITY"]


def test_settings_stand_in_the_processing_options(provider):
    from processing.core.ProcessingConfig import ProcessingConfig

    for name in ("MRIFE_PYTHON", "MRIFE_INDEX", "MRIFE_WHEELS", "MRIFE_PYTHON_MIRROR"):
        assert ProcessingConfig.settings[name].group == provider.name()


LOAD = """
import sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
QgsApplication.initQgis()
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, "/usr/share/qgis/python/plugins")
package = __import__(sys.argv[2])
for _ in range(2):
    plugin = package.classFactory(None)
    plugin.initGui()
    registry = QgsApplication.processingRegistry()
    print(sorted(a.id() for a in registry.providerById("mrife").algorithms()))
    plugin.unload()
    print(registry.providerById("mrife"))
print(sorted(name for name in ("torch", "onnxruntime") if name in sys.modules))
"""


def test_loads_from_a_folder_of_any_name_twice_and_stays_light(tmp_path):
    pytest.importorskip("qgis.core")
    folder = tmp_path / "odd-name é"
    folder.mkdir()
    (folder / "my-checkout").symlink_to(ROOT, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), "my-checkout"],
        capture_output=True,
        text=True,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines == [str([f"mrife:{n}" for n in sorted(FROZEN)]), "None"] * 2 + ["[]"]


UPDATE = """
import sys
from pathlib import Path
from qgis.core import QgsApplication
application = QgsApplication([], False)
QgsApplication.initQgis()
sys.path[:0] = [sys.argv[1], "/usr/share/qgis/python/plugins"]
import qgis.utils
qgis.utils.plugin_paths = [sys.argv[1]]
qgis.utils.updateAvailablePlugins()
words = Path(sys.argv[1], "updated/models/inventory/report/contents.py")
for version, name in enumerate(("contents", "page")):
    words.write_text(words.read_text() + f"\\nVERSION = {version}\\n")
    print(qgis.utils.loadPlugin("updated"), qgis.utils.startProcessingPlugin("updated"))
    __import__(f"updated.models.inventory.report.{name}")
    print(sys.modules["updated.models.inventory.report"].contents.VERSION)
    qgis.utils.unloadPlugin("updated")
"""


def test_nothing_of_the_version_before_an_update_is_left(tmp_path):
    """QGIS's plugin manager switches the old one off and the new one on."""
    pytest.importorskip("qgis.core")
    heavy = shutil.ignore_patterns("*.onnx", "__pycache__", "training", "experiments")
    for name in ("mrife_plugin", "algorithms", "models"):
        shutil.copytree(ROOT / name, tmp_path / "updated" / name, ignore=heavy)
    for name in ("__init__.py", "metadata.txt", "resources"):
        (tmp_path / "updated" / name).symlink_to(ROOT / name)
    done = subprocess.run(
        [sys.executable, "-B", "-c", UPDATE, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
    )
    assert done.stdout.split() == "True True 0 True True 1".split(), done.stderr


def unscoped_enums(tree: ast.AST) -> list[str]:
    """Uses like QgsProcessing.TypeVectorPolygon, which PyQt6 no longer knows."""
    import qgis.core
    from qgis.PyQt import QtCore, QtGui

    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        owner = next(
            (
                getattr(m, node.value.id)
                for m in (qgis.core, QtCore, QtGui)
                if hasattr(m, node.value.id)
            ),
            None,
        )
        value = getattr(owner, node.attr, None)
        if (
            owner is not None
            and isinstance(value, int)
            and node.attr[0].isupper()
            and type(value) is not int
        ):
            found.append(f"{node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize(
    "path",
    [
        p
        for folder in ("algorithms", "mrife_plugin")
        for p in sorted((ROOT / folder).rglob("*.py"))
    ],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_enums_are_scoped_and_old(path):
    text = path.read_text(encoding="utf-8")
    assert unscoped_enums(ast.parse(text)) == []
    assert not re.search(
        r"Qgis\.(ProcessingSourceType|WkbType|GeometryType|Processing\w+Flag)", text
    )


def test_unscoped_enums_are_seen():
    assert unscoped_enums(ast.parse("QgsProcessing.TypeVectorPolygon; Qt.AlignLeft")) == [
        "QgsProcessing.TypeVectorPolygon",
        "Qt.AlignLeft",
    ]


def test_a_python_that_is_too_old_is_named(provider, monkeypatch):
    """QGIS 3.22 on Ubuntu 20.04 has 3.8, and shows the words of the error."""
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(ImportError, match="Python 3.9 or newer"):
        sys.modules["mrife"].classFactory(None)
