# SPDX-License-Identifier: GPL-2.0-or-later
"""Switching the plugin on is cheap, and never fails for a library that is not there."""

import json
import subprocess
import sys

import pytest
from running import ROOT
from startup import HEAVY, SYSTEM_PYTHON

HIDING = """
import importlib.abc, sys

class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Hidden())
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {hidden!r} else real(name, *more)
"""
SAYING = """
import json
from qgis.core import QgsProcessingContext, QgsProcessingFeedback
registry = QgsApplication.processingRegistry()
import processing
said = {}
for algorithm in plugin.provider.algorithms():
    fine, sentence = algorithm.canExecute()
    said[algorithm.name()] = sentence
feedback = QgsProcessingFeedback(False)
processing.run("mrife:checkruntime", {}, feedback=feedback)
print(json.dumps({"said": said, "log": feedback.textLog()}))
"""
LOADING = """
import importlib.util, sys
sys.path.append("/usr/share/qgis/python/plugins")
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
from processing.core.Processing import Processing
Processing.initialize()
spec = importlib.util.spec_from_file_location("mrife", {root!r} + "/__init__.py",
                                              submodule_search_locations=[{root!r}])
module = importlib.util.module_from_spec(spec)
sys.modules["mrife"] = module
spec.loader.exec_module(module)
plugin = module.classFactory(None)
plugin.initProcessing()
"""

pytest.importorskip("qgis.core")


def answer(code):
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", code], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_switching_on_loads_no_library_and_none_of_the_work():
    done = subprocess.run(
        [SYSTEM_PYTHON, str(ROOT / "tests/tools/startup.py"), "--here"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["algorithms"] == 10
    assert facts["heavy"] == [] and set(HEAVY) >= {"numpy", "shapely", "osgeo"}
    light = {"contract", "errors", "onnxfile", "inference", "inventory"}
    folders = {name.split(".")[2] for name in facts["models"]}
    assert folders <= light


@pytest.mark.parametrize("library", ["shapely", "pyproj", "jinja2", "numpy"])
def test_without_a_library_all_load_and_say_so(library, monkeypatch):
    monkeypatch.setenv("MRIFE_PYTHON", sys.executable)
    hiding = HIDING.format(hidden={library})
    code = LOADING.format(root=str(ROOT)) + hiding + SAYING
    if library != "numpy":  # QGIS's own Processing needs numpy's name to be importable
        code = hiding + LOADING.format(root=str(ROOT)) + SAYING
    facts = answer(code)
    assert len(facts["said"]) == 10
    for name, sentence in facts["said"].items():
        if name in ("checkruntime", "modelinfo"):
            assert sentence == ""
        else:
            assert f"lacks {library}" in sentence and f"python3-{library}" in sentence
    assert f"It lacks: {library}" in facts["log"]


def test_parameters_are_examined_once_for_a_run(package, provider, scene, model, run):
    """QGIS checks on one instance and runs another; the long look is taken once."""
    import processing
    from mrife.algorithms.detect import DetectLandslides

    looks = []

    class Counting(DetectLandslides):
        def examine(self, given):
            looks.append(given.number("THRESHOLD"))
            return super().examine(given)

    asked = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:", "THRESHOLD": 0.5}
    processing.run(Counting().create(), asked)
    assert looks == [0.5]
    processing.run(Counting().create(), {**asked, "THRESHOLD": 0.6})
    assert looks == [0.5, 0.6]


def test_a_job_of_other_parameters_or_changed_inputs_is_not_used(
    package, provider, scene, model, run
):
    from mrife.algorithms.detect import DetectLandslides
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    looks = []

    class Counting(DetectLandslides):
        def examine(self, given):
            looks.append(given.number("THRESHOLD"))
            return super().examine(given)

    algorithm = Counting()
    algorithm.initAlgorithm()
    context = QgsProcessingContext()
    feedback = QgsProcessingFeedback(False)
    asked = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:", "THRESHOLD": 0.5}
    assert algorithm.checkParameterValues(asked, context) == (True, "")
    other = {**asked, "THRESHOLD": 0.6}
    assert algorithm.prepareAlgorithm(other, context, feedback)
    assert looks == [0.5, 0.6]
    assert algorithm.checkParameterValues(asked, context) == (True, "")
    with open(model, "ab") as file:
        file.write(b"")
    import os

    os.utime(model, (1, 1))
    assert algorithm.prepareAlgorithm(asked, context, feedback)
    assert looks == [0.5, 0.6, 0.5, 0.5]
