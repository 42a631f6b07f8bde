# SPDX-License-Identifier: GPL-2.0-or-later
"""A CPython of the plugin's own: the program uv, pinned as the packages are, fetches it and
holds it against the hash that uv knows.
"""

from __future__ import annotations

import math
import shutil
import stat
import zipfile
from dataclasses import replace

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl

from ...models.environment.about import facts
from ...models.environment.base_python import BasePython
from ...models.environment.failures import no_python, python_failure
from ...models.errors import MissingRuntime
from ..messages.errors import translated
from ..texts import tr
from .base_pythons import asked
from .fetch import check_answers, proxy_address
from .options import ARCHIVES
from .process import output_of

VERSION = "3.12.16"  # the newest that the pinned uv knows
ARGUMENTS = ("--no-config", "--no-cache", "--no-progress")
HOSTS = ("https://releases.astral.sh", ARCHIVES)  # which uv asks, in its order
ANSWER_S = 5  # for a host's first word: whoever has none waits before each setting up


def own_base():
    """What the Python will say about itself, before it is there."""
    known = {"python": VERSION, "program": "", "bits": 64, "venv": True}
    ordinary = {"cpython": True, "free_threaded": False}
    return BasePython.of_facts({**facts(), **known, **ordinary})


def check_archives(mirror, patience):
    """Raises MissingRuntime where no host of the archives answers, in `patience` s."""
    reason = None
    for address in [mirror] if mirror else HOSTS:
        try:
            return check_answers(QUrl(address), min(patience, ANSWER_S))
        except MissingRuntime as error:
            reason = error
    raise no_python(reason)


def with_python(plan, journal, feedback):
    """The plan, once its Python is there; the one that it names otherwise where the
    plugin's own cannot be had. Raises MrifeError, Cancelled.
    """
    if plan.uv is None:
        return plan
    downloads = plan.store.downloads
    downloads.mkdir(parents=True, exist_ok=True)
    try:
        wheel = plan.index.fetch(plan.uv, downloads, feedback, lambda size: None)
        program = installed(unpacked(wheel, downloads), plan, journal, feedback)
        return replace(plan, python=asked(program))
    except MissingRuntime as error:
        if plan.otherwise is None:
            raise
        feedback.pushWarning(
            tr("{} The environment is made from '{}' instead.").format(
                translated(error), plan.otherwise.python.program
            )
        )
        return plan.otherwise


def unpacked(wheel, folder):
    """Path of uv out of its wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        name = next(one for one in names if one.endswith(("/scripts/uv", "/uv.exe")))
        program = folder / name.rpartition("/")[2]
        with archive.open(name) as source, open(program, "wb") as target:
            shutil.copyfileobj(source, target)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def installed(uv, plan, journal, feedback):
    """Path of the Python, fetched where it is not there yet. Raises MissingRuntime."""
    version = plan.python.version
    feedback.setProgressText(tr("Fetching {}").format(f"Python {version}"))
    variables = uv_variables(plan)
    text = ""
    for verb in (("install", "--no-bin", "--no-registry"), ("find", "--managed-python")):
        arguments = ["python", *verb, *ARGUMENTS, version]
        journal.write(" ".join(["$", str(uv), *arguments]))
        well, text = output_of(str(uv), arguments, feedback, variables)
        journal.write(text)
        if not well:
            raise python_failure(text, str(plan.store.root))
    return text.strip().rpartition("\n")[2]


def uv_variables(plan):
    """What uv is told by its environment, where no log shows logins: where to, how long to
    wait, QGIS's proxy, and whom QGIS trusts, those among them that the user added to it.
    """
    variables = {
        "UV_PYTHON_INSTALL_DIR": str(plan.store.python(plan.python.version)),
        "UV_HTTP_TIMEOUT": str(math.ceil(plan.index.patience)),
        "UV_HTTP_RETRIES": "1",
        "UV_SYSTEM_CERTS": "1",
    }
    if plan.mirror:
        variables["UV_PYTHON_INSTALL_MIRROR"] = plan.mirror
    proxy = proxy_address(QUrl(plan.mirror or ARCHIVES))
    if proxy:
        variables.update(HTTP_PROXY=proxy, HTTPS_PROXY=proxy)
    authorities = bytes(QgsApplication.authManager().trustedCaCertsPemText())
    if authorities:
        path = plan.store.downloads / "authorities.pem"
        path.write_bytes(authorities)
        variables["SSL_CERT_FILE"] = str(path)
    return variables
