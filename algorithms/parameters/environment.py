# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters and outputs of setting the runtime up."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterFile

from ..texts import tr
from .declare import (
    advanced,
    choice,
    number,
    numbers,
    string,
    strings,
    with_help,
    yes_no,
)

PACKAGES = ["detection", "detection-gpu", "training"]
OWN_PYTHON = ["auto", "always", "never"]
PATIENCE_S = 60
PYPI = "https://pypi.org/simple"


def inputs(folder, index, wheels):
    """`folder`: where the environment goes where none is named; `index`, `wheels`: where
    its packages then come from, "" where that is as the plugin has it.
    """
    yield choice(
        "PACKAGES",
        tr("What for"),
        PACKAGES,
        tr(
            "Detection on the CPU is right for most. The GPU needs an NVIDIA card and its "
            "driver, and CUDA with it, about 2 GB. Training fetches PyTorch, too."
        ),
    )
    yield yes_no(
        "DRY_RUN",
        tr("Only say what would be done"),
        False,
        tr(
            "Fetches nothing and writes nothing. The log lists packages, versions, "
            "sizes, servers and the folder."
        ),
    )
    yield yes_no(
        "REMOVE",
        tr("Remove the environment"),
        False,
        tr("Deletes the environment that 'Set up runtime' has made. Nothing is fetched."),
    )
    yield from places(folder, index, wheels)
    yield from its_python()


def places(folder, index, wheels):
    """Where it goes, and where it comes from."""
    of_wheels = tr("Folder of wheels")
    if wheels:
        of_wheels = tr("Folder of wheels (default: {})").format(wheels)
    yield advanced(
        folder_parameter(
            "FOLDER",
            tr("Folder (default: {})").format(folder),
            tr(
                "In it the environment gets a folder of its own. The choice is "
                "remembered."
            ),
        )
    )
    yield advanced(
        string(
            "INDEX",
            tr("Package index (default: {})").format(index or PYPI),
            tr(
                "Address of a mirror, or several with blanks between them; only these are "
                "asked then. Every file is held against the hash that the plugin knows. An "
                "address with a login belongs into the Processing options: QGIS logs "
                "parameters."
            ),
        )
    )
    yield advanced(
        folder_parameter(
            "WHEELS",
            of_wheels,
            tr(
                "Files of packages that were brought here; what lies in it is not "
                "fetched. With all of them no network is needed."
            ),
        )
    )


def its_python():
    """Which Python runs in it, and how long a download of it may take."""
    yield advanced(
        with_help(
            QgsProcessingParameterFile(
                "BASE_PYTHON",
                tr("Python to start from"),
                optional=True,
                fileFilter=tr("All files (*)"),  # QGIS's own wants a dot in the name
            ),
            tr("Python 3.9 or newer of this computer, instead of one that is fetched."),
        )
    )
    yield advanced(
        number(
            "TIMEOUT",
            tr("Patience (s, default: 60)"),
            tr("For so many seconds a download may stand still before it is given up."),
            low=1,
        )
    )
    yield advanced(
        choice(
            "OWN_PYTHON",
            tr("A Python of its own"),
            OWN_PYTHON,
            tr(
                "CPython 3.12, which no update of QGIS touches: about 50 MB more to fetch. "
                "Automatic: where that cannot be fetched, or all packages lie in the "
                "folder of wheels, a Python of this computer is taken."
            ),
        )
    )


def folder_parameter(name, label, text):
    kind = QgsProcessingParameterFile.Behavior.Folder
    parameter = QgsProcessingParameterFile(name, label, behavior=kind, optional=True)
    return with_help(parameter, text)


def results():
    return strings(
        ("PYTHON", tr("Python of the environment")), ("DEVICE", tr("Device"))
    ) + numbers(("SIZE_MB", tr("Size on the disk (MB)")))
