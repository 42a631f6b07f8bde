# SPDX-License-Identifier: GPL-2.0-or-later
"""Plants what goes wrong with setting the runtime up, runs it, and prints the sentence
that each fault gives, in English and in Chinese, as the table of docs/runtime.md:

PYTHONPATH=.:tests/helpers:/usr/share/qgis/python/plugins \
    .venv/bin/python tests/tools/runtime_faults.py

On Linux as root: small disks are mounted for it. What stands for the values of a sentence
is printed on the other channel.
"""

from __future__ import annotations

import _ctypes
import json
import os
import re
import shlex
import ssl
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import plugin_in_qgis
from package_index import PackageIndex, package_index, write_wheel
from small_environment import BROKEN, small_plan, write_wheels
from translate import sentences, translations

from models.environment.about import facts
from models.environment.requirements import Wheel, read_requirements

NO_PORT = "http://127.0.0.1:9/simple"
VIRUS = "PermissionError: [WinError 5] Access is denied: 'python311.dll'"
POLICY = "OSError: [WinError 4551] An Application Control policy has blocked this file"
LOADING = """
import ctypes, os
try:
    ctypes.CDLL(os.path.join(os.path.dirname(__file__), "planted.so"))
except OSError as error:
    raise ImportError(error)
"""


@dataclass(frozen=True)
class Stage:
    """Where faults are planted: an index, its wheels, and an empty folder."""

    index: PackageIndex
    wheels: Path
    folder: Path

    def set_up(self, **parameters: object) -> None:
        """Runs the algorithm with the plugin's own pins."""
        import processing
        from qgis.core import QgsProcessingFeedback

        given = {"INDEX": self.index.address, "BASE_PYTHON": sys.executable, "TIMEOUT": 1}
        quiet = QgsProcessingFeedback(False)
        processing.run("mrife:setupruntime", {**given, **parameters}, feedback=quiet)

    def build(
        self, python: str = sys.executable, more: tuple = (), uv: Wheel | None = None
    ) -> None:
        """Makes the small environment."""
        from mrife.algorithms.runtime.build import build
        from qgis.core import QgsProcessingFeedback

        plan = small_plan(self.wheels, self.index.address, more=more)
        base = replace(plan.python, program=python)
        build(replace(plan, python=base, uv=uv), QgsProcessingFeedback(False))

    def wheel(self, files: dict[str, str | bytes]) -> Wheel:
        """One more wheel of the small environment."""
        folder = self.folder / "more"
        folder.mkdir()
        wheel = write_wheel(folder, "zz_planted", files)
        os.replace(folder / wheel.file, self.wheels / wheel.file)
        return wheel

    def program(self, text: str, name: str = "program") -> str:
        """Path of a program that says `text`, and fails where it is to make something."""
        path = self.folder / name
        words = shlex.quote(text)
        script = f"#!/bin/sh\necho {words}\ncase \"$*\" in *venv*) exit 1; esac\n"
        path.write_text(script, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)


# --- the network --------------------------------------------------------------------


def at_fault(fault: str) -> Callable[[Stage], None]:
    """An index that has a fault."""

    def plant(stage: Stage) -> None:
        stage.index.fault = fault
        stage.set_up()

    return plant


def elsewhere(address: str) -> Callable[[Stage], None]:
    """An index at an address."""
    return lambda stage: stage.set_up(INDEX=address)


def proxy(fault: str) -> Callable[[Stage], None]:
    """A proxy of QGIS that has a fault; without one it is not there."""

    def plant(stage: Stage) -> None:
        from qgis.core import QgsNetworkAccessManager
        from qgis.PyQt.QtNetwork import QNetworkProxy

        stage.index.fault = fault
        port = stage.index.server_port if fault else 9
        kind = QNetworkProxy.ProxyType.HttpProxy
        manager = QgsNetworkAccessManager.instance()
        before = manager.fallbackProxy()
        away = QNetworkProxy(kind, "127.0.0.1", port)
        manager.setFallbackProxyAndExcludes(away, [], [])
        try:
            stage.set_up(INDEX="http://mirror.invalid/simple")
        finally:
            manager.setFallbackProxyAndExcludes(before, [], [])

    return plant


def opened_by_a_firewall(stage: Stage) -> None:
    """A certificate that nobody vouches for."""
    key = stage.folder / "key.pem"
    certificate = stage.folder / "certificate.pem"
    asking = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    places = ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*asking, *places], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with package_index(stage.wheels, context) as server:
        stage.set_up(INDEX=server.address)


def another_file(stage: Stage) -> None:
    """In the folder of wheels, what only has the name of a package."""
    stage.set_up(WHEELS=str(stage.wheels))


# --- the computer -------------------------------------------------------------------


@contextmanager
def disk(stage: Stage, options: str) -> Iterator[None]:
    """A small disk, on which the environment is to lie."""
    place = stage.folder / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "mrife", place], check=True)
    before = os.environ["MRIFE_RUNTIME"]
    os.environ["MRIFE_RUNTIME"] = str(place)
    try:
        yield
    finally:
        os.environ["MRIFE_RUNTIME"] = before
        subprocess.run(["umount", place], check=True)


def too_little_space(stage: Stage) -> None:
    with disk(stage, "size=20m"):
        stage.set_up()


def full_disk(stage: Stage) -> None:
    with disk(stage, "size=1m"):
        stage.build()


def no_programs(stage: Stage) -> None:
    library = Path(_ctypes.__file__).read_bytes()
    wheel = stage.wheel({"onnxruntime.py": LOADING, "planted.so": library})
    with disk(stage, "size=200m,noexec"):
        stage.build(more=(wheel,))


def read_only(stage: Stage) -> None:
    with disk(stage, "ro"):
        stage.set_up()


def says(words: str) -> Callable[[Stage], None]:
    """Words of Windows, as they come from a Python that makes an environment."""
    return lambda stage: stage.build(stage.program(words))


def no_visual_c(stage: Stage) -> None:
    stage.build(more=(stage.wheel(BROKEN),))


def no_own_python(stage: Stage) -> None:
    """Where none of the computer serves, and uv cannot reach its archive."""
    words = "error: Failed\n  cause: Connection refused"
    script = f"#!/bin/sh\necho '{words}'\nexit 1\n"
    uv = write_wheel(stage.wheels, "uv", {"uv-1.data/scripts/uv": script})
    stage.build(uv=uv)


def python_of(**values: object) -> Callable[[Stage], None]:
    """A Python to start from that says otherwise about itself."""

    def plant(stage: Stage) -> None:
        program = stage.program(json.dumps({**facts(), **values}))
        stage.set_up(BASE_PYTHON=program)

    return plant


def driver(version: str) -> Callable[[Stage], None]:
    """A driver of NVIDIA's; without a version none answers."""

    def plant(stage: Stage) -> None:
        before = os.environ["PATH"]
        if version:
            stage.program(version, "nvidia-smi")
        os.environ["PATH"] = str(stage.folder)
        try:
            stage.set_up(PACKAGES="detection-gpu")
        finally:
            os.environ["PATH"] = before

    return plant


def sandboxed(stage: Stage) -> None:
    os.environ["FLATPAK_ID"] = "org.qgis.qgis"
    try:
        stage.set_up(BASE_PYTHON="/nowhere/python3")
    finally:
        del os.environ["FLATPAK_ID"]


def second_window(stage: Stage) -> None:
    from mrife.algorithms.runtime.managed import managed_store
    from mrife.models.geo.locks import only_run_in

    root = managed_store().root
    root.mkdir(exist_ok=True)
    with only_run_in(root):
        stage.set_up()


FAULTS = {
    "no internet, unknown host": elsewhere("http://mirror.invalid/simple"),
    "host refuses connections": elsewhere(NO_PORT),
    "host hangs": at_fault("hangs"),
    "half a file": at_fault("half"),
    "another file than the pinned one": at_fault("wrong"),
    "the same, in the folder of wheels": another_file,
    "the index has not this file": at_fault("404"),
    "login or web filter (401, 403)": at_fault("403"),
    "fault of the host (5xx)": at_fault("503"),
    "login in the parameter": elsewhere("https://name:password@mirror.invalid/simple"),
    "proxy wants a login (407)": proxy("407"),
    "proxy is away": proxy(""),
    "firewall opens connections (TLS)": opened_by_a_firewall,
    "too little space": too_little_space,
    "disk full": full_disk,
    "programs may not run there (noexec)": no_programs,
    "not allowed to write": read_only,
    "antivirus": says(VIRUS),
    "policy (AppLocker)": says(POLICY),
    "Windows without the Visual C++ runtime": no_visual_c,
    "no wheel for the Python": python_of(python="3.15.0"),
    "Python too old": python_of(python="3.8.10"),
    "none serves, and its own cannot be fetched": no_own_python,
    "old C library": python_of(glibc="2.17"),
    "old macOS": python_of(sys_platform="darwin", machine="arm64", macos="11.0"),
    "no NVIDIA driver": driver(""),
    "old NVIDIA driver": driver("470.1"),
    "Flatpak, Snap, AppImage": sandboxed,
    "a second QGIS sets it up": second_window,
}


def said(plant: Callable[[Stage], None]) -> str:
    """The sentence of a fault, in a folder of its own."""
    from mrife.algorithms.messages.errors import translated
    from mrife.algorithms.runtime.interpreter import probe
    from mrife.models.errors import MrifeError
    from qgis.core import QgsProcessingException

    probe.cache_clear()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["MRIFE_RUNTIME"] = str(folder / "runtime")
        for made in ("runtime", "wheels", "planted"):
            (folder / made).mkdir()
        wheels = write_wheels(folder / "wheels")
        write_false_wheels(wheels)
        with package_index(wheels) as index:
            try:
                plant(Stage(index, wheels, folder / "planted"))
            except QgsProcessingException as error:
                return str(error)
            except MrifeError as error:
                return translated(error)
    raise RuntimeError("Nothing went wrong.")


def write_false_wheels(folder: Path) -> None:
    """Files of the names and sizes of the plugin's packages."""
    for requirement in read_requirements("cpu").requirements:
        for wheel in requirement.wheels:
            with open(folder / wheel.file, "wb") as file:
                file.truncate(wheel.size)


def template_of(sentence: str, templates: list[str]) -> str:
    """The template that a sentence was made of, by most of its words."""
    fitting = []
    for template in templates:
        pattern = ".+".join(map(re.escape, template.split("{}")))
        if re.fullmatch(pattern, sentence, re.DOTALL):
            fitting.append(template)
    return max(fitting, key=len)


def main() -> None:
    for name in ("MRIFE_PYTHON", "MRIFE_INDEX", "MRIFE_WHEELS"):
        os.environ.pop(name, None)
    plugin = plugin_in_qgis.started()
    templates = list(sentences())
    chinese = translations()
    print("| fault | it says | 中文 |\n|---|---|---|")
    for fault, plant in FAULTS.items():
        sentence = said(plant)
        print(f"{fault}: {sentence}", file=sys.stderr)
        template = template_of(sentence.rpartition("\n")[2], templates)
        cells = [fault, template, chinese[template]]
        print("| {} |".format(" | ".join(cells).replace("{}", "…")), flush=True)
    plugin.unload()


if __name__ == "__main__":
    main()
