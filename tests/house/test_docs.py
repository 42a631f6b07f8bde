# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of docs/: what they quote of the program is what it says, and every page can be
reached.
"""

from __future__ import annotations

import re
from pathlib import Path

from translate import sentences, translations

from models.__main__ import command_parser

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)")


def test_the_answers_are_to_sentences_of_the_program():
    said = {" ".join(text.replace("{}", "…").split()) for text in sentences()}
    lines = (DOCS / "faq.md").read_text(encoding="utf-8").splitlines()
    quoted = [line[2:] for line in lines if line.startswith("> ")]
    assert len(quoted) > 30
    assert [line for line in quoted if line not in said] == []


def test_the_faults_of_setting_up_say_what_the_program_says():
    page = (DOCS / "runtime.md").read_text(encoding="utf-8")
    section = page.partition("## What went wrong")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", section, re.MULTILINE)[1:]
    chinese = translations()
    said = {
        text.replace("{}", "…"): chinese[text].replace("{}", "…") for text in sentences()
    }
    assert len(rows) >= 20
    assert [row for row in rows if said.get(row[1]) != row[2]] == []


def test_every_page_is_reached_from_the_first():
    reached = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    assert {page for page in reached if not page.is_file()} == set()
    assert set(DOCS.rglob("*.md")) - reached == set()


def test_the_commands_of_the_pages_are_those_of_the_program():
    usage = "".join(command_parser().format_usage().split())
    known = set(re.search(r"\{(.+?)\}", usage)[1].split(","))
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "models" / "README.md"]
    asked = {}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for command in re.findall(r"python -m models ([a-z][a-z-]*)", text):
            asked.setdefault(command, page.name)
    assert len(asked) > 20
    assert {name: page for name, page in asked.items() if name not in known} == {}
