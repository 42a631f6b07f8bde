# SPDX-License-Identifier: GPL-2.0-or-later
"""Two runs do not write to one place; what a killed one held is free."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import MrifeError
from models.geo.locks import only_run_at, only_run_in, work_folder
from models.geo.scratch import scratch_folder, sweep
from models.geo.staging import Staging

ROOT = Path(__file__).resolve().parents[3]
HOLDING = """
import sys
from pathlib import Path
from models.geo.locks import only_run_in
with only_run_in(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_holds_a_folder_until_it_is_killed(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, tmp_path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "held\n"
    words = f"process {other.pid} on .* is writing to '{tmp_path}'"
    for _ in range(2):  # who was refused leaves it as it was
        with pytest.raises(MrifeError, match=words):
            with only_run_in(tmp_path):
                pass
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert list(tmp_path.iterdir())
    with only_run_in(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_runs_of_one_process_do_not_share_a_folder(tmp_path):
    with only_run_in(tmp_path):
        with pytest.raises(MrifeError, match=f"process {os.getpid()} on"):
            with only_run_in(tmp_path):
                pass
        with pytest.raises(MrifeError):  # what was refused gave nothing back
            with only_run_in(tmp_path):
                pass
    with only_run_in(tmp_path):
        pass


SWEEPING = """
import sys
from models.geo.scratch import scratch_folder
with scratch_folder(sys.argv[1]):
    pass
"""


def test_a_second_folder_does_not_give_the_first_one_away(tmp_path):
    """Nor does a second run of this process that is refused."""
    with scratch_folder(tmp_path) as first, scratch_folder(tmp_path) as second:
        run_elsewhere(SWEEPING, tmp_path)
        assert first.is_dir() and second.is_dir()
    with only_run_in(tmp_path):
        with pytest.raises(MrifeError), only_run_in(tmp_path):
            pass
        done = run_elsewhere(HOLDING, tmp_path)
        assert f"process {os.getpid()} on" in done.stderr and "held" not in done.stdout


def run_elsewhere(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code, folder],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


REMOVING = """
import os, sys
from models.geo.scratch import scratch_folder
removed = []
def end_before_the_last(event, values):
    if event == "os.remove":
        removed.append(values)
        if len(removed) == 11:
            os._exit(7)
with scratch_folder(sys.argv[1]) as folder:
    for number in range(10):
        (folder / str(number)).touch()
    sys.addaudithook(end_before_the_last)
"""


def test_what_a_kill_leaves_of_a_folder_that_goes_is_swept(tmp_path):
    assert run_elsewhere(REMOVING, tmp_path).returncode == 7
    assert list(tmp_path.iterdir()) != []
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_gives_its_place_back(tmp_path):
    with pytest.raises(ValueError):
        with only_run_at(tmp_path / ".a.lock", "a"):
            raise ValueError
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_locked_is_no_reason_to_stop(tmp_path):
    """Nothing can be written in a folder that is not there: the run says so itself."""
    with only_run_in(tmp_path / "nowhere"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_raster_under_way_is_that_of_one_run(tmp_path):
    place = tmp_path / "p.tif"
    with Staging() as staging:
        staging.adopt(f"{place}.part", place)
        with Staging() as other, pytest.raises(MrifeError, match="p.tif'; wait"):
            other.adopt(f"{place}.part", place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="files have no groups there")
def test_all_who_may_write_to_a_folder_share_its_lock(tmp_path):
    """One that they cannot write to would hold off nobody."""
    before = os.umask(0o002)
    try:
        with only_run_in(tmp_path):
            (file,) = tmp_path.glob("*lock")
            assert file.stat().st_mode & 0o777 == 0o664
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="files have no groups there")
def test_a_lock_is_for_the_group_of_a_shared_folder_whatever_the_umask(tmp_path):
    tmp_path.chmod(0o775)
    before = os.umask(0o022)
    try:
        with only_run_in(tmp_path):
            (file,) = tmp_path.glob("*lock")
            assert file.stat().st_mode & 0o777 == 0o664
            assert file.stat().st_gid == tmp_path.stat().st_gid
    finally:
        os.umask(before)


def test_a_work_folder_goes_where_nothing_was_left_in_it(tmp_path):
    folder = tmp_path / "deep" / "work"
    with pytest.raises(ValueError), work_folder(folder):
        (folder / "run").mkdir()
        raise ValueError
    assert not folder.exists()
    with work_folder(folder):
        (folder / "run").mkdir()
        (folder / "run" / "last.pt").write_bytes(b"1")
    assert (folder / "run" / "last.pt").is_file()


def test_a_place_whose_lock_has_too_long_a_name_is_worked_at(tmp_path):
    with only_run_at(tmp_path / f".{'x' * 252}.lock", tmp_path):
        pass
