# SPDX-License-Identifier: GPL-2.0-or-later
"""A number is read as it was meant, or not at all."""

import pytest

from models.numerals import number


@pytest.mark.parametrize(
    "text, right",
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" 0.5 ", 0.5),
        ("０．５", 0.5),
        ("０，５", 0.5),
        ("5e-1", 0.5),
        ("5E-1", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0.5", -0.5),
        ("\N{MINUS SIGN}0,5", -0.5),
        ("+3", 3.0),
        ("0,125", 0.125),
        ("1000,125", 1000.125),
        ("١٢", 12.0),
    ],
)
def test_numbers_as_people_write_them(text, right):
    assert number(text) == right


@pytest.mark.parametrize(
    "text",
    ["", " ", "nan", "inf", "-inf", "1e999", "0.5 m", "50%", "1_000", "1 000", "1,000"]
    + ["1,000,000", "1.000,5", "0.5.5", "0x10", "half", "½", "e5", "--5", "None"],
)
def test_what_is_no_number_or_may_be_two_is_refused(text):
    with pytest.raises(ValueError):
        number(text)
