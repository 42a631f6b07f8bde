# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose word on a polygon counts: a person's before the network's."""

from __future__ import annotations

import pytest

from models.inventory.language import Language
from models.inventory.review.grade import GRADES, class_of, grade, grade_name


@pytest.mark.parametrize(
    "values, expected",
    [
        (
            {"geo_conf": "moderate", "conf_cls": "low", "usgs_conf": 8},
            "geologist_moderate",
        ),
        ({"geo_conf": "High ", "status": "candidate"}, "geologist_high"),
        # a confirmed landslide is never delivered as of low confidence
        ({"status": "confirmed", "conf_cls": "low", "usgs_conf": 3}, "confirmed"),
        ({"status": "modified", "conf_cls": "low", "usgs_conf": 5}, "geologist_high"),
        ({"status": "candidate", "conf_cls": "low", "usgs_conf": 5}, "network_low"),
        ({"status": "field_check", "conf_cls": "high"}, "network_high"),
        ({"conf_cls": "unheard of"}, ""),
        ({}, ""),
    ],
)
def test_a_persons_word_comes_first(values, expected):
    assert grade(values) == expected


def test_each_grade_has_words_that_name_who_gave_it():
    english, chinese = Language.of("en"), Language.of("zh")
    names = {grade_name(each, english) for each in GRADES}
    assert {"low (network)", "low (geologist)", "confirmed, without confidence"} < names
    assert len(names) == len({grade_name(each, chinese) for each in GRADES}) == 8
    classes = {class_of(each) for each in GRADES}
    assert classes == {"high", "moderate", "low", "confirmed", ""}
