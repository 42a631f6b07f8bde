# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command of the pages is one that the program takes: its options, the choices among
what they may say, the scripts that it runs, the parameters of algorithms.
"""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# of a version that is no longer shipped; the page names the commit of its commands
RECORDS = {DOCS / "benchmarks" / "first-model.md"}
PAGES = [ROOT / "README.md", ROOT / "models" / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
ASSIGNED = re.compile(r'(\w+)="(.*)"')
ALGORITHM = re.compile(r"mrife:(\w+)((?: +--\w+(?:=\S+)?)+)")
BENCH = ("./build.sh bench", "python tests/tools/bench.py")  # one and the same
ELLIPSIS = ("…", "...")


class Parsed(Exception):
    """The options of a command that was taken, which is then not run."""


@pytest.fixture
def parsing_only(monkeypatch):
    parse = argparse.ArgumentParser.parse_args

    def taken(parser, arguments=None, namespace=None):
        raise Parsed(parse(parser, arguments, namespace))

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", taken)


def commands(text: str) -> Iterator[str]:
    """Of a page, with its variables filled in; in running text those with options."""
    for block in BLOCK.findall(text):
        yield from lines_of(block)
    rest = BLOCK.sub("", text)
    yield from INDENTED.findall(rest)
    for quoted in INLINE.findall(rest):
        if " --" in quoted:
            yield quoted


def lines_of(block: str) -> Iterator[str]:
    """Single commands of a block for a shell."""
    variables = {}
    for line in block.replace("\\\n", " ").splitlines():
        line = line.partition(" #")[0].strip()
        for name, value in variables.items():
            line = re.sub(rf"\${name}\b", value, line)
        assigned = ASSIGNED.fullmatch(line)
        if assigned:
            variables[assigned[1]] = assigned[2]
        else:
            yield from line.split(";")


def arguments_of(command: str, program: str) -> list[str] | None:
    """What follows a program in a command, without dots for what is left out."""
    before, found, after = command.replace(*BENCH).partition(program + " ")
    if not found:
        return None
    return [word for word in shlex.split(after) if word not in ELLIPSIS]


def asked(text: str, program: str) -> Iterator[list[str]]:
    for command in commands(text):
        arguments = arguments_of(command, program)
        if arguments:
            yield arguments


def refusal(run: Callable, capsys) -> str:
    """Why a command is not taken; empty where it is."""
    from models.experiments.ablations import ARMS

    try:
        run()
    except Parsed as parsed:
        arms = getattr(parsed.args[0], "arms", [])
        if isinstance(arms, str):
            unknown = {*arms.split(",")} - {*ARMS, *ELLIPSIS}
            return ", ".join(f"no arm {arm}" for arm in sorted(unknown))
        return ""
    except SystemExit:
        return capsys.readouterr().err.strip().rpartition("\n")[2]
    return "not parsed"


def refusals(page_text: str, capsys) -> dict[str, str]:
    """By command of `python -m models`, those that the program of today refuses."""
    from models.__main__ import main

    reasons = {}
    for words in asked(page_text, "python -m models"):
        if not words[0].startswith("-"):
            reasons[" ".join(words)] = refusal(partial(main, words), capsys)
    return {command: reason for command, reason in reasons.items() if reason}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_are_taken(page, parsing_only, capsys):
    pytest.importorskip("torch")
    text = page.read_text(encoding="utf-8")
    if page not in RECORDS:
        assert refusals(text, capsys) == {}


def test_a_command_that_is_not_taken_is_found(parsing_only, capsys):
    pytest.importorskip("torch")
    page = """
```
M="python -m models matrix --data DATA"
T="$M --seeds 0"
$T --runs a --arms A0,A8; $T --runs b --arms A0,A99      # --nothing
$M --runs c --arms A0 \\
    --speed 9
python -m models benchmark --model FILE ...
```

    python -m models detect image.tif --no-fast

Or `python -m models folds --ground sea --runs r`, or `python -m models detect`.
"""
    reasons = [
        "no arm A99",
        "unrecognized arguments: --speed 9",
        "are required: --data, --split",
        "are required: output",
        "--ground/--dataset: invalid choice: 'sea'",
    ]
    found = list(refusals(page, capsys).values())
    assert len(found) == len(reasons)
    assert [r for r, said in zip(reasons, found) if r not in said] == []


def test_the_scripts_of_the_pages_are_there_and_the_bench_takes_its_options(
    parsing_only, capsys, monkeypatch
):
    pytest.importorskip("torch")
    bench = importlib.import_module("bench")
    measured = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for script in re.findall(r"tests/tools/\w+\.(?:py|sh)", text):
            assert (ROOT / script).is_file(), page
        for words in asked(text, BENCH[1]):
            monkeypatch.setattr(sys, "argv", ["bench.py", *words])
            assert refusal(bench.main, capsys) == "", page
            measured += 1
    assert measured > 5


def test_the_parameters_of_the_pages_are_those_of_the_algorithms():
    """As the pages say them that are made from the algorithms."""
    seen = 0
    for page in PAGES:
        for name, options in ALGORITHM.findall(page.read_text(encoding="utf-8")):
            known = (DOCS / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
            for option in re.findall(r"--(\w+)", options):
                assert f"`{option}`" in known or option == "json", (page, option)
                seen += 1
    assert seen > 50
