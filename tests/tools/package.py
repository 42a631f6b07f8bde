# SPDX-License-Identifier: GPL-2.0-or-later
"""The package for the plugin site, made of the last commit, and all that is held against
it before it takes its place in dist/:

    .venv/bin/python tests/tools/package.py           # dist/mrife-VERSION.zip
    python3 tests/tools/package.py build/mrife.zip    # the zip alone, held against nothing

Made twice it is the same; it keeps the site's rules; from a fresh profile it detects, in
the QGIS of this machine and in those whose chroots `./build.sh matrix` made.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import site_rules
import site_scan

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"


def make(path: Path, root: Path = ROOT) -> Path:
    """The last commit as a zip: the same whatever git's settings are, and in whatever time
    zone, for a zip holds local times.
    """
    command = ["git", "-c", "core.autocrlf=false", "archive", "--format=zip"]
    command += ["--prefix=mrife/", "-o", str(path), "HEAD"]
    subprocess.run(command, cwd=root, env={**os.environ, "TZ": "UTC"}, check=True)
    return path


def version() -> str:
    metadata = ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    return metadata["general"]["version"]


def scanned(package: Path, folder: Path) -> list[str]:
    with zipfile.ZipFile(package) as opened:
        opened.extractall(folder)
    return site_scan.findings(str(folder))


def tried(package: Path) -> None:
    """In each QGIS that is at hand; leaves where one fails."""
    say("Installed into a fresh profile, the main job from it:")
    subprocess.run(["bash", str(TOOLS / "try_package.sh"), str(package)], check=True)
    command = [str(TOOLS / "matrix.sh"), "--package", str(package)]
    subprocess.run(command, check=True)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    target = ROOT / "dist" / f"mrife-{version()}.zip"
    target.parent.mkdir(exist_ok=True)
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT).returncode:
        say("Note: the package holds the last commit, not the changes since.")
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        package = make(folder / target.name)
        if make(folder / "again.zip").read_bytes() != package.read_bytes():
            sys.exit("Two packages of one commit differ.")
        say("The site's rules: size, names, metadata, Bandit, detect-secrets, Flake8")
        wrong = site_rules.faults(str(package)) + scanned(package, folder / "unpacked")
        if wrong:
            sys.exit("\n".join(["The plugin site would refuse the package:", *wrong]))
        tried(package)
        os.replace(package, target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")
    print(f"{digest}  {target.relative_to(ROOT)}")
    say("Not asked: whether homepage, tracker and repository answer, as the site does.")


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:
            make(Path(sys.argv[1]).resolve())
        else:
            main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The package was not made: {error}")
