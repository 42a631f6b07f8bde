# SPDX-License-Identifier: GPL-2.0-or-later
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pretended_cuda import pretend_cuda
from samples import write_model

pytest.importorskip("onnxruntime")

from models.contract import Contract
from models.errors import InvalidModel, MissingRuntime
from models.inference import detector as module
from models.inference.detector import Detector
from models.onnxfile import describe, shipped_model

ONE = Contract(bands=("gray",), window=64)
ROOT = Path(__file__).resolve().parents[3]


def batch(n=5, seed=0):
    return np.random.default_rng(seed).integers(0, 251, (n, 1, 64, 64)).astype(np.uint8)


def shipped_pixels(count):
    window = describe(shipped_model()).contract.window
    shape = (count, 3, window, window)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def test_raw_values_in_probabilities_out(tmp_path):
    answer = Detector(write_model(tmp_path / "a.onnx", ONE))(batch())
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer, batch()[:, 0] / 250, atol=1e-6)


@pytest.mark.parametrize("name", ["inference.detector", "training.quantise"])
def test_onnxruntime_reports_to_nobody(tmp_path, name):
    """What it would send, and a number of the computer, wait in the user's folder."""
    if name.startswith("training"):
        pytest.importorskip("torch")
    foreign = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    environment = {key: os.environ[key] for key in os.environ if key not in foreign}
    environment["HOME"] = str(tmp_path)
    code = f"import models.{name}, onnxruntime; onnxruntime.SessionOptions()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_foreign_normalisation_happens_outside_the_graph(tmp_path):
    keys = {
        "resolution": "50",
        "standardization_mean": "[0.2]",
        "standardization_std": "[0.8]",
    }
    answer = Detector(write_model(tmp_path / "a.onnx", factor=1.0, metadata=keys))(
        batch() | 64
    )
    np.testing.assert_allclose(
        answer, ((batch() | 64)[:, 0] / 255 - 0.2) / 0.8, atol=1e-5
    )


def test_fixed_batch_is_padded(tmp_path):
    answer = Detector(write_model(tmp_path / "a.onnx", ONE, batch=4))(batch(6))
    np.testing.assert_allclose(answer, batch(6)[:, 0] / 250, atol=1e-6)


def test_threads_do_not_change_the_answer(tmp_path):
    path = write_model(tmp_path / "a.onnx", ONE)
    assert (
        Detector(path, threads=1)(batch()) == Detector(path, threads=2)(batch())
    ).all()


@pytest.mark.parametrize("fixed", ["n", 1, 2, 4])
@pytest.mark.parametrize("threads, batch_size", [(1, 8), (2, 8), (3, 4), (8, 1), (16, 8)])
def test_windows_shared_out_to_cores_come_back_in_order(
    tmp_path, fixed, threads, batch_size
):
    path = write_model(tmp_path / "a.onnx", ONE, batch=fixed)
    with Detector(path, threads=threads, batch_size=batch_size) as detector:
        out = np.empty((7, 64, 64), np.float32)
        assert detector(batch(7), out) is out
    np.testing.assert_allclose(out, batch(7)[:, 0] / 250, atol=1e-6)


def test_threads_do_not_change_what_the_shipped_network_says():
    path = shipped_model()
    pixels = shipped_pixels(4)
    one, two = (np.rint(Detector(path, threads=n)(pixels) * 250) for n in (1, 2))
    assert (
        np.abs(one - two).max() <= 1 and (one != two).mean() < 1e-3
    )  # where rounding falls either way


def test_what_is_no_probability_is_refused(tmp_path):
    with pytest.raises(InvalidModel, match="not probabilities between 0 and 1"):
        Detector(write_model(tmp_path / "a.onnx", ONE, factor=1.0))(batch())


def test_the_device_is_told_by_the_session(tmp_path):
    path = write_model(tmp_path / "a.onnx", ONE)
    assert Detector(path, "cpu").device == "cpu"
    auto = Detector(path, "auto")
    assert auto.device == (
        "cuda" if auto._session.get_providers()[0].startswith("CUDA") else "cpu"
    )
    assert auto.device in str(auto.why) and "onnxruntime" in str(auto.why)


def test_cuda_asked_and_not_had_names_the_reason(tmp_path, monkeypatch):
    path = write_model(tmp_path / "a.onnx", ONE)
    monkeypatch.setattr(
        module.onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"]
    )
    with pytest.raises(MissingRuntime, match="no CUDA provider"):
        Detector(path, "cuda")


def test_a_cuda_provider_that_is_listed_but_not_loaded_is_not_believed(
    tmp_path, monkeypatch
):
    path = write_model(tmp_path / "a.onnx", ONE)
    pretended = pretend_cuda(monkeypatch, loads=False)
    assert Detector(path, "auto").device == "cpu"
    with pytest.raises(MissingRuntime, match="fell back"):
        Detector(path, "cuda")
    assert pretended.devices == []


def test_on_cuda_the_shipped_network_computes_in_half_floats_in_bound_memory(monkeypatch):
    pixels = shipped_pixels(3)
    with Detector(shipped_model(), "cpu") as detector:
        floats = detector(pixels)
    pretended = pretend_cuda(monkeypatch)
    with Detector(shipped_model(), "auto") as detector:
        answers = [detector(pixels) for _ in range(3)]
    assert detector.device == "cuda" and "in half floats" in str(detector.why)
    assert isinstance(pretended.models[-1], bytes)
    assert pretended.devices == ["cuda"] and pretended.batches == [3, 3, 3]
    for answer in answers:
        np.testing.assert_allclose(answer, floats, atol=0.01)


def test_on_cuda_a_stream_keeps_its_order_in_batches_of_other_sizes(
    tmp_path, monkeypatch
):
    pretend_cuda(monkeypatch)
    sizes = (4, 4, 1, 3, 4, 2)
    with Detector(write_model(tmp_path / "a.onnx", ONE), "cuda") as detector:
        work = [(n, batch(size, n)) for n, size in enumerate(sizes)]
        answers = list(detector.stream(iter(work)))
    assert [key for key, _ in answers] == list(range(len(sizes)))
    for (_, pixels), (_, answer) in zip(work, answers):
        np.testing.assert_allclose(answer, pixels[:, 0] / 250, atol=1e-6)


def test_on_cuda_a_fixed_batch_is_padded(tmp_path, monkeypatch):
    pretended = pretend_cuda(monkeypatch)
    path = write_model(tmp_path / "a.onnx", ONE, batch=4)
    np.testing.assert_allclose(
        Detector(path, "cuda")(batch(6)), batch(6)[:, 0] / 250, atol=1e-6
    )
    assert pretended.batches == [4, 4]


def test_a_model_that_bears_no_half_floats_runs_in_floats_and_says_so(
    tmp_path, monkeypatch
):
    pretended = pretend_cuda(monkeypatch)
    detector = Detector(write_model(tmp_path / "a.onnx", ONE), "auto")
    assert detector.device == "cuda"
    assert "in floats: no part of this model" in str(detector.why)
    np.testing.assert_allclose(detector(batch()), batch()[:, 0] / 250, atol=1e-6)
    assert pretended.devices == ["cuda"] and pretended.batches == [5]


@pytest.mark.parametrize("wrong", [0.1, np.nan])
def test_half_floats_that_say_something_else_are_not_believed(monkeypatch, wrong):
    pixels = shipped_pixels(2)
    with Detector(shipped_model(), "cpu") as detector:
        floats = detector(pixels)
    pretended = pretend_cuda(monkeypatch, wrong=wrong)
    with Detector(shipped_model(), "cuda") as detector:
        answer = detector(pixels)
    why = "in floats: in half floats its probabilities would differ"
    assert detector.device == "cuda" and why in str(detector.why)
    assert pretended.batches == [2]
    np.testing.assert_allclose(answer, floats, atol=1e-6)


def test_half_floats_that_the_gpu_refuses_are_not_used(monkeypatch):
    pretended = pretend_cuda(monkeypatch, wrong=RuntimeError("no kernel for float16"))
    with Detector(shipped_model(), "cuda") as detector:
        assert "in floats: no kernel for float16" in str(detector.why)
        detector(shipped_pixels(1))
    assert pretended.batches == [1]


def test_out_of_gpu_memory_halves_the_batch_and_goes_on(tmp_path, monkeypatch):
    pretended = pretend_cuda(monkeypatch, memory=2)
    detector = Detector(write_model(tmp_path / "a.onnx", ONE), "cuda")
    np.testing.assert_allclose(detector(batch(8)), batch(8)[:, 0] / 250, atol=1e-6)
    assert pretended.batches == [8, 4, 2, 2, 2, 2] and detector.halvings == 2
    np.testing.assert_allclose(detector(batch(5)), batch(5)[:, 0] / 250, atol=1e-6)
    assert pretended.batches[6:] == [2, 2, 1]


def test_out_of_memory_halves_the_batch_and_goes_on(tmp_path, monkeypatch):
    sizes = []

    class Small(module.onnxruntime.InferenceSession):
        def run(self, names, given):
            (windows,) = given.values()
            sizes.append(len(windows))
            if len(windows) > 2:
                raise RuntimeError("Failed to allocate memory for requested buffer")
            return super().run(names, given)

    monkeypatch.setattr(module.onnxruntime, "InferenceSession", Small)
    detector = Detector(write_model(tmp_path / "a.onnx", ONE), "cpu", threads=1)
    np.testing.assert_allclose(detector(batch(8)), batch(8)[:, 0] / 250, atol=1e-6)
    assert sizes == [8, 4, 2, 2, 2, 2] and detector.halvings == 2


def test_other_failures_are_not_retried(tmp_path, monkeypatch):
    class Broken(module.onnxruntime.InferenceSession):
        def run(self, names, given):
            raise RuntimeError("bad node")

    monkeypatch.setattr(module.onnxruntime, "InferenceSession", Broken)
    detector = Detector(write_model(tmp_path / "a.onnx", ONE), "cpu")
    with pytest.raises(InvalidModel, match="bad node"):
        detector(batch())
    assert detector.halvings == 0


def test_stream_keeps_the_order_and_passes_gaps_through(tmp_path):
    detector = Detector(write_model(tmp_path / "a.onnx", ONE))
    work = [
        ("a", batch(1, 1)),
        ("gap", None),
        ("b", batch(2, 2)),
        ("c", batch(3, 3)),
        ("d", batch(1, 4)),
    ]
    answers = list(detector.stream(iter(work)))
    assert [key for key, _ in answers] == ["a", "gap", "b", "c", "d"] and answers[1][
        1
    ] is None
    for (_, pixels), (_, answer) in zip(work, answers):
        if pixels is not None:
            np.testing.assert_allclose(answer, pixels[:, 0] / 250, atol=1e-6)


def test_the_next_batch_is_read_while_one_is_computed(tmp_path):
    read = []

    def reading():
        for n in range(4):
            read.append(n)
            yield n, batch(1)

    stream = Detector(write_model(tmp_path / "a.onnx", ONE)).stream(reading())
    next(stream)
    assert len(read) >= 2
    stream.close()
