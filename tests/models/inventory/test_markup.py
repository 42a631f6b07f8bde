# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages hold values as text, whatever they are."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import pytest

from models.inventory.markup import FOLDER, escaped, template

ROOT = FOLDER.parents[1]
HOSTILE = "<script>alert('x')</script>\"&amp;\x07\ud800"
HARMLESS = "<script>alert('x')</script>\"&amp;"


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text: str):
        super().__init__()
        self.tags = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_facts_are_text():
    page = Page(template("facts.html").render(title=HOSTILE, facts=[(HOSTILE, 3)]))
    assert "script" not in page.tags and page.text.count(HARMLESS) == 3


def test_records_of_the_form_are_text():
    form = template("record_form.html").module
    sketch = {"path": HOSTILE, "size": 10}
    record = form.record({HOSTILE: None, "a": HOSTILE}.items(), sketch)
    page = Page(str(form.head()) + str(record))
    assert "script" not in page.tags and page.text.count(HARMLESS) == 2
    assert page.tags.count("tr") == 4 and "None" not in page.text


def test_escaped_by_hand_as_by_the_template():
    assert escaped('a"<\x00\ud800') == "a&quot;&lt;"
    assert escaped(None) == "None" and escaped(1.5) == "1.5"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.html")), ids=lambda p: p.name)
def test_a_template_without_a_value_says_so(path):
    from jinja2 import UndefinedError

    if "{% macro" not in path.read_text(encoding="utf-8"):  # which wait to be called
        with pytest.raises(UndefinedError):
            template(path.name).render()


def test_jinja2_is_imported_only_for_a_page():
    code = (
        "import sys\n"
        "import models.inventory.export.export, models.inventory.report.page\n"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
