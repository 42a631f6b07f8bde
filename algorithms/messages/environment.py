# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin's own environment is made of, said before anything is fetched."""

from __future__ import annotations

import re

from ...models.environment.about import facts
from ...models.environment.base_python import BasePython, chosen_wheels
from ...models.environment.requirements import read_requirements
from ...models.errors import MrifeError
from ..texts import tr
from .errors import translated

SIZE_OF_PYTHON = 30e6  # bytes, as python-build-standalone has it, stripped
LICENCE_OF_CUDA = "https://docs.nvidia.com/cuda/eula/"


def room(plan):
    """Bytes that are needed at most, with what is fetched: the libraries of CUDA are
    hardly larger than their wheels.
    """
    times = 3 if plan.kind.startswith("cuda") else 5
    return times * plan.size


def megabytes(size):
    return f"{max(1, round(size / 1e6)):,} MB"


def listed(wheels):
    """Packages, versions and sizes."""
    parts = []
    for wheel in sorted(wheels, key=lambda wheel: -wheel.size):
        name, version = wheel.file.split("-")[:2]
        parts.append(f"{name.replace('_', '-')} {version} ({megabytes(wheel.size)})")
    return ", ".join(parts)


def hosts(addresses):
    """The hosts of package indexes; PyPI keeps its files on another."""
    names = [re.sub(r"^\w+://(?:[^@/]*@)?([^/]+).*$", r"\1", one) for one in addresses]
    if "pypi.org" in names:
        names.insert(names.index("pypi.org") + 1, "files.pythonhosted.org")
    return ", ".join(names)


def plan_facts(plan):
    """(name, value) of all that will be done."""
    missing = plan.index.missing(plan.files)
    to_fetch = tr("nothing")
    from_where = [plan.index.folder] if plan.index.folder else []
    if missing:
        to_fetch = megabytes(sum(wheel.size for wheel in missing))
        from_where.append(hosts(plan.index.addresses))
    rows = [
        (tr("Packages"), listed(plan.wheels[:-1])),
        (tr("To fetch"), to_fetch),
        (tr("Files"), ", ".join(wheel.file for wheel in plan.files)),
        (tr("On the disk"), tr("at most {}").format(megabytes(room(plan)))),
        (tr("From"), "; ".join(from_where)),
        (tr("Into"), str(plan.store.root)),
        (tr("Made from"), base_in_words(plan)),
        (tr("Licences"), licences(plan.kind)),
    ]
    if plan.reason:
        of_computer = tr("Pythons of this computer")
        title = of_computer if plan.uv else tr("A Python of its own")
        rows.append((title, translated(plan.reason)))
    return [*rows, (tr("To remove it"), removal())]


def base_in_words(plan):
    """The Python of a plan."""
    python = plan.python
    if plan.uv is None:
        return f"{python.program} (Python {python.version})"
    words = tr("CPython {} (PSF licence), about {} more, which uv (MIT) fetches from {}")
    words = words.format(
        python.version, megabytes(SIZE_OF_PYTHON), archive_hosts(plan.mirror)
    )
    if plan.otherwise is None:
        return words
    other = tr("where that cannot be had, {}").format(base_in_words(plan.otherwise))
    return f"{words}; {other}"


def archive_hosts(mirror):
    """Where CPython comes from; `mirror`: "" where none is set."""
    return hosts([mirror]) if mirror else "releases.astral.sh, github.com"


def licences(kind):
    words = "numpy: BSD; onnxruntime: MIT"
    if kind == "training":
        return f"{words}; PyTorch: BSD; onnx: Apache-2.0"
    if kind == "cpu":
        return words
    proprietary = tr("CUDA and cuDNN: NVIDIA's own, which is not free software ({})")
    return f"{words}; {proprietary.format(LICENCE_OF_CUDA)}"


def removal():
    return tr("run this with 'Remove the environment', or delete that folder")


def choices_as_html(managed_folder, addresses, own, mirror):
    """What each choice fetches on this computer and where it goes, for the help;
    `addresses` of package indexes, where others than the plugin's are set; `own`: the
    Python of the plugin's own, from `mirror`, where that is set.
    """
    pythons = (own, BasePython.of_facts(facts()))
    rows = []
    for words, kind in (
        (tr("detection, on the CPU"), "cpu"),
        (tr("detection, on an NVIDIA GPU"), "cuda13"),
        (tr("detection and fine-tuning, on the CPU"), "training"),
    ):
        rows.append(
            f"<li><b>{words}</b>: {choice_in_words(kind, pythons, addresses)}</li>"
        )
    place = tr("It goes into the folder {}.").format(managed_folder)
    texts = (own_in_words(own, addresses, mirror), place)
    return f"<ul>{''.join(rows)}</ul>" + "".join(f"<p>{text}</p>" for text in texts)


def own_in_words(own, addresses, mirror):
    """What a Python of the plugin's own costs, and what is done without it; "" where no
    uv runs.
    """
    packages = read_requirements("uv")
    try:
        (uv,) = chosen_wheels(packages, own)
    except MrifeError:
        return ""
    return tr(
        "With each comes CPython {} (PSF licence): uv (MIT, {}) from {} fetches about {} "
        "from {}. Where that cannot be done, a Python of this computer is taken."
    ).format(
        own.version,
        megabytes(uv.size),
        hosts(addresses or packages.indexes),
        megabytes(SIZE_OF_PYTHON),
        archive_hosts(mirror),
    )


def choice_in_words(kind, pythons, addresses):
    """Packages, hosts and licences for the first Python that serves, or why none does."""
    packages = read_requirements(kind)
    reasons = []
    for python in pythons:
        try:
            wheels = chosen_wheels(packages, python)
        except MrifeError as error:
            reasons.append(translated(error))
            continue
        total = megabytes(sum(wheel.size for wheel in wheels))
        where = hosts(addresses or packages.indexes)
        return f"{total}: {listed(wheels)}; {where}; {licences(kind)}"
    return reasons[0]
