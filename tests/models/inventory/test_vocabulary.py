# SPDX-License-Identifier: GPL-2.0-or-later
"""One reader for the words of all vocabularies."""

import pytest

from models.inventory.language import CODES, Language, stored_value
from models.inventory.schema import ALL
from models.inventory.values import Unread, in_stored_words

WITH_CHOICES = [field for field in ALL if field.choices]


@pytest.mark.parametrize("field", WITH_CHOICES, ids=lambda field: field.name)
def test_every_word_of_every_vocabulary_is_read(field):
    for language in map(Language.of, CODES):
        for stored, word in language.choices(field.choices).items():
            for written in (stored, word, word.upper(), f" {word}\u3000"):
                assert stored_value(field.choices, written) == stored
                assert stored_value(field.choices, written.replace(" ", "_")) == stored


def test_no_other_word_means_two_things_and_all_are_read():
    vocabularies = {field.choices.name: field.choices for field in WITH_CHOICES}
    for name, choices in vocabularies.items():
        meanings = {}
        for language in map(Language.of, CODES):
            for stored, words in language.other_words.get(name, {}).items():
                assert stored in list(choices)
                for word in words.split():
                    assert meanings.setdefault(word, stored) == stored
                    assert stored_value(choices, word) == stored
    others = {name for code in CODES for name in Language.of(code).other_words}
    assert others <= set(vocabularies)


def test_what_has_no_vocabulary_and_what_is_none_of_it_stays():
    values = {"status": "剔除", "remarks": "剔除", "material": "peat", "depth": "low"}
    assert in_stored_words(values) == {**values, "status": "rejected"}


def test_what_nobody_could_read_is_counted():
    unread = Unread()
    unread.note({"STATUS": "确认", "material": "peat", "conf": "high", "depth": "x"})
    unread.note({"STATUS": " ", "material": "peat", "conf": "0,5", "edge": None})
    assert unread == {("material", "peat"): 2, ("conf", "high"): 1}


def test_days_are_read_as_qgis_reads_them():
    unread = Unread()
    for day in ("2026-03-04", "2026/03/04", "2026-03-04T05:06:07Z", "2026-03-04 05:06"):
        unread.note({"rev_date": day, "run_utc": day})
    assert not unread
    for day in ("04.03.2026", "20260304", "2026-03", "2026-3-4", "2026-02-30", 2026):
        unread.note({"img_date": day})
    assert set(unread.values()) == {1} and len(unread) == 6
