# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of requirement files that this interpreter does not fulfil, with the sizes
that stand behind them.

    python tests/tools/missing_requirements.py requirements.txt [requirements-dev.txt ...]

Nothing is fetched and no index is asked, so a complete environment is known to be
complete offline.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.version import Version


def fulfilled(requirement: Requirement) -> bool:
    """Whether the package is installed in the right version, of whatever build: who put
    a CUDA build of torch in place of the CPU build keeps it.
    """
    if requirement.marker and not requirement.marker.evaluate():
        return True
    try:
        installed = Version(metadata.version(requirement.name))
    except metadata.PackageNotFoundError:
        return False
    wanted = [specifier.version.split("+")[0] for specifier in requirement.specifier]
    return all(installed.public == version for version in wanted)


def missing(lines: list[str]) -> list[str]:
    """The lines, comments included, whose packages have to be fetched."""
    unfulfilled = []
    for line in lines:
        requirement = line.partition("#")[0].strip()
        if requirement and not fulfilled(Requirement(requirement)):
            unfulfilled.append(line)
    return unfulfilled


if __name__ == "__main__":
    for path in sys.argv[1:]:
        for line in missing(Path(path).read_text(encoding="utf-8").splitlines()):
            print(line)
