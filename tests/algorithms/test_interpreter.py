# SPDX-License-Identifier: GPL-2.0-or-later
"""Which Python runs the network, and the sentence when none does."""

from __future__ import annotations

import importlib
import os
import stat
import subprocess
import sys
import time

import pytest
from running import WORKER_PYTHON, refused

pytest.importorskip("qgis.core")
from qgis.core import QgsProcessingFeedback, QgsSettings

SETTING = "Processing/Configuration/MRIFE_PYTHON"


@pytest.fixture
def interpreter(provider, monkeypatch, tmp_path):
    """The plugin's own module, with nothing named, set up or remembered."""
    module = sys.modules["mrife.algorithms.runtime.interpreter"]
    module.probe.cache_clear()
    monkeypatch.delenv("MRIFE_PYTHON", raising=False)
    monkeypatch.setenv("MRIFE_RUNTIME", str(tmp_path / "nothing set up"))
    QgsSettings().remove(SETTING)
    yield module
    QgsSettings().remove(SETTING)
    module.probe.cache_clear()


@pytest.fixture
def missing(provider):
    return sys.modules["mrife.models.errors"].MissingRuntime


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_environment_comes_first(interpreter, monkeypatch):
    QgsSettings().setValue(SETTING, "/nowhere/python")
    monkeypatch.setenv("MRIFE_PYTHON", sys.executable)
    assert interpreter.find_interpreter() == sys.executable


def test_the_setting_comes_second(interpreter):
    QgsSettings().setValue(SETTING, sys.executable)
    assert interpreter.find_interpreter() == sys.executable


def test_qgis_own_python_comes_last(interpreter):
    assert (
        interpreter.find_interpreter() == sys.executable
    )  # here QGIS runs in the Python of the tests


@pytest.mark.parametrize(
    "text, words",
    [
        ("echo hello", "it said: hello"),
        ("exit 3", "it said: nothing"),
        ("echo 'No module named site' >&2; exit 1", "No module named site"),
        (
            """echo '{"python": "3.9", "error": "Python 3.9 lacks onnxruntime."}'""",
            "lacks onnxruntime",
        ),
    ],
)
def test_a_named_python_that_fails_is_never_replaced(
    interpreter, missing, monkeypatch, tmp_path, text, words
):
    program = script(tmp_path / "python fake", text)
    monkeypatch.setenv("MRIFE_PYTHON", program)
    with pytest.raises(missing) as caught:
        interpreter.find_interpreter()
    assert (
        words in str(caught.value)
        and program in str(caught.value)
        and "MRIFE_PYTHON" in str(caught.value)
    )


def test_a_named_python_that_is_not_there(interpreter, missing):
    QgsSettings().setValue(SETTING, "/nowhere/python")
    with pytest.raises(
        missing, match="Processing option .*'/nowhere/python' is not a program"
    ):
        interpreter.find_interpreter()


def test_none_at_all_says_what_to_do(interpreter, missing, monkeypatch, tmp_path):
    monkeypatch.setattr(
        sys, "executable", "/usr/bin/qgis"
    )  # starting it would open a second QGIS
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    assert interpreter.own_pythons() == []
    with pytest.raises(
        missing,
        match="No Python with numpy and onnxruntime: run .Set up runtime. .* set its path in Settings",
    ):
        interpreter.find_interpreter()


def test_refusal_comes_before_the_work_and_leaves_nothing(
    interpreter, run, scene, model, monkeypatch, tmp_path
):
    from qgis.core import QgsProcessingException

    monkeypatch.setenv("MRIFE_PYTHON", "/nowhere/python")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(QgsProcessingException, match="/nowhere/python"):
        run(
            "detect",
            {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")},
        )
    assert sorted(tmp_path.iterdir()) == before


def test_the_worker_gets_a_clean_environment(interpreter, monkeypatch):
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET"):
        monkeypatch.setenv(name, "/somewhere/of/qgis")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/cuda/lib64")
    worker = sys.modules["mrife.algorithms.runtime.process"]
    environment = worker.clean_environment()
    assert not any(
        "/somewhere/of/qgis" in environment.value(name) for name in environment.keys()
    )
    assert environment.value("LD_LIBRARY_PATH") == "/usr/local/cuda/lib64"
    monkeypatch.setenv("APPDIR", "/tmp/.mount_qgis")
    assert not worker.clean_environment().contains("LD_LIBRARY_PATH")
    assert (
        interpreter.find_interpreter() == sys.executable
    )  # a bent PYTHONHOME would have stopped it


def test_the_worker_that_detects_has_no_threads_for_algebra(provider, tmp_path):
    """And the one that teaches has what the computer gives."""
    worker = sys.modules["mrife.algorithms.runtime.process"]
    tell = script(tmp_path / "python", "echo \"${OPENBLAS_NUM_THREADS-none}\"")
    told = []
    for server in ((), ("models.training.tuning_server",)):
        process = worker.start_worker(tell, "probe", *server)
        process.waitForFinished()
        told.append(bytes(process.readAllStandardOutput()).decode().strip())
    assert told == ["1", "none"]


def test_garbage_before_an_answer_is_not_taken_for_one(provider, tmp_path):
    worker = sys.modules["mrife.algorithms.runtime.process"]
    channel = worker.WorkerChannel(
        script(
            tmp_path / "python", """echo 'a library says hello'; echo '{"a": 1}'; cat"""
        )
    )
    assert channel.receive() == {"a": 1}
    channel.send({"b": "é"})
    assert channel.receive() == {"b": "é"}
    channel.close()


def test_a_worker_that_ends_is_reported_with_its_last_words(provider, tmp_path):
    worker = sys.modules["mrife.algorithms.runtime.process"]
    channel = worker.WorkerChannel(
        script(tmp_path / "python", "echo 'CUDA driver fell over' >&2; exit 7")
    )
    with pytest.raises(
        sys.modules["mrife.models.errors"].WorkerDied,
        match=r"code 7.*CUDA driver fell over",
    ):
        channel.receive()
    channel.close()


ORPHAN = """
import sys
sys.path[:0] = {path!r}
from qgis.core import QgsApplication
application = QgsApplication([], False)
import importlib.util
spec = importlib.util.spec_from_file_location("mrife", {file!r}, submodule_search_locations=[{folder!r}])
sys.modules["mrife"] = package = importlib.util.module_from_spec(spec)
from mrife.algorithms.runtime.process import WorkerChannel
channel = WorkerChannel(sys.executable)
print(channel.process.processId(), flush=True)
channel.receive()
"""


def test_a_shapely_that_does_not_fit_qgis_is_named(run, inventory, tmp_path, monkeypatch):
    """As pip's does where the GEOS of QGIS was loaded before it."""
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry.base import BaseGeometry

    def too_new(_geometry):
        raise ShapelyError("WKB output dimension must be 2 or 3")

    monkeypatch.setattr(BaseGeometry, "wkb", property(too_new))
    sentence = f"takes shapely from '{os.path.dirname(shapely.__file__)}'"
    report = {"INPUT": inventory, "OUTPUT": str(tmp_path / "o.html")}
    assert sentence in refused(run, "statistics", report)
    assert run("checkruntime", {})["READY"] == 0 and sentence in run.log
    monkeypatch.undo()
    run("checkruntime", {})
    assert "shapely" not in run.log


def test_a_shapely_that_is_too_old_is_named(run, inventory, tmp_path, monkeypatch):
    """As in QGIS 3.22 on macOS and on Ubuntu 20.04."""
    import shapely.validation

    monkeypatch.setattr(shapely, "__version__", "1.7.1")
    monkeypatch.delattr(shapely.validation, "make_valid")
    report = {"INPUT": inventory, "OUTPUT": str(tmp_path / "o.html")}
    sentence = "has shapely 1.7.1, and 1.8 or newer is needed"
    assert sentence in refused(run, "statistics", report)
    assert run("checkruntime", {})["READY"] == 0 and sentence in run.log


def test_a_shapely_that_does_not_know_its_version_is_taken(
    run, inventory, tmp_path, monkeypatch
):
    """As that of Debian sid, 2.2.0-1."""
    import shapely

    monkeypatch.setattr(shapely, "__version__", "0+unknown")
    report = {"INPUT": inventory, "OUTPUT": str(tmp_path / "o.html")}
    assert run("statistics", report)["COUNT"]


@pytest.mark.parametrize(
    "library, part",
    [
        ("osgeo", "osgeo.gdal_array"),
        ("shapely", "shapely.geometry"),
        ("pyproj", "pyproj"),
    ],
)
def test_a_library_that_does_not_load_is_named(
    run, inventory, tmp_path, monkeypatch, library, part
):
    """As GDAL's, where pip put another numpy before that of QGIS."""
    folder = os.path.dirname(importlib.import_module(library).__file__)
    sentence = f"cannot load {library} from '{folder}', with numpy from '"
    report = {"INPUT": inventory, "OUTPUT": str(tmp_path / "o.html")}
    monkeypatch.setattr(importlib, "import_module", refusing(part))
    assert sentence in refused(run, "statistics", report)
    assert run("checkruntime", {})["READY"] == 0 and sentence in run.log
    monkeypatch.undo()
    assert run("checkruntime", {})["READY"] == 1 and "does not fit" not in run.log


def refusing(part, real=importlib.import_module):
    """An import_module to which one module does not load."""

    def import_module(name, *more):
        if name == part:
            raise ImportError("numpy.core.multiarray failed to import")
        return real(name, *more)

    return import_module


CUDA_AWAY = """
import os
os.environ['ORT_DISABLE_TELEMETRY'] = '1'
import onnxruntime as o
o.get_available_providers = lambda: ['CUDAExecutionProvider', 'CPUExecutionProvider']
session = o.InferenceSession
o.InferenceSession = lambda model, options, providers: session(model, options, providers=providers[-1:])
"""


@pytest.fixture
def for_gpu(interpreter, monkeypatch, tmp_path):
    """A Python whose onnxruntime is made for a GPU and falls back to the processor, as
    where CUDA is away.
    """
    python = script(
        tmp_path / "python",
        f'shift 3\ncode="$1"; shift\nexec "{WORKER_PYTHON}" -I -u -c "{CUDA_AWAY}$code" "$@"',
    )
    monkeypatch.setenv("MRIFE_PYTHON", python)
    return python


@pytest.mark.parametrize("device, is_warned", [("auto", True), ("cpu", False)])
def test_a_gpu_that_is_not_used_is_a_warning(
    run, scene, model, for_gpu, tmp_path, device, is_warned
):
    given = {"INPUT": scene, "MODEL": model, "DEVICE": device}
    listener = Warnings()
    run("detect", {**given, "OUTPUT": str(tmp_path / "o.gpkg")}, listener)
    warned = any("Running on cpu" in words for words in listener.warnings)
    assert warned == is_warned and "Running on cpu" in listener.textLog()


def test_a_gpu_that_is_not_used_is_named(run, for_gpu):
    assert run("checkruntime", {})["DEVICE"] == "cpu"
    assert "fell back to the CPU" in run.log
    assert "GPU: It does not run on the GPU: see the line above." in run.log


def test_a_gpu_that_the_packages_are_not_for_is_named(run, monkeypatch, tmp_path):
    run("checkruntime", {})
    assert "NVIDIA" not in run.log
    script(tmp_path / "nvidia-smi", "echo 580.65.06")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    run("checkruntime", {})
    assert "GPU: An NVIDIA GPU answers and is not used" in run.log


class Warnings(QgsProcessingFeedback):
    """Keeps what is warned of."""

    def __init__(self):
        super().__init__(False)
        self.warnings = []

    def pushWarning(self, words):
        self.warnings.append(words)
        super().pushWarning(words)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/stat"), reason="needs /proc to see the worker"
)
def test_the_worker_dies_with_qgis(provider):
    package = sys.modules["mrife"]
    code = ORPHAN.format(path=sys.path, file=package.__file__, folder=package.__path__[0])
    qgis = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    worker = int(qgis.stdout.readline())
    assert lives(worker)
    qgis.kill()
    qgis.wait()
    qgis.stdout.close()
    deadline = time.monotonic() + 10
    while lives(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not lives(worker)


def lives(pid: int) -> bool:
    """A zombie, where nobody reaps orphans, is dead."""
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_qgis_never_imports_the_network(run, scene, model):
    """Asked of a fresh process: the tests' own may hold torch for other reasons."""
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from qgis.core import QgsApplication
application = QgsApplication([], False)
QgsApplication.initQgis()
from processing.core.Processing import Processing
Processing.initialize()
import importlib.util
spec = importlib.util.spec_from_file_location("mrife", {str(sys.modules["mrife"].__file__)!r},
                                              submodule_search_locations=[{sys.modules["mrife"].__path__[0]!r}])
sys.modules["mrife"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
plugin = package.classFactory(None)
plugin.initProcessing()
import processing
print(processing.run("mrife:detect", {{"INPUT": {scene!r}, "MODEL": {model!r}, "OUTPUT": "TEMPORARY_OUTPUT"}})["COUNT"])
print(sorted(name for name in ("onnxruntime", "torch", "onnx") if name in sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}
    )
    assert done.stdout.splitlines()[-2:] == ["2", "[]"], done.stderr


@pytest.mark.parametrize("answer", ["5", "null", "[]", "{}", '"x"', "", "no JSON"])
def test_an_answer_that_is_none_is_quoted(interpreter, missing, tmp_path, answer):
    program = script(tmp_path / "python", f"echo '{answer}'")
    with pytest.raises(missing, match="did not answer the self-test") as caught:
        interpreter.answering(program)
    assert (answer or "nothing") in str(caught.value)


def test_a_program_that_never_stops_talking_is_ended(interpreter, missing, tmp_path):
    program = script(tmp_path / "python", "exec yes")
    started = time.monotonic()
    with pytest.raises(missing, match="did not answer the self-test"):
        interpreter.answering(program)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "answer, words",
    [("5", "ended before its answer"), ("{}", "is no answer of ours"), ("", "ended")],
)
def test_a_worker_that_answers_something_else(
    interpreter, run, scene, model, tmp_path, monkeypatch, answer, words
):
    """Its self-test is fine."""
    facts = '{"python": "3", "numpy": "1", "onnxruntime": "1", "providers": []}'
    program = script(
        tmp_path / "python",
        # -I -u -c CODE ROOT VERB SERVER
        f"if [ $6 = probe ]; then echo '{facts}'\nelse read line; echo '{answer}'; fi",
    )
    monkeypatch.setenv("MRIFE_PYTHON", program)
    parameters = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert words in refused(run, "detect", parameters)
