# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the network can run here, and on what: the text a user pastes into a bug
report.
"""

from __future__ import annotations

import platform
from contextlib import suppress

from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR

from ..models.errors import MissingRuntime, MrifeError
from .base import MrifeAlgorithm
from .messages.errors import translated
from .messages.facts import facts_page, say
from .parameters.declare import facts_file, numbers, strings
from .runtime.interpreter import (
    find_interpreter,
    is_for_gpu,
    named_pythons,
    own_pythons,
    probe,
)
from .runtime.libraries import LIBRARIES, PACKAGES, check_fit, missing_libraries
from .runtime.managed import managed_store
from .runtime.session import model_session
from .texts import paragraphs, tr


class CheckRuntime(MrifeAlgorithm):
    libraries = ()  # it says what is missing

    def name(self):
        return "checkruntime"

    def displayName(self):
        return tr("Check runtime")

    def tags(self):
        return tr("onnxruntime,python,gpu,cuda,device,diagnose,landslide").split(",")

    def shortDescription(self):
        return tr(
            "Tells which Python runs the network, with which packages and on which "
            "device."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Looks for a Python with numpy and onnxruntime as detection does, opens the model in it, and
reports the versions, the providers, the GPU and the device that really runs.</p>
<p>Paste the report into a bug report. A missing runtime is a result (READY = 0), not an error.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [facts_file()],
            numbers(("READY", tr("Ready (1) or not (0)")))
            + strings(("DEVICE", tr("Device"))),
        )

    def work(self, job, given, feedback):
        probe.cache_clear()  # asked for now, not for the answer of an hour ago
        version = ""
        if self.provider():
            version = self.provider().versionInfo()
        complete, libraries = library_facts()
        runs, device, facts = runtime_facts(feedback)
        ready = complete and runs
        readiness = (tr("Ready"), tr("yes") if ready else tr("no"))
        facts = [*qgis_facts(version), *libraries, *facts, readiness]
        say(feedback, facts)
        results = {"READY": int(ready), "DEVICE": device}
        title = tr("MRIFE runtime")
        html = given.outputs.text("HTML", lambda: facts_page(title, facts))
        if html:
            results["HTML"] = html
        return results


def qgis_facts(version):
    """(name, value) of QGIS and its own Python."""
    return [
        (tr("Plugin"), version),
        ("QGIS", f"{Qgis.version()} ({Qgis.devVersion()})"),
        ("Qt", QT_VERSION_STR),
        (tr("System"), platform.platform()),
        (tr("QGIS's Python"), platform.python_version()),
    ]


def library_facts():
    """(whether QGIS's own Python has all that it must, facts)."""
    missing = missing_libraries()
    if missing:
        packages = ", ".join(PACKAGES[name] for name in missing)
        install = tr("{} (Debian, Ubuntu, OSGeo4W Setup)").format(packages)
        facts = [(tr("It lacks"), ", ".join(missing)), (tr("To install"), install)]
        return False, facts
    facts = [(tr("It lacks"), tr("nothing"))]
    try:
        check_fit(LIBRARIES)
    except MrifeError as error:
        return False, [*facts, (tr("It does not fit"), translated(error))]
    return True, facts


def runtime_facts(feedback):
    """(ready, device, facts) of the Python that runs the network."""
    facts = []
    try:
        facts += [
            (tr("Candidate"), tr("{} ({})").format(program, origin))
            for origin, program in candidate_pythons()
        ]
        program = find_interpreter()
    except MrifeError as error:
        return False, "", [*facts, (tr("Interpreter"), translated(error))]
    facts += [(tr("Interpreter"), program), *python_facts(program)]
    ready, device, session = model_session(program, feedback)
    facts += [*session, *gpu_facts(program, device), *age_facts(program)]
    return ready, device, facts


def gpu_facts(program, device):
    """What to do about a GPU that the model does not run on."""
    from .runtime.base_pythons import cuda_packages

    if device != "cpu":
        return
    if is_for_gpu(program):
        yield "GPU", tr("It does not run on the GPU: see the line above.")
        return
    with suppress(MissingRuntime):  # none answers
        cuda_packages()
        yield (
            "GPU",
            tr(
                "An NVIDIA GPU answers and is not used; 'Set up runtime' "
                "(mrife:setupruntime) has packages for it."
            ),
        )


def python_facts(program):
    """What a Python answers of itself, with labels where its keys are no names."""
    labels = {
        "python": "Python",
        "executable": tr("Program"),
        "providers": tr("Execution providers"),
        "gpu": tr("onnxruntime is built for"),
    }
    for key, value in probe(program).items():
        if isinstance(value, list):
            value = ", ".join(value)
        yield labels.get(key, key), value


def age_facts(program):
    """What to do where the plugin's own environment is of another version of it."""
    from ..models.environment.requirements import read_requirements

    if named_pythons():
        return
    environment = managed_store().current()
    if environment is None or str(environment.python) != program:
        return
    record = environment.record
    if not read_requirements(record.kind).has_all(record.packages):
        advice = tr("made for another version of the plugin; run 'Set up runtime' again")
        yield tr("Environment"), advice


def candidate_pythons():
    """(origin, program) of those that are asked, first things first."""
    named = named_pythons()
    if named:
        yield from named
        return
    environment = managed_store().current()
    if environment is not None:
        yield tr("the plugin's own environment"), str(environment.python)
    else:
        yield from ((tr("QGIS's own"), program) for program in own_pythons())
