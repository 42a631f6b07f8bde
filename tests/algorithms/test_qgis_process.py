# SPDX-License-Identifier: GPL-2.0-or-later
"""Headless, as scripts and servers use it: qgis_process in a profile of its own, and
build.sh in front of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from samples import read_raster, write_raster

pytest.importorskip("qgis.core")
ROOT = Path(__file__).resolve().parents[2]
# the wrapper of Debian 12 passes an option that its program refuses
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="qgis_process is not installed")


@pytest.fixture(scope="module")
def qgis_process(tmp_path_factory):
    profile = tmp_path_factory.mktemp("profile")
    plugins = profile / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "mrife").symlink_to(ROOT, target_is_directory=True)

    def call(*arguments, folder=profile, python=sys.executable):
        environment = {
            **os.environ,
            "QGIS_CUSTOM_CONFIG_PATH": str(profile),
            "QT_QPA_PLATFORM": "offscreen",
            "MRIFE_PYTHON": python,
        }
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert call("plugins", "enable", "mrife").returncode == 0
    return call


def test_all_are_listed(qgis_process):
    listed = json.loads(qgis_process("--json", "list").stdout)["providers"]["mrife"][
        "algorithms"
    ]
    assert sorted(listed) == [
        f"mrife:{name}"
        for name in (
            "applyreview",
            "calibrate",
            "checkinputs",
            "checkruntime",
            "compare",
            "detect",
            "detectsheets",
            "evaluate",
            "export",
            "looknext",
            "merge",
            "modelinfo",
            "morphometry",
            "preparereview",
            "proposewater",
            "setupruntime",
            "statistics",
            "train",
            "vectorize",
        )
    ]


def test_help_explains_parameters_and_outputs(qgis_process):
    text = qgis_process("help", "mrife:detect").stdout
    for word in ("THRESHOLD", "PROBABILITY", "AREA_M2", "DEVICE_USED", "cuda"):
        assert word in text


def test_json_is_clean_and_paths_are_the_callers(qgis_process, scene, model, tmp_path):
    done = qgis_process(
        "--json",
        "run",
        "mrife:detect",
        f"--INPUT={Path(scene).name}",
        f"--MODEL={model}",
        "--OUTPUT=found.gpkg",
        "--PROBABILITY=p.tif",
        folder=tmp_path,
    )
    results = json.loads(done.stdout)["results"]
    assert (
        done.returncode == 0 and results["COUNT"] == 2 and results["DEVICE_USED"] == "cpu"
    )
    assert results["AREA_M2"] == pytest.approx(10025, rel=0.01) and results["SECONDS"] > 0
    assert (tmp_path / "found.gpkg").is_file() and read_raster(
        tmp_path / "p.tif"
    ).max() == 200


def test_bad_value_ends_with_1_and_a_sentence(qgis_process, scene, model, tmp_path):
    done = qgis_process(
        "run",
        "mrife:detect",
        f"--INPUT={scene}",
        f"--MODEL={model}",
        "--THRESHOLD=2",
        "--OUTPUT=found.gpkg",
        folder=tmp_path,
    )
    assert (
        done.returncode == 1
        and " is 2; it must be between 0 and 1" in done.stdout + done.stderr
    )
    assert not (tmp_path / "found.gpkg").exists()


def test_missing_runtime_ends_with_1_and_says_what_to_do(
    qgis_process, scene, model, tmp_path
):
    done = qgis_process(
        "run",
        "mrife:detect",
        f"--INPUT={scene}",
        f"--MODEL={model}",
        "--OUTPUT=found.gpkg",
        folder=tmp_path,
        python="/nowhere/python",
    )
    assert done.returncode == 1 and "MRIFE_PYTHON" in done.stdout + done.stderr
    assert (
        "/nowhere/python" in done.stdout + done.stderr
        and not (tmp_path / "found.gpkg").exists()
    )


def test_example_model_runs_from_its_file(qgis_process, tmp_path):
    rng = np.random.default_rng(5)
    image = write_raster(
        tmp_path / "image.tif", rng.integers(0, 255, (3, 200, 200)).astype(np.uint8)
    )
    done = qgis_process(
        "run",
        ROOT / "resources" / "models" / "candidates_and_sure.model3",
        f"--image={image}",
        "--detect:Candidates=all.gpkg",
        "--vectorize:Sure candidates=sure.gpkg",
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "all.gpkg").is_file() and (tmp_path / "sure.gpkg").is_file()


@pytest.mark.skipif(
    not ((ROOT / ".venv").is_dir() and shutil.which("dpkg-query")),
    reason="needs build.sh's set-up",
)
def test_build_sh_run_gives_json_and_nothing_else(tmp_path):
    done = subprocess.run(
        [ROOT / "build.sh", "run", "mrife:modelinfo", "--json", "--HTML=model.html"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (
        json.loads(done.stdout)["results"]["BAND_COUNT"] == 3
        and (tmp_path / "model.html").is_file()
    )


@pytest.mark.skipif(
    not ((ROOT / ".venv").is_dir() and shutil.which("dpkg-query")),
    reason="needs build.sh's set-up",
)
def test_build_sh_runs_in_a_folder_that_qgis_takes_for_a_pattern(tmp_path):
    checkout = tmp_path / '4 滑坡 [z] "q"'
    checkout.mkdir()
    for path in ROOT.iterdir():
        if path.name != "build":
            (checkout / path.name).symlink_to(path)
    done = subprocess.run(
        [checkout / "build.sh", "run", "help", "mrife:detect"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "THRESHOLD" in done.stdout, done.stderr
