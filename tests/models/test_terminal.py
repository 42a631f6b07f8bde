# SPDX-License-Identifier: GPL-2.0-or-later
"""The process of the command line: its standard streams, as a server gives them, and its
end.
"""

import errno
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from samples import ONE_PIXEL_CONTRACT as ONE
from samples import write_model, write_raster

from models.answers import say
from models.errors import MrifeError

ROOT = Path(__file__).resolve().parents[2]
PYTHON = shlex.quote(sys.executable)


def shell(line, **environment):
    return subprocess.run(
        ["sh", "-c", line],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_lines_are_utf_8_whatever_the_terminal_speaks(tmp_path):
    model = write_model(tmp_path / "identity.onnx", ONE)
    code = "import sys, models.terminal as t; from models.answers import say;"
    code += "t.open_streams(); say(name='滑\\udce4')"
    done = shell(f'{PYTHON} -c "{code}"', PYTHONIOENCODING="latin-1")
    assert json.loads(done.stdout.decode("utf-8")) == {"name": "滑\udce4"}
    model = shlex.quote(str(model))
    done = shell(f"{PYTHON} -m models modelinfo {model}", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_a_sentence_never_stands_between_the_lines():
    done = shell(f"{PYTHON} -m models modelinfo /none.onnx 2>&-")
    assert (done.returncode, done.stdout) == (1, b"")


def test_no_file_takes_the_number_of_a_closed_stream(tmp_path):
    code = "import os, models.terminal as t; t.open_streams();"
    code += f"file = open('{tmp_path}/n', 'w'); print(file.fileno(), file=file)"
    shell(f'{PYTHON} -c "{code}" <&- >&- 2>&-')
    assert int((tmp_path / "n").read_text()) > 2


class Full:
    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_standard_output_is_named(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(MrifeError, match="Standard output takes nothing more"):
        say(progress=1)


# a command that is sent a signal just before its first file would take its place
ENDING = """
import os, runpy, sys
number, *sys.argv = int(sys.argv[1]), "models", *sys.argv[2:]
sys.addaudithook(lambda event, _: event == "os.rename" and os.kill(os.getpid(), number))
runpy.run_module("models", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_what_the_system_ends_leaves_no_work_under_way(tmp_path, name):
    number = getattr(signal, name)
    probability = write_raster(tmp_path / "p.tif", np.zeros((40, 40), np.float32))
    asked = ["vectorize", probability, str(tmp_path / "o.gpkg")]
    done = subprocess.run(
        [sys.executable, "-c", ENDING, str(int(number)), *asked],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -number, done.stderr
    assert os.listdir(tmp_path) == ["p.tif"]


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_who_is_deaf_to_a_closed_terminal_stays_so():
    """As with nohup."""
    code = "import signal, models.__main__ as m; m.clear_up_at_the_end();"
    code += "print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    done = shell(f"trap '' HUP; {PYTHON} -c '{code}'")
    assert done.stdout == b"True\n", done.stderr
