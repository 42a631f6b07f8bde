# SPDX-License-Identifier: GPL-2.0-or-later
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

onnxruntime = pytest.importorskip("onnxruntime")

from models.inference.bound import BoundSession
from models.onnxfile import describe, shipped_model


@pytest.fixture(scope="module")
def session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        shipped_model(), options, providers=["CPUExecutionProvider"]
    )


def windows(count, seed=0):
    contract = describe(shipped_model()).contract
    shape = (count, len(contract.bands), contract.window, contract.window)
    return np.random.default_rng(seed).uniform(0, 255, shape).astype(np.float32)


def bare(session, batch):
    return session.run(None, {session.get_inputs()[0].name: batch})[0]


def test_bound_memory_gives_the_same_bits_as_a_plain_run(session):
    bound = BoundSession(session, "cpu")
    batches = [windows(count, seed) for seed, count in enumerate((3, 3, 1, 3, 2, 1))]
    answers = [bound(batch) for batch in batches]  # each one still itself at the end
    for batch, answer in zip(batches, answers):
        np.testing.assert_array_equal(answer, bare(session, batch))


def test_a_batch_that_was_given_is_left_as_it_was(session):
    bound = BoundSession(session, "cpu")
    first = windows(2)
    bound(first)
    bound(windows(2, seed=1))
    np.testing.assert_array_equal(first, windows(2))


def test_windows_that_do_not_lie_in_a_row_are_taken(session):
    turned = windows(2)[:, :, :, ::-1]
    np.testing.assert_array_equal(
        BoundSession(session, "cpu")(turned), bare(session, turned.copy())
    )


def test_threads_do_not_share_memory(session):
    bound = BoundSession(session, "cpu")
    batches = [windows(1 + seed % 2, seed) for seed in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(bound, batches))
    for batch, answer in zip(batches, answers):
        np.testing.assert_array_equal(answer, bare(session, batch))


class Counting:
    """A session whose bindings are counted, and which fails where it is told to."""

    def __init__(self, session):
        self._session = session
        self.bindings = 0
        self.broken = False

    def io_binding(self):
        self.bindings += 1
        return self._session.io_binding()

    def run_with_iobinding(self, binding):
        if self.broken:
            raise RuntimeError("out of memory")
        self._session.run_with_iobinding(binding)

    def __getattr__(self, name):
        return getattr(self._session, name)


def test_batches_of_one_shape_use_the_same_memory(session):
    counting = Counting(session)
    bound = BoundSession(counting, "cpu")
    for seed, count in enumerate((2, 2, 1, 2, 1)):
        bound(windows(count, seed))
    assert counting.bindings == 2


def test_a_failure_gives_the_memory_back(session):
    counting = Counting(session)
    bound = BoundSession(counting, "cpu")
    bound(windows(2))
    bound(windows(1))
    counting.broken = True
    with pytest.raises(RuntimeError, match="memory"):
        bound(windows(2))
    counting.broken = False
    np.testing.assert_array_equal(bound(windows(1)), bare(session, windows(1)))
    assert counting.bindings == 3
