# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether an output can be written, tried before the long work."""

from __future__ import annotations

import os
import re
import shutil
import tempfile

from qgis.core import QgsProcessingUtils

from ...models.errors import MrifeError

SPARE = 32_000_000  # bytes that must stay free beyond what is known to be needed
NOT_FILES = re.compile(
    r"^(memory:|(postgis|postgres|postgresql|mssql|oracle|hana|spatialite):)",
    re.IGNORECASE,
)


def check_output(destination, need=0):
    """Raises MrifeError when `need` bytes cannot be written at `destination`, a
    destination string of Processing.
    """
    path = output_path(destination)
    if path is None:
        return
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise MrifeError("The output '{}' is a folder; give a file name.", path)
    check_folder(folder)
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise MrifeError(
            "The output file '{}' exists and may not be overwritten; choose another "
            "name.",
            path,
        )
    check_space(folder, need)


def check_probability(given, grid):
    """Raises MrifeError where there is no room for a probability raster on this grid,
    asked for or temporary.
    """
    need = grid.width * grid.height // 2
    if given.has("PROBABILITY"):
        check_output(given.output("PROBABILITY"), need)
        need = 0
    check_temporary(need)


def output_path(destination):
    """The file behind a destination string; None where it is memory or a database server."""
    text = str(destination or "")
    if not text or NOT_FILES.match(text):
        return None
    if text.startswith("ogr:"):
        match = re.search(r"dbname='([^']*)'", text)
        if match:
            return match.group(1)
        return None
    return text.split("|layername=")[0]


def check_folder(folder):
    if not os.path.isdir(folder):
        raise MrifeError(
            "The output folder '{}' does not exist; make it first or choose another.",
            folder,
        )
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        raise MrifeError(
            "Nothing can be written to the output folder '{}' ({}); choose another.",
            folder,
            error.strerror,
        ) from error


def check_space(folder, need):
    free = shutil.disk_usage(folder).free
    if free < need + SPARE:
        raise MrifeError(
            "The disk of '{}' has {} MB free but about {} MB are needed; free some or "
            "choose another folder.",
            folder,
            free // 1000000,
            (need + SPARE) // 1000000,
        )


def check_temporary(need):
    """The folder Processing keeps its temporary files in."""
    folder = QgsProcessingUtils.tempFolder()
    check_folder(folder)
    check_space(folder, need)


def write_report(destination, text, encoding="utf-8"):
    """A whole file or none; raises MrifeError."""
    from ...models.geo.files import write_text

    try:
        write_text(output_path(destination), text, encoding)
    except OSError as error:
        raise MrifeError(
            "The report '{}' cannot be written ({}); choose another place.",
            destination,
            error.strerror,
        ) from error
