# SPDX-License-Identifier: GPL-2.0-or-later
"""The exact packages of the managed environments, with their hashes, into
resources/runtime: python tests/tools/runtime_pins.py UV

`UV` is the program uv, which asks PyPI which versions fit together.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tomllib

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "runtime"
INDEX = "https://pypi.org/simple"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
LINUX = "sys_platform == 'linux' and platform_machine == 'x86_64'"
LINUX_ARM = "sys_platform == 'linux' and platform_machine == 'aarch64'"
WINDOWS = "sys_platform == 'win32' and platform_machine == 'AMD64'"
MAC = "sys_platform == 'darwin' and platform_machine == 'arm64'"
MAC_INTEL = "sys_platform == 'darwin' and platform_machine == 'x86_64'"
NOT_MAC_INTEL = "(sys_platform != 'darwin' or platform_machine != 'x86_64')"
SERVING = re.compile(
    r"-(cp3(9|1[0-4])-(cp3(9|1[0-4])|abi3)|(py2\.)?py3-none)-"
    r"(any|win_amd64|macosx_\w+|manylinux[\w.]*_(x86_64|aarch64))\.whl$"
)
# declared by onnxruntime, and loaded only by tools of it that nobody calls here
UNUSED = {"coloredlogs", "flatbuffers", "humanfriendly", "packaging", "protobuf"}
UNUSED |= {"sympy", "mpmath", "pyreadline3"}
NUMPY = (
    "numpy==2.0.2; python_version == '3.9'",
    "numpy==2.2.6; python_version == '3.10'",
    "numpy==2.4.6; python_version >= '3.11'",
)
ONNXRUNTIME = (
    "onnxruntime==1.19.2; python_version == '3.9'",
    "onnxruntime==1.23.2; python_version == '3.10'",
    f"onnxruntime==1.31.1; python_version >= '3.11' and {NOT_MAC_INTEL}",
    f"onnxruntime==1.23.2; python_version >= '3.11' and {MAC_INTEL}",
)
TORCH = "torch==2.13.0"
# CPU builds for Linux, which PyPI lacks: bytes and SHA-256 as lock files and test tables
# of several public projects state them alike; cp311 was held against the file itself
CPU_TORCH = (
    (
        "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl",
        191794682,
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    ),
    (
        "torch-2.13.0+cpu-cp312-cp312-manylinux_2_28_x86_64.whl",
        191817609,
        "4ca4a9394b0c771238a4f73590fdbbc4debad85ed0fa63d026ae1b085da7d6e2",
    ),
    (
        "torch-2.13.0+cpu-cp313-cp313-manylinux_2_28_x86_64.whl",
        191815667,
        "3fbf9c9d1f3c10c2d59d04aca426dee9ccc6ceb32d255c61e93acc3b4f75fae6",
    ),
    (
        "torch-2.13.0+cpu-cp314-cp314-manylinux_2_28_x86_64.whl",
        191822516,
        "d20fa53ee744502fa4c69818a720b05ca0d37abd055d4f6e66cae155114bc691",
    ),
)
OF_CUDA = ("nvidia-", "cuda-", "triton")  # what PyPI's torch for Linux brings along
HEAD = f"""# Exact packages with the hashes of their wheels. Above each requirement stand the bytes
# and names of its wheels, in the order of the hashes. Made by runtime_pins.py; not to be
# edited.
--index-url {INDEX}
"""


@dataclass(frozen=True)
class Environment:
    """What is asked of uv, and what of its answer is not needed."""

    packages: tuple[str, ...]
    platforms: tuple[str, ...]
    python: str = ">=3.9,<3.15"
    unused: frozenset[str] = frozenset()


ENVIRONMENTS = {
    "pip": Environment(("pip==26.0.1",), ()),
    "uv": Environment(("uv==0.13.9",), ()),  # with the version in runtime/own_python.py
    "cpu": Environment(
        (*NUMPY, *ONNXRUNTIME),
        (LINUX, LINUX_ARM, WINDOWS, MAC, MAC_INTEL),
        unused=frozenset(UNUSED),
    ),
    "cuda12": Environment(
        (*NUMPY, "onnxruntime-gpu[cuda,cudnn]==1.26.0"),
        (LINUX, WINDOWS),
        ">=3.11,<3.15",
        frozenset(UNUSED),
    ),
    "cuda13": Environment(
        (*NUMPY, "onnxruntime-gpu[cuda,cudnn]==1.31.1"),
        (LINUX, WINDOWS),
        ">=3.11,<3.15",
        frozenset(UNUSED),
    ),
    "training": Environment(
        (*NUMPY, *ONNXRUNTIME, TORCH, "onnx==1.23.2"),
        (LINUX, WINDOWS, MAC),
        ">=3.10,<3.15",
        frozenset({"coloredlogs", "flatbuffers", "humanfriendly", "packaging"}),
    ),
}


def resolved(environment: Environment, uv: str, folder: Path) -> tuple[str, dict]:
    """uv's flat list of packages with their markers, and its lock file."""
    project = {
        "requires-python": environment.python,
        "dependencies": list(environment.packages),
    }
    lines = ['[project]\nname = "runtime"\nversion = "0"']
    lines += [f"{key} = {value!r}" for key, value in project.items()]
    lines += ["[tool.uv]", f"environments = {list(environment.platforms)!r}"]
    text = "\n".join(lines)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    common = ["--directory", str(folder), "--no-python-downloads", "--quiet"]
    subprocess.run([uv, "lock", "--default-index", INDEX, *common], check=True)
    export = ["export", "--frozen", "--no-emit-project", "--no-hashes", "--no-annotate"]
    done = subprocess.run(
        [uv, *export, "--no-header", *common], check=True, capture_output=True, text=True
    )
    lock = tomllib.loads((folder / "uv.lock").read_text(encoding="utf-8"))
    return done.stdout, lock


def wheels_of(lock: dict, name: str, version: str) -> list[tuple[str, int, str]]:
    """(file, bytes, SHA-256) of the wheels that serve, by name."""
    wheels = []
    for package in lock["package"]:
        if (package["name"], package.get("version")) != (name, version):
            continue
        for wheel in package.get("wheels", ()):
            file = wheel["url"].rpartition("/")[2]
            if SERVING.search(file):
                digest = wheel["hash"].removeprefix("sha256:")
                wheels.append((file, wheel["size"], digest))
    return sorted(wheels)


def pins(name: str, uv: str) -> Iterator[tuple[str, str, list]]:
    """(package==version, marker, wheels) of one environment, as PyPI has them."""
    environment = ENVIRONMENTS[name]
    with tempfile.TemporaryDirectory() as folder:
        flat, lock = resolved(environment, uv, Path(folder))
    for line in flat.splitlines():
        pin, _, marker = (part.strip() for part in line.partition(";"))
        package, version = pin.split("==")
        if package not in environment.unused:
            yield pin, marker, wheels_of(lock, package, version)


def with_cpu_torch(found: Iterator) -> Iterator[tuple[str, str, list]]:
    """PyPI's torch for Linux, and what it brings along, exchanged for CPU_TORCH."""
    for pin, marker, wheels in found:
        if pin == TORCH:
            yield f"{pin}+cpu", LINUX, list(CPU_TORCH)
            wheels = [wheel for wheel in wheels if "linux" not in wheel[0]]
            yield pin, "sys_platform != 'linux'", wheels
        elif not pin.startswith(OF_CUDA):
            yield pin, marker, wheels


def block(pin: str, marker: str, wheels: list[tuple[str, int, str]]) -> str:
    """A requirement: a line of comment and one of hash for each of its wheels."""
    requirement = f"{pin} ; {marker}" if marker else pin
    comments = [f"# {size} {file}" for file, size, _ in wheels]
    hashes = [f"    --hash=sha256:{digest}" for _, _, digest in wheels]
    locked = " \\\n".join([requirement, *hashes])
    return "\n".join(["", *comments, locked, ""])


def main(arguments: list[str]) -> None:
    (uv,) = arguments
    FOLDER.mkdir(exist_ok=True)
    for name in ENVIRONMENTS:
        head = HEAD
        found = pins(name, uv)
        if name == "training":
            head += f"--extra-index-url {TORCH_INDEX}\n"
            found = with_cpu_torch(found)
        text = head + "".join(block(*pin) for pin in found)
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
