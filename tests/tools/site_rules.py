# SPDX-License-Identifier: GPL-2.0-or-later
"""What plugins.qgis.org refuses of a package by its names and its metadata, and what ours
must hold. The tools that the site lets read the code are in site_scan.py.
"""

from __future__ import annotations

import os
import re
import zipfile
from configparser import ConfigParser
from configparser import Error as ConfigError
from io import StringIO
from pathlib import PurePosixPath
from urllib.parse import urlparse

LIMIT = 25_000_000  # bytes
REQUIRED = (
    "name",
    "description",
    "about",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "homepage",
    "tracker",
    "repository",
)
LINKS = ("homepage", "tracker", "repository")
FORBIDDEN_SUFFIXES = {
    ".pyc",
    ".sh",
    ".bat",
    ".exe",
    ".dll",
    ".so",
    ".dylib",
    ".ps1",
    ".cmd",
}
FORBIDDEN_FOLDERS = {
    "__pycache__",
    ".git",
    "__MACOSX",
    "tests",
    "docs",
    "build",
    "dist",
    ".venv",
}
WANTED = (
    "metadata.txt",
    "__init__.py",
    "LICENSE",
    "README.md",
    "models/mrife.onnx",
    "models/mrife-int8.onnx",
    "models/mrife-dem.onnx",
    "models/mrife-dem-int8.onnx",
    "models/mrife-terrain.onnx",
    "models/README.md",
    "resources/help/en/detect.html",
    "resources/help/zh/detect.html",
    "resources/icon.svg",
    "resources/i18n/mrife_zh_Hans.qm",
    "resources/i18n/inventory_en.json",
    "resources/i18n/inventory_zh.json",
    "resources/schema/fields.csv",
    "resources/schema/vocabularies.csv",
    "resources/words/bands.json",
    "resources/words/units.json",
    "resources/runtime/cpu.txt",
    "resources/runtime/cuda12.txt",
    "resources/runtime/cuda13.txt",
    "resources/runtime/pip.txt",
    "resources/runtime/training.txt",
    "resources/templates/facts.html",
    "resources/templates/record_form.html",
    "resources/templates/report.css",
    "resources/templates/report.html",
    "resources/styles/landslides.qml",
    "resources/styles/probability.qml",
    "resources/styles/review_status.qml",
)


def faults(path: str) -> list[str]:
    """Everything the site would refuse in a package, but for the code itself."""
    wrong = size_faults(os.path.getsize(path))
    with zipfile.ZipFile(path) as package:
        if package.testzip():
            wrong.append("damaged zip")
        names = package.namelist()
        wrong += name_faults(names)
        wrong += mode_faults(package.infolist())
        top = names[0].split("/")[0]
        wrong += [f"missing {name}" for name in WANTED if f"{top}/{name}" not in names]
        if f"{top}/metadata.txt" in names:
            text = package.read(f"{top}/metadata.txt").decode("utf-8")
            wrong += metadata_faults(text, names)
    return wrong


def size_faults(size: int) -> list[str]:
    return [f"{size} bytes, more than {LIMIT}"] if size > LIMIT else []


def name_faults(names: list[str]) -> list[str]:
    wrong = []
    tops = {name.split("/")[0] for name in names}
    if len(tops) != 1 or not min(tops).isidentifier() or not min(tops).isascii():
        wrong.append(f"top folders {sorted(tops)}")
    for name in names:
        parts = PurePosixPath(name).parts
        if ".." in name or name.startswith("/") or "\\" in name:
            wrong.append(f"path {name}")
        if re.match(r"^[A-Za-z]:", name):
            wrong.append(f"drive letter {name}")
        if (
            set(parts) & FORBIDDEN_FOLDERS
            or PurePosixPath(name).suffix.lower() in FORBIDDEN_SUFFIXES
        ):
            wrong.append(f"forbidden {name}")
        if any(part.startswith(".") for part in parts):
            wrong.append(f"hidden {name}")
    return wrong


def mode_faults(entries: list[zipfile.ZipInfo]) -> list[str]:
    """Code that is marked as a program."""
    return [
        f"executable {entry.filename}"
        for entry in entries
        if entry.filename.endswith(".py") and entry.external_attr >> 16 & 0o111
    ]


def metadata_faults(text: str, names: list[str]) -> list[str]:
    """`names`: what the package holds, of which one must be the icon."""
    try:
        parser = ConfigParser()  # the site's, which takes % for a reference
        parser.optionxform = str
        parser.read_file(StringIO(text))
        general = dict(parser.items("general"))
    except ConfigError as error:
        return [f"metadata cannot be read: {error}"]
    wrong = [
        f"metadata lacks {key}" for key in REQUIRED if not general.get(key, "").strip()
    ]
    for key in LINKS:
        address = urlparse(general.get(key, ""))
        if not (address.scheme and address.netloc):
            wrong.append(f"metadata: {key} is no address")
    if "/" in general.get("author", ""):
        wrong.append("metadata: a slash in author")
    if not re.fullmatch(r"\d+(\.\d+)*", general.get("version", "")):
        wrong.append("metadata: version is not of numbers and dots")
    if "supportsQt6" in general:
        wrong.append("metadata: supportsQt6 is no longer used")
    top = names[0].split("/")[0]
    if f"{top}/{general.get('icon')}" not in names:
        wrong.append("metadata: icon is not in the package")
    return wrong
