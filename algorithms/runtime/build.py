# SPDX-License-Identifier: GPL-2.0-or-later
"""Making the plugin's own environment: fetch, install beside the old one, try, exchange."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from ...models.environment.base_python import BasePython
from ...models.environment.failures import (
    import_failure,
    install_failure,
    without_credentials,
)
from ...models.environment.requirements import Wheel
from ...models.environment.store import Record, Store, program, size_of
from ...models.errors import MissingRuntime, MrifeError
from ..texts import tr
from .fetch import Index
from .interpreter import probe
from .own_python import with_python
from .process import output_of

FETCHED = 75  # % of the progress
INSTALLED = 95
PIP = ("--isolated", "--disable-pip-version-check", "--no-input", "install")
PIP += ("--no-index", "--no-deps", "--no-cache-dir", "--no-compile", "--require-hashes")
PIP += ("--only-binary", ":all:", "--no-warn-script-location", "--progress-bar", "off")
# of all users of the computer, which isolated pip heeds
NO_RULES = {"PIP_CONFIG_FILE": os.devnull}


@dataclass(frozen=True)
class EnvironmentPlan:
    """All that is decided before anything is written. With `uv` the Python is one of the
    plugin's own, from `mirror` where that is named, and where it cannot be had the plan
    is the one `otherwise`; `reason`: why the Python is not another one, of the computer
    or of the plugin's own.
    """

    kind: str
    store: Store
    python: BasePython
    wheels: tuple[Wheel, ...]  # the last is pip's
    index: Index
    uv: Wheel | None = None
    mirror: str = ""
    otherwise: EnvironmentPlan | None = None
    reason: MissingRuntime | None = None

    @property
    def files(self):
        """All wheels to fetch."""
        return self.wheels if self.uv is None else (self.uv, *self.wheels)

    @property
    def size(self):
        """Bytes of them."""
        return sum(wheel.size for wheel in self.files)

    @property
    def packages(self):
        """name==version of what is installed."""
        return tuple("==".join(w.file.split("-")[:2]) for w in self.wheels[:-1])


class Journal:
    """What was done and said, on the disk and in the log; logins left out."""

    def __init__(self, path, feedback):
        self.path = path
        self.feedback = feedback
        path.write_text("", encoding="utf-8")

    def write(self, text):
        clean = without_credentials(text).rstrip()
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{clean}\n")
        self.feedback.pushDebugInfo(clean)


def build(plan, feedback):
    """The environment of a plan, whole and tried, in the place of the one before. Raises
    MrifeError or Cancelled, and then the one before is as it was.
    """
    store = plan.store
    store.sweep()
    journal = Journal(store.log, feedback)
    try:
        environment = filled(with_python(plan, journal, feedback), journal, feedback)
    except MrifeError as error:
        journal.write(str(error))
        raise
    except OSError as error:
        journal.write(str(error))
        raise install_failure(str(error), str(store.root), str(store.log)) from error
    shutil.rmtree(store.downloads, ignore_errors=True)
    sweep(store, feedback)
    feedback.setProgress(100)
    return environment


def sweep(store, feedback):
    """Takes away what the current environment has no need of, unless something runs in
    it.
    """
    for folder in store.sweep():
        feedback.pushInfo(
            tr(
                "'{}' stays, because something runs in it; 'Set up runtime' takes it away "
                "when it is run again after that."
            ).format(folder)
        )
    store.sweep_pythons()


def filled(plan, journal, feedback):
    """The environment of a plan whose Python is there."""
    python = plan.python
    journal.write(f"{plan.kind}: {' '.join(plan.packages)} for {python.program}")
    building = plan.store.start()
    try:
        paths = fetch_all(plan, journal, feedback)
        install(plan, paths, building, journal, feedback)
        try_out(plan, building, journal, feedback)
        own = plan.uv is not None
        size = size_of(building)
        if own:
            size += size_of(plan.store.python(python.version))
        record = Record(plan.kind, plan.packages, python.version, size, own)
        return plan.store.finish(building, record)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def fetch_all(plan, journal, feedback):
    """Paths of the wheels, in their order."""
    plan.store.downloads.mkdir(exist_ok=True)
    paths = []
    before = 0
    for wheel in plan.wheels:
        feedback.setProgressText(tr("Fetching {}").format(wheel.file))

        def progress(size, before=before):
            feedback.setProgress(FETCHED * (before + size) / plan.size)

        path = plan.index.fetch(wheel, plan.store.downloads, feedback, progress)
        journal.write(f"{wheel.size} bytes, as pinned: {path}")
        paths.append(path)
        before += wheel.size
    return paths


def install(plan, paths, building, journal, feedback):
    """A virtual environment with the packages in `building`. Raises MrifeError."""
    feedback.setProgressText(tr("Installing"))
    listed = building / "requirements.txt"
    lines = [
        f"{path.absolute().as_uri()} --hash=sha256:{wheel.sha256}"
        for path, wheel in zip(paths[:-1], plan.wheels)
    ]
    venv = ["-I", "-m", "venv", "--without-pip", str(building)]
    run(plan.python.program, venv, building, plan, journal, feedback)
    listed.write_text("\n".join(lines), encoding="utf-8")
    pip = os.path.join(paths[-1], "pip")  # runs from its wheel, which is an archive
    arguments = ["-I", pip, *PIP, "-r", str(listed)]
    run(str(program(building)), arguments, building, plan, journal, feedback)
    feedback.setProgress(INSTALLED)


def run(python, arguments, building, plan, journal, feedback):
    """A step, to its end. Raises MrifeError where that is a bad one."""
    journal.write(" ".join(["$", python, *arguments]))
    well, text = output_of(python, arguments, feedback, NO_RULES)
    journal.write(text)
    if not well:
        raise install_failure(text, str(building.parent), str(plan.store.log))


def try_out(plan, building, journal, feedback):
    """The self-test of detection; where training is wanted, its packages are loaded.
    Raises MissingRuntime.
    """
    python = str(program(building))
    try:
        journal.write(str(probe(python, os.stat(python).st_mtime)))
    except MissingRuntime as error:
        raise import_failure(error, str(building.parent)) from error
    if plan.kind == "training":
        loading = ["-I", "-c", "import torch, onnx"]
        run(python, loading, building, plan, journal, feedback)
