# SPDX-License-Identifier: GPL-2.0-or-later
"""The Python that an environment is made from, and which wheels serve it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import MissingRuntime
from .markers import holds, numbers
from .requirements import Requirement, RequirementList, Wheel

OLDEST = (3, 9)
NEWEST = (3, 14)  # that the lists have wheels for
SYSTEMS = {"linux": "Linux", "win32": "Windows", "darwin": "macOS"}  # as people say
OLD_PLATFORMS = {
    "manylinux1": "manylinux_2_5",
    "manylinux2010": "manylinux_2_12",
    "manylinux2014": "manylinux_2_17",
}


@dataclass(frozen=True)
class BasePython:
    """What a Python says about itself, in models.environment.about; `version` and the
    versions of C library and macOS as texts, "" where the system is another.
    """

    program: str
    version: str
    sys_platform: str
    machine: str
    bits: int = 64
    cpython: bool = True
    free_threaded: bool = False
    glibc: str = ""
    macos: str = ""
    venv: bool = True

    @classmethod
    def of_facts(cls, facts: dict) -> BasePython:
        """Raises MissingRuntime where the facts are not those of a Python."""
        fields = dict(facts)
        try:
            return cls(version=fields.pop("python"), **fields)
        except (KeyError, TypeError) as error:
            raise MissingRuntime(
                "A Python does not answer as Python does; it said: {}", facts
            ) from error

    def marker_values(self) -> dict[str, str]:
        return {
            "python_full_version": self.version,
            "python_version": ".".join(map(str, numbers(self.version)[:2])),
            "sys_platform": self.sys_platform,
            "platform_machine": self.machine,
        }

    def check(self) -> None:
        """Raises MissingRuntime where no environment can be made from it."""
        if numbers(self.version)[:2] < OLDEST:
            raise MissingRuntime(
                "'{}' is Python {}; name one from 3.9 on as the one to start from.",
                self.program,
                self.version,
            )
        if not self.cpython or self.free_threaded or self.bits != 64:
            raise MissingRuntime(
                "'{}' is not the ordinary 64-bit CPython, which the packages are made "
                "for; name another Python as the one to start from.",
                self.program,
            )
        if not self.venv:
            raise MissingRuntime(
                "'{}' lacks the module venv; install it (Debian, Ubuntu: python3-venv).",
                self.program,
            )


def serves(file: str, python: BasePython) -> bool:
    """Whether a wheel, by its name (PEP 427), serves a Python."""
    *_, interpreters, abis, platforms = file.removesuffix(".whl").split("-")
    fits_python = any(
        _is_of(interpreter, abi, python)
        for interpreter in interpreters.split(".")
        for abi in abis.split(".")
    )
    return fits_python and any(_runs_on(one, python) for one in platforms.split("."))


def _is_of(interpreter: str, abi: str, python: BasePython) -> bool:
    major, minor = numbers(python.version)[:2]
    if interpreter == "py3":
        return abi == "none"
    match = re.fullmatch(r"cp3(\d+)", interpreter)
    if match is None:
        return False
    if abi == "abi3":
        return int(match[1]) <= minor
    return int(match[1]) == minor and abi in (interpreter, "none")


def _runs_on(platform: str, python: BasePython) -> bool:
    if platform == "any":
        return True
    if python.sys_platform == "win32":
        return platform == f"win_{python.machine.lower()}"
    name = platform
    for old, new in OLD_PLATFORMS.items():
        name = name.replace(old, new)
    match = re.fullmatch(r"(manylinux|macosx)_(\d+)_(\d+)_(\w+)", name)
    if match is None:
        return False
    family, *version, machine = match.groups()
    least = tuple(map(int, version))
    if family == "macosx":
        machines = (python.machine, "universal2")
        right = python.sys_platform == "darwin"
        return right and machine in machines and least <= numbers(python.macos)
    if python.sys_platform != "linux" or machine != python.machine:
        return False
    return least <= numbers(python.glibc)


def chosen_wheels(packages: RequirementList, python: BasePython) -> list[Wheel]:
    """The one wheel of each package that is needed. Raises MissingRuntime where there is
    none for this Python or system.
    """
    needed = needed_on(packages, python)
    builds = [newest_serving(requirement, python) for requirement in needed]
    if builds and None not in builds:
        return builds
    updated = chosen_versions(packages, up_to_date(python))
    version = ".".join(map(str, numbers(python.version)[:2]))
    if version in updated:
        raise _old_system(python)
    name = SYSTEMS.get(python.sys_platform, python.sys_platform)
    system = f"{name} {python.machine}"
    if not updated:
        raise MissingRuntime(
            "These packages are not made for {}; choose other packages, or name a Python "
            "that has them.",
            system,
        )
    raise MissingRuntime(
        "On {} there are no wheels of these packages for Python {}, but for {}; name such "
        "a Python as the one to start from.",
        system,
        python.version,
        ", ".join(updated),
    )


def needed_on(packages: RequirementList, python: BasePython) -> list[Requirement]:
    values = python.marker_values()
    return [one for one in packages.requirements if holds(one.marker, values)]


def newest_serving(requirement: Requirement, python: BasePython) -> Wheel | None:
    """The wheel of a package for the newest system that this one is not older than."""
    serving = [wheel for wheel in requirement.wheels if serves(wheel.file, python)]
    if not serving:
        return None
    return max(serving, key=lambda wheel: numbers(wheel.file.split("-")[-1]))


def chosen_versions(packages: RequirementList, python: BasePython) -> list[str]:
    """Versions of Python that there are wheels for on such a system."""
    versions = []
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        other = replace(python, version=f"3.{minor}.0")
        needed = needed_on(packages, other)
        if needed and all(newest_serving(one, other) for one in needed):
            versions.append(f"3.{minor}")
    return versions


def up_to_date(python: BasePython) -> BasePython:
    """The same Python on the newest system of its kind."""
    if python.sys_platform == "darwin":
        return replace(python, macos="99.0")
    if python.sys_platform == "linux":
        return replace(python, glibc="2.99")
    return python


def _old_system(python: BasePython) -> MissingRuntime:
    if python.sys_platform == "darwin":
        return MissingRuntime(
            "The packages need a newer macOS than {}; update the system, or name a Python "
            "that has them.",
            python.macos,
        )
    return MissingRuntime(
        "The packages need a newer C library than this system's (glibc {}); update the "
        "system, or name a Python that has them.",
        python.glibc or "-",
    )
