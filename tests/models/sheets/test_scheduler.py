# SPDX-License-Identifier: GPL-2.0-or-later
"""The sheets of a run on a Dask cluster of two processes: the same result, whatever
happens to these.
"""

import csv
import gc
import os
import signal
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest
from samples import write_model, write_raster
from survey import (
    CONTRACT,
    NORTH,
    WEST,
    SheetsRun,
    cut,
    damaged,
    files,
    ground,
    layer,
    outcomes,
    quarters,
)

from models.__main__ import main
from models.errors import MissingRuntime, MrifeError
from models.sheets import scheduler
from models.sheets.scheduler import Cluster, search_on_worker

distributed = pytest.importorskip("distributed", reason="a development requirement")
dask = pytest.importorskip("dask")


# a worker that was killed comes again, however long it takes on a busy machine: after 15
# seconds such a cluster would give it up, and be without workers in the end
PATIENCE = {"distributed.deploy.lost-worker-timeout": "1 hour"}


@pytest.fixture(scope="module")
def workers():
    with (
        dask.config.set(PATIENCE),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as local,
    ):
        yield local
    gc.collect()  # what it held goes before QGIS


@pytest.fixture
def cluster(workers):
    with Cluster(workers.scheduler_address) as made:
        yield made


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [{**row, "seconds": ""} for row in csv.DictReader(file)]


def hold_midway(folder):
    """On a worker: every search from now on that is in its midst writes a file named by
    its process into `folder`, and waits there until `folder` holds `go`.
    """
    search = scheduler.search_part

    def held(order, detector):
        with closing(search(order, detector)) as steps:
            for step in steps:
                yield step
                if 0 < step.share < 1:
                    (folder / str(os.getpid())).touch()
                    while not (folder / "go").exists():
                        time.sleep(0.02)

    scheduler.search_part = held


@contextmanager
def held_midway(workers, folder):
    """A folder as of hold_midway, for all workers there are; in the end they go on."""
    folder.mkdir()
    with distributed.Client(workers, set_as_default=False) as client:
        client.run(hold_midway, folder)
    try:
        yield folder
    finally:
        (folder / "go").touch()


class Killing:
    """Searches with a cluster and kills the first worker that is in the midst of a
    sheet.
    """

    def __init__(self, cluster, workers, folder):
        self.cluster = cluster
        self.workers = workers
        self.folder = folder
        self.killed = None  # the process

    def __call__(self, orders):
        with held_midway(self.workers, self.folder):
            steps = self.cluster(orders)
            yield next(steps)
            while not list(self.folder.iterdir()):
                time.sleep(0.02)
            self.killed = int(next(self.folder.iterdir()).name)
            os.kill(self.killed, signal.SIGKILL)
        yield from steps


def test_a_worker_that_is_killed_costs_one_sheet_and_changes_nothing(
    tmp_path, model, workers, cluster
):
    sheets = quarters(tmp_path, ground(800, 800))
    whole = SheetsRun(sheets, model, tmp_path / "whole", uncertainty=True)
    killing = Killing(cluster, workers, tmp_path / "midway")
    folder = tmp_path / "p"
    run = SheetsRun(sheets, model, folder, searcher=killing, uncertainty=True)
    assert killing.killed
    assert run.layer == whole.layer and len(run.layer) == 2
    assert outcomes(run) == outcomes(whole)
    assert files(folder) == files(tmp_path / "whole")
    assert run.shares[-1] == 1
    assert all(outcome.seconds > 0 for outcome in run.outcomes)


def test_what_a_lost_worker_had_finished_is_not_searched_again(tmp_path, model, cluster):
    """Dask asks for all that it had told."""
    asked = []

    def again(orders):
        asked.extend(orders)
        yield from cluster(orders)

    folder = tmp_path / "p"
    SheetsRun(quarters(tmp_path, ground()), model, folder, searcher=again)
    before = {path.name: path.stat().st_ino for path in folder.glob("*.tif")}
    assert [step.seconds for step in cluster(asked)] == [0.0] * 4
    assert {p.name: p.stat().st_ino for p in folder.glob("*.tif")} == before


@pytest.fixture
def given_up_at_once(workers):
    """A task on which one worker is lost, and all that waited for that worker."""
    allowed = workers.scheduler.allowed_failures
    workers.scheduler.allowed_failures = 0
    yield
    workers.scheduler.allowed_failures = allowed


class Deadly(distributed.WorkerPlugin):
    """A worker that begins to search one of some sheets is killed."""

    name = "deadly"

    def __init__(self, names):
        self.names = names

    def setup(self, worker):
        self.search = scheduler.search_part
        scheduler.search_part = self.killed

    def teardown(self, worker):
        scheduler.search_part = self.search

    def killed(self, order, detector):
        if order.part.sheet.name in self.names:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from self.search(order, detector)


@contextmanager
def deadly(workers, names):
    with distributed.Client(workers, set_as_default=False) as client:
        client.register_plugin(Deadly(names))
        try:
            yield
        finally:
            client.unregister_worker_plugin(Deadly.name)


def test_sheets_that_waited_for_a_lost_worker_are_searched(
    tmp_path, model, workers, cluster, given_up_at_once
):
    sheets = quarters(tmp_path, ground(800, 800))
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    killing = Killing(cluster, workers, tmp_path / "midway")

    def once(orders):
        yield from (cluster if killing.killed else killing)(orders)

    run = SheetsRun(sheets, model, tmp_path / "p", searcher=once)
    assert killing.killed and any("is put off: 1 workers" in note for note in run.notes)
    assert run.layer == whole.layer and outcomes(run) == outcomes(whole)


def test_a_sheet_that_takes_workers_with_it_fails_alone(
    tmp_path, model, workers, cluster, given_up_at_once
):
    sheets = quarters(tmp_path, ground(800, 800))
    with deadly(workers, ["sw"]):
        run = SheetsRun(sheets, model, tmp_path / "p", searcher=cluster)
    done = dict.fromkeys(("ne", "nw", "se"), "done")
    assert run.states == {**done, "sw": "failed"}
    assert "1 workers of the cluster were lost on it" in run.reasons["sw"]
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    assert files(tmp_path / "whole").items() > {
        (name, pixels)
        for name, pixels in files(tmp_path / "p").items()
        if name.endswith(".tif")
    }
    again = SheetsRun(sheets, model, tmp_path / "p", searcher=cluster)
    assert again.layer == whole.layer and outcomes(again) == outcomes(whole)


def test_where_workers_die_of_every_sheet_the_run_ends(
    tmp_path, model, workers, cluster, given_up_at_once
):
    sheets = quarters(tmp_path, ground())
    with deadly(workers, ["ne", "nw", "se", "sw"]):
        with pytest.raises(MrifeError, match="ended on each of . sheets, and none is"):
            SheetsRun(sheets, model, tmp_path / "p", searcher=cluster)


@pytest.mark.parametrize("tile", [(5, 14), (1, 14)], ids=["z", "a, which reads of z"])
def test_a_sheet_that_breaks_on_a_worker_is_left_out(tmp_path, model, cluster, tile):
    image = ground(1200, 320)
    a = cut(tmp_path / "a.tif", image, 0, 0, 1200, 160)
    z = damaged(tmp_path / "z.tif", image, 0, 160, 1200, 160, tile)
    whole = SheetsRun([z, a], model, tmp_path / "whole")
    run = SheetsRun([z, a], model, tmp_path / "p", searcher=cluster)
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == ["z"]
    assert outcomes(run) == outcomes(whole) and run.layer == whole.layer
    a_of_both = [files(tmp_path / name)["a.tif"] for name in ("p", "whole")]
    assert a_of_both[0] == a_of_both[1]


def test_a_run_that_is_stopped_frees_the_workers(tmp_path, model, workers, cluster):
    sheets = quarters(tmp_path, ground(1600, 1600))

    class Stop(Exception):
        pass

    def stopping(orders):
        with held_midway(workers, tmp_path / "midway"):
            for step in cluster(orders):
                yield step
                if step.share > 0:
                    raise Stop

    folder = tmp_path / "p"
    with pytest.raises(Stop):
        SheetsRun(sheets, model, folder, searcher=stopping, uncertainty=True)
    end = time.monotonic() + 60
    while list(folder.glob("*")) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(folder.glob("*")) == []


def test_the_command_gives_the_same_layer_and_table(tmp_path, model, workers, capsys):
    """A broken sheet, a heap of heights, and a part of the ground included."""
    folder = tmp_path / "图幅"
    folder.mkdir()
    quarters(folder, ground())
    (folder / "broken.tif").write_bytes(b"II*\0 and no more")
    heights = np.resize(np.arange(900, 1000, dtype=np.float32), (60, 60))
    place = (WEST - 20, 5.0, 0.0, NORTH + 20, 0.0, -5.0)
    dem = write_raster(tmp_path / "dem.tif", heights, place)
    contract = replace(CONTRACT, bands=("red", "elevation"))
    path = write_model(tmp_path / "heights.onnx", contract, channels=2)
    asked = ["--folder", str(folder), "--model", path, "--dem", dem]
    results = []
    for name, options in (
        ("local", []),
        ("cluster", ["--scheduler", workers.scheduler_address]),
    ):
        out, status = str(tmp_path / f"{name}.gpkg"), tmp_path / f"{name}.csv"
        assert (
            main(["detect-sheets", out, *asked, "--status", str(status), *options]) == 0
        )
        results.append((layer(out), table(status)))
    assert results[0] == results[1]
    assert [row["state"] for row in results[0][1]] == ["failed", *["done"] * 4]
    assert f'"scheduler": "{workers.scheduler_address}"' in capsys.readouterr().out


def test_workers_are_counted_while_the_client_looks_for_itself(workers):
    """What it then remembers of the scheduler is without them."""
    with dask.config.set({"distributed.client.scheduler-info-interval": "1ms"}):
        with Cluster(workers.scheduler_address) as cluster:
            assert {cluster.workers for _ in range(300)} == {2}


def test_that_there_is_no_worker_is_said_and_one_that_comes_is_used(
    tmp_path, model, monkeypatch
):
    monkeypatch.setattr(scheduler, "LONELY_SECONDS", 0)
    monkeypatch.setattr(scheduler, "LOOK_SECONDS", 0)
    sheets = quarters(tmp_path, ground())
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, dashboard_address=None
    ) as empty:
        address = empty.scheduler_address
        late = threading.Timer(60, empty.scale, (1,))  # where nothing is said
        late.start()

        def starting(orders):
            for step in cluster(orders):
                yield step
                if step.note is not None:
                    empty.scale(1)

        with Cluster(address) as cluster:
            run = SheetsRun(sheets, model, tmp_path / "p", searcher=starting)
        late.cancel()
    said = f"The scheduler at {address} has no worker"
    assert [note.startswith(said) for note in run.notes].count(True) == 1
    assert run.states == dict.fromkeys(("ne", "nw", "se", "sw"), "done")


def test_what_a_machine_lacks_is_said(tmp_path, model):
    lacking = str(tmp_path / "mnt" / "sheets")
    with pytest.raises(MrifeError, match="is not there on the machine .* need it under"):
        search_on_worker("topic", 0, None, [str(tmp_path), lacking], "cpu", 1)


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
