# SPDX-License-Identifier: GPL-2.0-or-later
"""Switching the plugin on is cheap, and never fails for a library that is not there."""

import gc
import json
import os
import subprocess
import sys
import weakref

import pytest
from everything import NAMES
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
ready = processing.run("mrife:checkruntime", {}, feedback=feedback)["READY"]
print(json.dumps({"said": said, "log": feedback.textLog(), "ready": ready}))
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
MEASURING = """
import json, time
from qgis.core import (
    QgsProcessingAlgRunnerTask, QgsProcessingContext, QgsProcessingFeedback
)
counts = []
for output in sys.argv[2:]:
    algorithm = plugin.provider.algorithm("morphometry")
    parameters = {"INPUT": sys.argv[1], "OUTPUT": output}
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
    ended = []
    task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
    task.executed.connect(lambda fine, results: ended.append(results["COUNT"]))
    QgsApplication.taskManager().addTask(task)
    while not ended:
        QgsApplication.processEvents()
        time.sleep(0.02)
    counts += ended
print(json.dumps(counts), flush=True)
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
    assert facts["algorithms"] == len(NAMES)
    assert facts["heavy"] == [] and set(HEAVY) >= {"numpy", "shapely", "osgeo"}
    light = {"contract", "endings", "errors", "numerals", "onnxfile", "pace", "protobuf"}
    light |= {"regular_file", "inference", "inventory", "evaluation"}
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
    assert len(facts["said"]) == len(NAMES)
    for name, sentence in facts["said"].items():
        if name in ("checkruntime", "modelinfo", "setupruntime"):
            assert sentence == ""
        else:
            assert f"lacks {library}" in sentence and f"python3-{library}" in sentence
    assert f"It lacks: {library}\nTo install: python3-{library} (" in facts["log"]
    assert facts["ready"] == 0


def test_one_task_after_the_other_in_the_same_thread(inventory, tmp_path):
    """pyproj 3.7 frees what PROJ holds for a thread when QGIS's call of Python ends, and
    takes it for whole in the next one: the second task ended QGIS.
    """
    code = LOADING.format(root=str(ROOT)) + MEASURING
    outputs = [str(tmp_path / f"{number}.gpkg") for number in range(3)]
    done = subprocess.run(
        [sys.executable, "-c", code, inventory, *outputs],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == [3, 3, 3]


@pytest.fixture
def counting(package):
    """Detection that says in `looks` for which threshold it was examined."""
    from mrife.algorithms.detect import DetectLandslides

    class Counting(DetectLandslides):
        looks = []

        def examine(self, given):
            self.looks.append(given.number("THRESHOLD"))
            return super().examine(given)

    return Counting


@pytest.fixture
def asked(scene, model):
    return {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:", "THRESHOLD": 0.5}


def test_parameters_are_examined_once_for_a_run(counting, asked, run):
    """QGIS checks on one instance and runs another; the long look is taken once."""
    import processing

    processing.run(counting().create(), asked)
    assert counting.looks == [0.5]
    processing.run(counting().create(), {**asked, "THRESHOLD": 0.6})
    assert counting.looks == [0.5, 0.6]


def test_a_job_is_of_one_set_of_parameters_one_context_and_unchanged_inputs(
    counting, asked, run
):
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    algorithm = counting().create()
    context = QgsProcessingContext()
    feedback = QgsProcessingFeedback(False)
    assert algorithm.checkParameterValues(asked, context) == (True, "")
    assert algorithm.prepareAlgorithm({**asked, "THRESHOLD": 0.6}, context, feedback)
    assert counting.looks == [0.5, 0.6]

    assert algorithm.checkParameterValues(asked, context) == (True, "")
    os.utime(asked["MODEL"], (1, 1))
    assert algorithm.prepareAlgorithm(asked, context, feedback)
    assert counting.looks[2:] == [0.5, 0.5]

    # each context ends with the call, and the next may lie where it lay
    assert algorithm.checkParameterValues(asked, QgsProcessingContext()) == (True, "")
    assert algorithm.prepareAlgorithm(asked, QgsProcessingContext(), feedback)
    assert counting.looks[4:] == [0.5, 0.5]


def test_a_job_ends_with_its_run(provider, asked, run):
    """What it has open must not live until QGIS takes GDAL down."""
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    algorithm = provider.algorithm("proposewater").create()
    context = QgsProcessingContext()
    feedback = QgsProcessingFeedback(False)
    water = {"INPUT": asked["INPUT"], "OUTPUT": "memory:"}
    assert algorithm.prepare(water, context, feedback)
    job = weakref.ref(algorithm.job)
    algorithm.runPrepared(water, context, feedback)
    gc.collect()
    assert job() is None
