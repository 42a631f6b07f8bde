# SPDX-License-Identifier: GPL-2.0-or-later
"""The worker process and the detector that drives it, over plain pipes."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import samples
from running import ROOT
from samples import ONE_PIXEL_CONTRACT as ONE
from samples import Pipe, write_model, write_raster

pytest.importorskip("onnxruntime")

from models.errors import InvalidModel, MissingRuntime, WorkerDied
from models.inference.detector import Detector
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster
from models.inference.shared_slots import SharedSlots
from models.inference.worker_client import RemoteDetector
from models.inference.worker_protocol import error_of, worker_arguments
from models.onnxfile import describe


def test_probe_tells_versions_and_providers():
    done = subprocess.run(
        [sys.executable, *worker_arguments("probe")],
        capture_output=True,
        text=True,
        check=True,
    )
    facts = json.loads(done.stdout)
    assert (
        facts["python"]
        and facts["onnxruntime"]
        and "CPUExecutionProvider" in facts["providers"]
    )


def test_probe_names_what_is_missing():
    code = (
        "import importlib.util as u, sys; sys.argv=['', sys.argv[1], 'probe']; "
        "find=u.find_spec; u.find_spec=lambda n, *a: None if n == 'onnxruntime' else "
        "find(n, *a); sys.path.insert(0, sys.argv[1]); from "
        "models.inference.worker_server import main; main('probe')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, worker_arguments("probe")[4]],
        capture_output=True,
        text=True,
    )
    assert "lacks onnxruntime" in str(error_of(json.loads(done.stdout)))


def test_what_a_library_prints_is_not_taken_for_an_answer():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import "
        "models.inference.worker_server as worker; worker.probe = lambda: "
        "print('chatter') or {'python': 'x'}; worker.main('probe')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, worker_arguments("probe")[4]],
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == {"python": "x"} and "chatter" in done.stderr


CHATTY = """
import ctypes
def main(verb):
    ctypes.CDLL(None).printf(b"loading ... ")
    print('{"answer": 1}')
"""


@pytest.mark.skipif(os.name == "nt", reason="there the library of C has another name")
def test_what_a_library_of_c_prints_is_not_taken_for_an_answer(tmp_path):
    """Half a line spoiled the answer after it, which was waited for without end."""
    (tmp_path / "chatty.py").write_text(CHATTY)
    arguments = worker_arguments("probe", "chatty")
    arguments[4] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout == '{"answer": 1}\n'
    assert done.stderr == "loading ... "


def test_same_answer_as_in_process_and_nothing_left_behind(tmp_path):
    image = np.random.default_rng(0).integers(0, 251, (300, 500)).astype(np.uint8)
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=ONE)
    model, laid = describe(write_model(tmp_path / "a.onnx", ONE)), plan(raster, ONE)
    with RemoteDetector(Pipe(), model, batch_size=5) as remote:
        found = np.concatenate([s.values for s in predict(raster, remote, laid, 5)])
        shared = remote._memory.path
        assert (
            remote.device == "cpu" and "cpu" in str(remote.why) and os.path.exists(shared)
        )
    assert not os.path.exists(shared)
    here = np.concatenate([s.values for s in predict(raster, Detector(model.path), laid)])
    assert (found == image).all() and (found == here).all()


def test_several_batches_are_under_way_at_once(tmp_path):
    """The channel has been given more work before the first answer is taken: that is
    what overlaps reading.
    """
    log = []

    class Noting(Pipe):
        def send(self, message):
            log.append(message["op"])
            super().send(message)

        def receive(self):
            log.append("answer")
            return super().receive()

    with RemoteDetector(
        Noting(), describe(write_model(tmp_path / "a.onnx", ONE))
    ) as remote:
        list(remote.stream((n, np.zeros((1, 1, 64, 64), np.uint8)) for n in range(6)))
    work = log[log.index("run") :]
    assert work[:3] == ["run", "run", "run"] and work.count("run") == 6


def opened(folder, window):
    """A worker with a model and slots of 8 windows."""
    contract = replace(ONE, window=window)
    model = describe(write_model(folder / "m.onnx", contract, window=window))
    slots = SharedSlots.create(str(folder / "slots"), (8, 1, window, window), "|u1")
    channel = Pipe()
    channel.send(
        {
            "op": "open",
            "model": model.path,
            "contract": model.contract.to_json(),
            "device": "cpu",
            "threads": 0,
            "batch_size": 8,
        }
    )
    assert channel.receive()["device"] == "cpu"
    shape = list(slots.shape)
    channel.send({"op": "memory", "path": slots.path, "shape": shape, "dtype": "|u1"})
    assert channel.receive() == {}
    return channel


def test_answers_come_in_the_order_of_the_requests(tmp_path):
    """An error, which is there at once, waits for the windows asked for before it."""
    channel = opened(tmp_path, 512)
    failing = {"op": "open", "model": str(tmp_path / "none.onnx"), "device": "cpu"}
    failing.update(threads=0, contract=ONE.to_json(), batch_size=8)
    for message in (
        {"op": "run", "slot": 0, "windows": 8},
        failing,
        {"op": "run", "slot": 1, "windows": 1},
    ):
        channel.send(message)
    answers = [channel.receive() for _ in range(3)]
    channel.close()
    assert answers[0]["slot"] == 0 and answers[2]["slot"] == 1
    assert answers[1]["kind"] == "InvalidModel"


def test_a_worker_that_cannot_answer_ends(tmp_path):
    """Whoever waits for the answer is told by the end of the process."""
    channel = opened(tmp_path, 64)
    channel.send({"op": "run", "slot": 99, "windows": 1})
    assert channel.process.wait(10) == 1
    channel.close()


def test_errors_of_the_worker_arrive_by_their_class(tmp_path):
    with pytest.raises(MissingRuntime, match="cuda"):
        RemoteDetector(
            Pipe(), describe(write_model(tmp_path / "a.onnx", ONE)), device="cuda"
        )
    with RemoteDetector(
        Pipe(), describe(write_model(tmp_path / "b.onnx", ONE, factor=1.0))
    ) as remote:
        with pytest.raises(InvalidModel, match="not probabilities"):
            list(remote.stream([(0, np.full((1, 1, 64, 64), 200, np.uint8))]))


def test_a_killed_worker_is_noticed(tmp_path):
    class Mortal(Pipe):
        def receive(self):
            line = self.process.stdout.readline()
            if not line:
                raise WorkerDied("gone")
            return json.loads(line)

    channel = Mortal()
    with RemoteDetector(
        channel, describe(write_model(tmp_path / "a.onnx", ONE))
    ) as remote:
        os.kill(channel.process.pid, signal.SIGKILL)
        channel.process.wait(10)
        with pytest.raises((WorkerDied, BrokenPipeError)):
            list(remote.stream([(0, np.zeros((1, 1, 64, 64), np.uint8))]))


def test_the_worker_ends_with_its_input():
    channel = Pipe()
    channel.process.stdin.close()
    assert channel.process.wait(10) == 0
    channel.process.stdout.close()


def test_the_worker_imports_neither_gdal_nor_qgis():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import "
        "models.inference.worker_server, models.inference.detector, "
        "models.inference.shared_slots; print([m for m in ('osgeo', 'qgis', 'torch') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, worker_arguments("run")[4]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_memory_that_a_killed_run_left_is_given_back_by_the_next(tmp_path):
    image = np.random.default_rng(0).integers(0, 251, (64, 64)).astype(np.uint8)
    path = write_raster(tmp_path / "a.tif", image)
    model = write_model(tmp_path / "a.onnx", ONE)
    code = (
        "import os, signal; import test_worker as t; from pathlib import Path\n"
        "def kill(remote):\n"
        "    print(remote._memory.path, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"t.search({path!r}, {model!r}, kill)"
    )
    folders = [os.path.dirname(__file__), os.path.dirname(samples.__file__), str(ROOT)]
    killed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
    )
    left = killed.stdout.strip()
    assert os.path.exists(left), killed.stderr
    search(path, model, lambda remote: None)
    assert not os.path.exists(os.path.dirname(left))


def search(path, model, see):
    """All windows of a raster through a worker; `see` is shown the detector."""
    raster = Raster(path, contract=ONE)
    with RemoteDetector(Pipe(), describe(model), batch_size=5) as remote:
        for _ in predict(raster, remote, plan(raster, ONE), 5):
            see(remote)


@pytest.mark.parametrize("taken", ["by the system", "by zeros"])
def test_shared_memory_that_is_not_there_is_an_error_not_the_end(
    tmp_path, monkeypatch, taken
):
    """Without the room reserved, the system would kill whoever writes."""
    if taken == "by zeros":  # as on macOS
        monkeypatch.delattr(os, "posix_fallocate")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError):
            SharedSlots.create(str(tmp_path / "slots"), (8, 3, 64, 64), "|u1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    slots = SharedSlots.create(str(tmp_path / "slots"), (8, 3, 64, 64), "|u1")
    assert os.stat(slots.path).st_blocks * 512 >= 6 * 8 * (3 + 4) * 64 * 64
