# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of exact packages with the hashes of their wheels, as pip reads them and
tests/tools/runtime_pins.py writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import MrifeError

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "runtime"
WHEEL = re.compile(r"# (\d+) (\S+\.whl)")
INDEX = re.compile(r"--(?:extra-)?index-url (\S+)")
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)(?: ; (.+?))? \\")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Wheel:
    """One file of a package: its name, bytes, and SHA-256 in hexadecimal."""

    file: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Requirement:
    """A package at a version, the marker that says where, and its wheels."""

    name: str
    version: str
    marker: str
    wheels: tuple[Wheel, ...]


@dataclass(frozen=True)
class RequirementList:
    """What one kind of environment holds, and the indexes that have it."""

    indexes: tuple[str, ...]
    requirements: tuple[Requirement, ...]

    def has_all(self, packages: tuple[str, ...]) -> bool:
        """Whether each of `packages`, as name==version of their files, is in it."""
        listed = {f"{one.name}=={one.version}" for one in self.requirements}
        return {package.replace("_", "-") for package in packages} <= listed


def read_requirements(kind: str, folder: Path = FOLDER) -> RequirementList:
    """The list of a kind of environment: cpu, cuda12, cuda13, training, pip,
    uv.

    Raises MrifeError where it is not there or damaged.
    """
    path = folder / f"{kind}.txt"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MrifeError(
            "'{}' cannot be read ({}); install the plugin again.", path, error.strerror
        ) from error
    blocks = text.split("\n\n")
    indexes = tuple(INDEX.findall(blocks[0]))
    requirements = tuple(_requirement(block, path) for block in blocks[1:])
    return RequirementList(indexes, requirements)


def _requirement(block: str, path: Path) -> Requirement:
    files = WHEEL.findall(block)
    hashes = HASH.findall(block)
    pin = PIN.search(block)
    if pin is None or not files or len(files) != len(hashes):
        raise MrifeError("'{}' is damaged; install the plugin again.", path)
    wheels = [
        Wheel(file, int(size), sha256) for (size, file), sha256 in zip(files, hashes)
    ]
    return Requirement(pin[1], pin[2], pin[3] or "", tuple(wheels))
