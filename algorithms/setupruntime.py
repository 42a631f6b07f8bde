# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's own Python environment: what it would be, made, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import MrifeAlgorithm
from .messages.facts import say
from .parameters import environment as parameters
from .runtime.managed import managed_store, parent_folder
from .runtime.options import INDEX, MIRROR, WHEELS, index_without_login, set_value
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from .runtime.build import EnvironmentPlan


@dataclass(frozen=True)
class Job:
    """What to do; `plan` is None where the environment is to go."""

    parent: str  # "" where no folder was named
    plan: EnvironmentPlan | None


class SetUpRuntime(MrifeAlgorithm):
    libraries = ()  # what it makes has its own

    def name(self):
        return "setupruntime"

    def displayName(self):
        return tr("Set up runtime")

    def tags(self):
        return tr("onnxruntime,python,install,gpu,cuda,pytorch,landslide").split(",")

    def shortDescription(self):
        return tr(
            "Makes a Python environment for the network in a folder of its own, or takes "
            "it away."
        )

    def shortHelpString(self):
        return setup_help()

    def initAlgorithm(self, configuration=None):
        places = (parent_folder(), index_without_login(), set_value(WHEELS))
        self.declare(parameters.inputs(*places), parameters.results())

    def examine(self, given):
        from .runtime.setup import check_place, planned

        parent = given.file("FOLDER")
        if given.flag("REMOVE"):
            return Job(parent, None)
        plan = planned(given, parent)
        if not given.flag("DRY_RUN"):
            check_place(plan, parent)
        return Job(parent, plan)

    def work(self, job, given, feedback):
        from .messages.environment import plan_facts
        from .runtime.setup import in_use, made, removed

        if job.plan is None:
            return removed(job.parent, feedback)
        say(feedback, plan_facts(job.plan))
        if given.flag("DRY_RUN"):
            return {}
        return in_use(made(job.plan, job.parent, feedback), feedback)


def setup_help():
    from .messages.environment import choices_as_html
    from .runtime.own_python import own_base

    return paragraphs(
        tr("""
<p>The network runs in a Python of its own beside QGIS. This fetches that and its packages, holds
each file against a known hash, installs them into a folder of their own, and tries the model in it.
QGIS's own Python is not touched. <b>Run</b> starts it; 'Only say what would be done' lists it
first.</p>
<p>On this computer each choice fetches:</p>""")
        + choices_as_html(
            managed_store().root, set_value(INDEX).split(), own_base(), set_value(MIRROR)
        )
        + tr("""
<p>Downloads go through QGIS's proxy and certificates, and go on where they stopped when this is run
again. The environment that was there before stays until the new one is whole. To remove it: run
this with 'Remove the environment', or delete its folder.</p>
<p>Where the internet cannot be reached, bring the wheels that 'Only say what would be done' names
to a folder and choose it.</p>""")
    )
