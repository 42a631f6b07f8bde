# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of each algorithm: what the algorithm says today, and what Help opens."""

from __future__ import annotations

import re
import shlex

import algorithm_pages
import pytest
from qgis.PyQt.QtCore import QUrl

STALE = "run: .venv/bin/python tests/tools/algorithm_pages.py"


def assert_written(texts, folder):
    assert {path.name for path in folder.iterdir()} == {path.name for path in texts}, (
        STALE
    )
    for path, text in texts.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale; {STALE}"


def test_pages_of_the_documentation_say_what_the_algorithms_say(provider):
    texts = algorithm_pages.markdown(provider.algorithms())
    assert_written(texts, algorithm_pages.MARKDOWN)


def test_the_page_of_fields_has_those_of_all_layers(provider):
    from mrife.algorithms.layers.form import schema_fields

    tables = algorithm_pages.field_tables()
    names = [field.name for _, fields in tables for field in fields]
    assert sorted(names) == sorted(schema_fields())


@pytest.mark.parametrize("language, locale", algorithm_pages.LANGUAGES.items())
def test_help_opens_a_page_in_the_language_of_qgis(
    package, provider, set_locale, language, locale
):
    set_locale(locale)
    plugin = package.classFactory(None)
    algorithms = [algorithm.create() for algorithm in provider.algorithms()]
    texts = algorithm_pages.html(algorithms, language)
    opened = {QUrl(algorithm.helpUrl()).toLocalFile() for algorithm in algorithms}
    plugin.unload()
    assert_written(texts, algorithm_pages.HTML / language)
    assert opened == {str(path) for path in texts}


def test_examples_give_what_is_required_and_name_what_there_is(provider):
    for algorithm in provider.algorithms():
        line = algorithm_pages.EXAMPLES[algorithm.name()]
        given = {part.partition("=")[0][2:] for part in shlex.split(line)}
        rows = algorithm_pages.page(algorithm, "en")
        table = [*rows.inputs, *rows.advanced, *rows.outputs]
        assert given <= {row.name for row in table}
        assert given >= {row.name for row in table if row.default == "required"}


def test_choices_stand_on_the_pages_as_a_command_gives_them(provider):
    seen = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() == "enum":
                kind = algorithm_pages.row(definition, "en").kind
                for word in kind.split(", "):
                    assert definition.checkValueIsAcceptable(word.partition(" (")[0])
                    seen += 1
    assert seen > 30


def test_help_text_becomes_markdown():
    text = "<p>One <strong>bold</strong> word.</p> <h3>Title</h3> <p>R&amp;D<br>next</p>"
    assert algorithm_pages.markdown_of(text) == (
        "One **bold** word.\n\n## Title\n\nR&D\n\nnext"
    )
    with pytest.raises(ValueError, match=re.escape("<table>")):
        algorithm_pages.markdown_of("<table></table>")
