# SPDX-License-Identifier: GPL-2.0-or-later
"""The languages of reports, forms and exports say the same things, and each key is used."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from models.evaluation.compare import COMPARISON_FIELDS
from models.evaluation.fields import EVALUATION_FIELDS
from models.evaluation.looknext import LOOK_FIELDS
from models.inventory.language import CODES, FOLDER, Language
from models.inventory.merge.conflicts import CONFLICT_FIELDS
from models.inventory.morphometry.lines import LINE_FIELDS
from models.inventory.report.density import DENSITY_FIELDS
from models.inventory.review.outlines import ORIGINAL_FIELDS
from models.inventory.review.training_labels import REVIEWED_FIELDS, TRAINING_FIELDS
from models.inventory.schema import ALL, STATUS
from models.inventory.water.fields import WATER_FIELDS
from models.preflight.checked import INPUT_FIELDS

ROOT = Path(__file__).resolve().parents[3]
FIELDS = (
    *ALL,
    *CONFLICT_FIELDS,
    *EVALUATION_FIELDS,
    *COMPARISON_FIELDS,
    *LOOK_FIELDS,
    *DENSITY_FIELDS,
    *LINE_FIELDS,
    *WATER_FIELDS,
    *INPUT_FIELDS,
    *ORIGINAL_FIELDS,
    *REVIEWED_FIELDS,
    *TRAINING_FIELDS,
)
# keys that are put together: in the code stands what is before the name
BUILT = (
    "ci_topic_",
    "ft_place_",
    "ft_learned_",
    "ev_rule_",
    "ev_name_",
    "ev_purpose_",
    "ev_scale_",
    "doubt_",
    "limit_",
)


def sections(code: str) -> dict[str, dict[str, str]]:
    """Words by key; those of fields and values are another test's."""
    text = (FOLDER / f"inventory_{code}.json").read_text(encoding="utf-8")
    return {
        name: words
        for name, words in json.loads(text).items()
        if name not in ("labels", "vocabularies", "other_words")
    }


def keys(code: str) -> list[str]:
    return [key for words in sections(code).values() for key in words]


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", text))


@pytest.mark.parametrize("code", CODES)
def test_every_key_is_there_once_and_with_the_same_placeholders(code):
    assert sorted(keys(code)) == sorted(set(keys("en")))
    english = Language.of("en").words
    for key, text in Language.of(code).words.items():
        assert text and placeholders(text) == placeholders(english[key]), key


def test_every_key_is_used():
    files = [*ROOT.glob("models/inventory/**/*.py"), *ROOT.glob("algorithms/**/*.py")]
    files += ROOT.glob("models/evaluation/*.py")
    files += ROOT.glob("models/finetune/*.py")
    files += ROOT.glob("models/preflight/*.py")
    files += (ROOT / "resources" / "templates").glob("*")
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    for key in keys("en"):
        stem = next((start for start in BUILT if key.startswith(start)), None)
        pattern = rf"['\"]{key}['\"]"
        if stem:
            pattern = rf"{stem}\{{"
        assert re.search(pattern, text), key


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_every_field_and_value_has_its_word_and_no_word_is_left_over(code):
    language = Language.of(code)
    assert set(language.labels) == {field.name for field in FIELDS}
    assert {name: list(words) for name, words in language.vocabularies.items()} == {
        field.choices.name: list(field.choices) for field in FIELDS if field.choices
    }
    assert all(language.labels.values())
    assert all(all(words.values()) for words in language.vocabularies.values())


def test_values_without_a_word_stay_as_they_are():
    chinese = Language.of("zh")
    assert chinese.choice("status", "confirmed") == "确认"
    assert chinese.choice("status", "odd") == chinese.choice("own", "odd") == "odd"
    assert chinese.choice("status", None) == chinese.choice("status", "") == "–"
    assert chinese.field("own") == "own"
    assert list(chinese.choices(STATUS)) == list(STATUS)


def test_numbers_lists_and_moments_are_written_as_the_language_does():
    words = {**Language.of("en").words, "thousands": ".", "decimal": ",", "comma": " / "}
    language = Language("en", words)
    assert language.number(1234567) == "1.234.567"
    assert language.number(1234.5, ",.2f") == "1.234,50"
    assert language.listed(["a", "b"]) == "a / b"
    english = Language.of("en")
    values = (0, 0.03932, 12345.6, -0.5)
    assert [english.significant(v) for v in values] == ["0", "0.0393", "12,300", "−0.500"]
    assert [english.tick(v) for v in (1e-3, 20.0, 1e3)] == ["0.001", "20", "1,000"]
    assert english.moment(datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04 UTC"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'xx' is none of the languages"):
        Language.of("xx")
