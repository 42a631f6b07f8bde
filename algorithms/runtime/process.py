# SPDX-License-Identifier: GPL-2.0-or-later
"""The Qt side of the worker process: lines of JSON to it and from it; killing it is
always safe.
"""

from __future__ import annotations

import json
from collections import deque

from qgis.PyQt.QtCore import QProcess, QProcessEnvironment

from ...models.errors import Cancelled, WorkerDied
from ..texts import tr

POLL = 100  # ms between two looks at the cancel button
GRACE = 300  # ms for the worker to end by itself
# what QGIS launchers set for QGIS's own Python, and what would bend an environment's
FOREIGN = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONEXECUTABLE",
    "PYTHONNOUSERSITE",
    "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "PROJ_LIB",
    "PROJ_DATA",
)
# their LD_LIBRARY_PATH points into QGIS; a user's own may point to CUDA
SANDBOXES = (
    "APPDIR",
    "SNAP",
    "FLATPAK_ID",
)


# of the worker that detects: numpy's linear algebra, which it does not ask for, would start
# a thread for each core while it is imported, which costs a tenth of a second
NO_ALGEBRA = {"OPENBLAS_NUM_THREADS": "1"}


def clean_environment():
    environment = QProcessEnvironment.systemEnvironment()
    installers = [n for n in environment.keys() if n.startswith(("PIP_", "UV_"))]
    for name in (*FOREIGN, *installers):
        environment.remove(name)
    if sandbox():
        environment.remove("LD_LIBRARY_PATH")
    return environment


def sandbox():
    """The variable that says in which kind of sandbox QGIS runs; "" in none."""
    environment = QProcessEnvironment.systemEnvironment()
    return next((name for name in SANDBOXES if environment.contains(name)), "")


def start_worker(program, verb, *server):
    """A worker's process; `verb` and `server` as of `worker_arguments`."""
    from ...models.inference.worker_protocol import worker_arguments

    variables = None if server else NO_ALGEBRA
    return start(program, worker_arguments(verb, *server), variables=variables)


def start(program, arguments, merged=False, variables=None):
    """A running QProcess, or one whose `error()` says why not; `merged`: what it says on
    either channel comes on one; `variables` go into its environment.
    """
    process = QProcess()
    environment = clean_environment()
    for name, value in (variables or {}).items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    if merged:
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
    process.start(program, arguments)
    process.waitForStarted(10_000)
    return process


def output_of(program, arguments, feedback=None, variables=None):
    """(whether a program ended well, all that it said), once it has ended. Raises
    Cancelled when it was killed for that.
    """
    process = start(program, arguments, merged=True, variables=variables)
    output = bytearray()
    while process.state() != QProcess.ProcessState.NotRunning:
        if feedback is not None and feedback.isCanceled():
            process.kill()
            process.waitForFinished(5000)
            raise Cancelled()
        process.waitForReadyRead(POLL)
        output += bytes(process.readAllStandardOutput())
    output += bytes(process.readAllStandardOutput())
    text = output.decode("utf-8", "replace")
    if process.error() == QProcess.ProcessError.FailedToStart:
        return False, process.errorString()
    whole = process.exitStatus() == QProcess.ExitStatus.NormalExit
    return whole and process.exitCode() == 0, text


class WorkerChannel:
    """Carries the messages of a worker; `feedback` is asked for cancel while waiting,
    `server` names another worker than the one that detects.
    """

    def __init__(self, program, feedback=None, server=()):
        self.feedback = feedback
        self.words = deque(maxlen=20)
        self.process = start_worker(program, "run", *server)
        if self.process.state() == QProcess.ProcessState.NotRunning:
            raise WorkerDied(
                "The worker process '{}' did not start: {}.",
                program,
                self.process.errorString(),
            )

    def send(self, message):
        self.process.write(json.dumps(message).encode() + b"\n")
        self.process.waitForBytesWritten(POLL)

    def receive(self):
        """The next message; raises Cancelled, or WorkerDied with the last words."""
        from ...models.inference.worker_protocol import message_in

        while True:
            line = self._line()
            message = message_in(line)
            if message is not None:
                return message
            self.words.append(line.strip())  # some library's chatter

    def close(self):
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.closeWriteChannel()
            if not self.process.waitForFinished(GRACE):
                self.process.kill()
                self.process.waitForFinished(5000)

    def _line(self):
        while not self.process.canReadLine():
            if self.feedback is not None and self.feedback.isCanceled():
                raise Cancelled()
            ended = self.process.state() == QProcess.ProcessState.NotRunning
            self.process.waitForReadyRead(POLL)
            self._listen()
            if ended and not self.process.canReadLine():
                raise self._death()
        self._listen()
        return bytes(self.process.readLine()).decode("utf-8", "replace")

    def _listen(self):
        text = bytes(self.process.readAllStandardError()).decode("utf-8", "replace")
        self.words.extend(line for line in text.splitlines() if line.strip())

    def _death(self):
        """The error that says how the process ended, with its last words."""
        words = " | ".join(self.words) or tr("none")
        if self.process.exitStatus() == QProcess.ExitStatus.CrashExit:
            return WorkerDied(
                "The worker process was killed or crashed before its answer (code {}); "
                "nothing was written. Its last words: {}",
                self.process.exitCode(),
                words,
            )
        return WorkerDied(
            "The worker process ended before its answer (code {}); nothing was written. "
            "Its last words: {}",
            self.process.exitCode(),
            words,
        )
