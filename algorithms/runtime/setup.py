# SPDX-License-Identifier: GPL-2.0-or-later
"""Setting the runtime up: what is decided first, the making, what came of it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace

from qgis.PyQt.QtCore import QUrl

from ...models.environment.base_python import chosen_wheels
from ...models.environment.failures import without_credentials
from ...models.environment.requirements import read_requirements
from ...models.errors import MissingRuntime, MrifeError
from ..messages.environment import room
from ..messages.facts import say
from ..parameters.environment import PATIENCE_S
from ..parameters.outputs import check_folder
from ..texts import tr
from .base_pythons import base_python, cuda_packages
from .build import EnvironmentPlan, build, sweep
from .fetch import Index, check_address
from .interpreter import named_pythons, probe
from .managed import VARIABLE, forget, managed_store, remember
from .options import INDEX, MIRROR, WHEELS, set_values
from .own_python import check_archives, own_base
from .process import sandbox
from .session import model_session


def planned(given, parent):
    """The plan of what the user gave. Raises MrifeError where it cannot be done."""
    kind = {"detection": "cpu", "detection-gpu": "cuda", "training": "training"}[
        given.choice("PACKAGES")
    ]
    if kind == "cuda":
        kind = cuda_packages()
    check_variable(parent)
    addresses = index_addresses(given)
    folder = folder_of_wheels(given)
    packages = read_requirements(kind)
    patience = given.number("TIMEOUT") or PATIENCE_S
    index = Index(folder, addresses or packages.indexes, patience)
    named = given.file("BASE_PYTHON")
    own = given.choice("OWN_PYTHON")
    if named and own == "always":
        raise MrifeError(
            "A Python to start from is named ('{}'); leave that empty, or do not ask for a "
            "Python of its own.",
            named,
        )
    place = (kind, managed_store(parent), index)
    if named or own == "never":
        return plan_from(*place, *base(packages, named))
    if own == "always":
        return plan_of_own(place, packages, checked_value(MIRROR, check_mirror))
    return first_that_goes(place, packages)


def first_that_goes(place, packages):
    """A plan with a Python of the plugin's own, and where its archives' host does not
    answer, or all is in the folder of wheels, with one of the computer. Raises
    MissingRuntime.
    """
    mirror = checked_value(MIRROR, check_mirror)
    reason = None
    otherwise = None
    try:
        otherwise = plan_from(*place, *base(packages, ""))
    except MissingRuntime as error:
        reason = error
    if otherwise and not otherwise.index.missing(otherwise.files):
        return otherwise
    try:
        plan = plan_of_own(place, packages, mirror)
        check_archives(mirror, plan.index.patience)
    except MissingRuntime as error:
        if otherwise is None:
            raise
        return replace(otherwise, reason=error)
    return replace(plan, otherwise=otherwise, reason=reason)


def plan_from(kind, store, index, python, wheels):
    pip = chosen_wheels(read_requirements("pip"), python)
    return EnvironmentPlan(kind, store, python, (*wheels, *pip), index)


def plan_of_own(place, packages, mirror):
    """A plan with a Python of the plugin's own. Raises MissingRuntime."""
    python = own_base()
    plan = plan_from(*place, python, chosen_wheels(packages, python))
    (uv,) = chosen_wheels(read_requirements("uv"), python)
    return replace(plan, uv=uv, mirror=mirror)


def check_mirror(address):
    url = QUrl(address)
    if url.scheme() not in ("https", "http", "file"):
        raise MrifeError(
            "'{}' is no address of a mirror; it begins with https:// or file:///.",
            without_credentials(address),
        )


def index_addresses(given):
    """Of the package indexes to ask, () for the plugin's. Raises MrifeError."""
    text = given.text("INDEX")
    if without_credentials(text) != text:
        raise MrifeError(
            "QGIS writes the parameters of each run into its history and log, with the "
            "login in this address of a package index; set the address in Settings > "
            "Options > Processing > Providers > MRIFE landslides, or in the environment "
            "variable {}.",
            INDEX,
        )
    text = text or checked_value(INDEX, check_addresses)
    check_addresses(text)
    return tuple(text.split())


def folder_of_wheels(given):
    """ "" where there is none. Raises MrifeError."""
    folder = given.file("WHEELS") or checked_value(WHEELS, check_wheels)
    check_wheels(folder)
    return folder


def checked_value(name, check):
    """What is set for all runs, "" where nothing is. Raises MrifeError with where it is
    set.
    """
    for origin, value in set_values(name)[:1]:
        try:
            check(value)
        except MrifeError as error:
            raise MrifeError("{} is wrong: {}", origin, error) from error
        return value
    return ""


def check_addresses(text):
    for address in text.split():
        check_address(address)


def check_wheels(folder):
    if folder and not os.path.isdir(folder):
        raise MrifeError("The folder of wheels '{}' does not exist.", folder)


def check_variable(parent):
    """Raises MrifeError where an environment made at `parent` would not be looked for
    there.
    """
    named = os.environ.get(VARIABLE)
    if parent and named and os.path.realpath(parent) != os.path.realpath(named):
        raise MrifeError(
            "The environment variable {} names the folder '{}'; leave the folder empty, or "
            "clear the variable.",
            VARIABLE,
            named,
        )


def base(packages, named):
    try:
        return base_python(packages, named)
    except MissingRuntime as error:
        if not sandbox():
            raise
        raise MissingRuntime(
            "QGIS runs in a sandbox ({}), which hides the Pythons of the system; install "
            "QGIS as a package of the system.",
            sandbox(),
        ) from error


def check_place(plan, parent):
    """Raises MrifeError where the environment cannot be written, or is too large."""
    from ...models.geo.disk_space import check_space

    folder = str(plan.store.root.parent)
    if not parent:
        with suppress(OSError):  # of a drive that is gone: said where nothing is there
            os.makedirs(folder, exist_ok=True)
    check_folder(folder)
    check_space(folder, room(plan))


def made(plan, parent, feedback):
    """The environment of a plan, made where it is not there yet."""
    from ...models.geo.locks import only_run_in

    probe.cache_clear()  # what ran an hour ago may be damaged now
    plan.store.root.mkdir(exist_ok=True)
    with only_run_in(plan.store.root):
        environment = plan.store.current()
        if is_as_planned(environment, plan):
            feedback.pushInfo(tr("It is there already, and runs."))
            sweep(plan.store, feedback)
        else:
            environment = build(plan, feedback)
    if sandbox() and not environment.record.own_python:
        feedback.pushWarning(
            tr(
                "QGIS runs in a sandbox ({}): the environment may stop running when that "
                "is updated. Then run this again."
            ).format(sandbox())
        )
    if parent:
        remember(parent)
    return environment


def is_as_planned(environment, plan):
    """Whether it is what the plan, or the one otherwise, would make, and runs."""
    if environment is None:
        return False
    record = environment.record
    if plan.uv and not record.own_python:
        return plan.otherwise is not None and is_as_planned(environment, plan.otherwise)
    if record.packages != plan.packages:
        return False
    python = environment.python
    try:
        probe(str(python), os.stat(python).st_mtime)
        return True
    except (OSError, MissingRuntime):
        return False


def in_use(environment, feedback):
    """The results of an environment that was made: on what the model runs in it."""
    python = str(environment.python)
    ready, device, facts = model_session(python, feedback)
    say(feedback, [(tr("Python of the environment"), python), *facts])
    if not ready:
        feedback.pushWarning(tr("The model does not open in it: see the line above."))
    if environment.record.kind.startswith("cuda") and device == "cpu":
        feedback.pushWarning(tr("It does not run on the GPU: see the line above."))
    for origin, program in named_pythons()[:1]:
        feedback.pushWarning(
            tr(
                "{} names another Python ({}), and detection runs in that one: clear it "
                "to use the new one."
            ).format(origin, program)
        )
    size = round(environment.record.size / 1e6, 1)
    return {"PYTHON": python, "DEVICE": device, "SIZE_MB": size}


def removed(parent, feedback):
    """Takes the environment away; no results."""
    from ...models.geo.locks import only_run_in

    store = managed_store(parent)
    if not store.root.is_dir():
        feedback.pushInfo(tr("There is nothing to remove in {}.").format(store.root))
        return {}
    with only_run_in(store.root):
        left = store.remove()
    if left:
        raise MrifeError(
            "'{}' cannot be taken away: something runs in it, or its files may not be "
            "deleted; end that, or delete the folder yourself, and run this again.",
            left[0],
        )
    if not any(store.root.iterdir()):
        store.root.rmdir()
    forget(store.root.parent)
    feedback.pushInfo(tr("Removed: {}").format(store.root))
    return {}
