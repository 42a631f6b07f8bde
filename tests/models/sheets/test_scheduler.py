# SPDX-License-Identifier: GPL-2.0-or-later
"""The sheets of a run on a Dask cluster of two processes: the same result, whatever
happens to these.
"""

import os
import signal
import sys
import time

import pytest
from samples import write_model
from survey import CONTRACT, SheetsRun, cut, damaged, ground, quarters

from models.errors import MissingRuntime, MrifeError
from models.onnxfile import describe
from models.sheets.scheduler import Cluster

distributed = pytest.importorskip("distributed", reason="a development requirement")


@pytest.fixture(scope="module")
def workers():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as local:
        yield local


@pytest.fixture
def cluster(workers):
    with Cluster(workers.scheduler_address) as made:
        yield made


@pytest.fixture
def model(tmp_path):
    return describe(write_model(tmp_path / "identity.onnx", CONTRACT))


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def outcomes(run):
    return [(o.sheet.name, o.state, str(o.reason), o.candidates) for o in run.outcomes]


class Killing:
    """Searches with a cluster and kills the first worker that is in the midst of a
    sheet.
    """

    def __init__(self, cluster, workers):
        self.cluster = cluster
        self.killed = None  # the sheet
        with distributed.Client(workers, set_as_default=False) as client:
            self.pids = client.run(os.getpid)
        self.address = workers.scheduler_address

    def __call__(self, orders):
        for step in self.cluster(orders):
            if self.killed is None and 0 < step.share < 1:
                self.try_to_kill(orders[step.number])
            yield step

    def try_to_kill(self, order):
        name = order.part.sheet.name
        with distributed.Client(self.address, set_as_default=False) as client:
            at_work = client.processing()
        for worker, keys in at_work.items():
            if worker in self.pids and any(str(key).startswith(name) for key in keys):
                os.kill(self.pids[worker], signal.SIGSTOP)
                midway = not os.path.exists(order.path)
                end = signal.SIGKILL if midway else signal.SIGCONT
                os.kill(self.pids[worker], end)
                if midway:
                    self.killed = name


def test_a_worker_that_is_killed_costs_one_sheet_and_changes_nothing(
    tmp_path, model, workers, cluster
):
    sheets = quarters(tmp_path, ground(800, 800))
    whole = SheetsRun(sheets, model, tmp_path / "whole", uncertainty=True)
    killing = Killing(cluster, workers)
    folder = tmp_path / "p"
    run = SheetsRun(sheets, model, folder, searcher=killing, uncertainty=True)
    assert killing.killed in run.states
    assert run.layer == whole.layer and len(run.layer) == 2
    assert outcomes(run) == outcomes(whole)
    assert files(folder) == files(tmp_path / "whole")
    assert run.shares[-1] == 1
    assert all(outcome.seconds > 0 for outcome in run.outcomes)


def test_a_sheet_that_breaks_on_a_worker_is_left_out(tmp_path, model, cluster):
    image = ground(128, 320)
    a = cut(tmp_path / "a.tif", image, 0, 0, 128, 160)
    z = damaged(tmp_path / "z.tif", image, 0, 160, 128, 160)
    whole = SheetsRun([z, a], model, tmp_path / "whole")
    run = SheetsRun([z, a], model, tmp_path / "p", searcher=cluster)
    assert run.states == {"a": "done", "z": "failed"}
    assert outcomes(run) == outcomes(whole) and run.layer == whole.layer
    a_of_both = [files(tmp_path / name)["a.tif"] for name in ("p", "whole")]
    assert a_of_both[0] == a_of_both[1]


def test_a_run_that_is_stopped_frees_the_workers(tmp_path, model, workers, cluster):
    sheets = quarters(tmp_path, ground(1600, 1600))

    class Stop(Exception):
        pass

    def stopping(orders):
        for step in cluster(orders):
            yield step
            if step.share > 0.1:
                raise Stop

    folder = tmp_path / "p"
    with pytest.raises(Stop):
        SheetsRun(sheets, model, folder, searcher=stopping, uncertainty=True)
    end = time.monotonic() + 10
    while os.listdir(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert os.listdir(folder) == []


def test_no_scheduler_no_package_and_another_model_are_said(
    tmp_path, model, cluster, monkeypatch
):
    with pytest.raises(MrifeError, match="No Dask scheduler answers at 'nonsense:'"):
        Cluster("nonsense:")
    sheets = quarters(tmp_path, ground())

    def changed(orders):
        write_model(tmp_path / "identity.onnx", CONTRACT, factor=0.1)
        yield from cluster(orders)

    with pytest.raises(MrifeError, match="is another file on a worker"):
        SheetsRun(sheets, model, tmp_path / "p", searcher=changed)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingRuntime, match="-m pip install distributed"):
        Cluster("tcp://127.0.0.1:1")
