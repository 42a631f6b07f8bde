# SPDX-License-Identifier: GPL-2.0-or-later
"""Checked inputs as one HTML page: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..inventory.language import Language
from ..inventory.markup import template
from ..inventory.report.contents import KeyNumber
from .checked import IMAGES, KINDS, VERDICTS, Check, CheckedInput
from .job import InputReport


class CheckRow(NamedTuple):
    """A check in words; `verdict` is one of VERDICTS."""

    topic: str
    verdict: str
    word: str
    value: str
    expected: str
    advice: Sequence[str]


class InputSection(NamedTuple):
    """An input in words; `verdict` is one of VERDICTS."""

    name: str
    kind: str
    verdict: str
    word: str
    advice: Sequence[str]
    checks: Sequence[CheckRow]


def page(report: InputReport, language: str = "en") -> str:
    """The whole page in a language (its code), well-formed as XML too."""
    reader = Language.of(language)
    values = {
        "language": reader,
        "title": reader.listed(_names(report)),
        "made": reader(
            "ci_made", model=report.model.model_id, made=reader.moment(report.moment)
        ),
        "sentence": _sentence(report, reader),
        "keys": _keys(report, reader),
        "inputs": [_section(each, reader) for each in report.inputs],
        "limits": [
            reader("ci_limit_sample"),
            reader("ci_limit_shift"),
            reader("ci_limit_ground"),
        ],
    }
    return template("inputs.html").render(values)


MOST_NAMES = 4  # in the heading


def _names(report: InputReport) -> list[str]:
    names = [each.name for each in report.inputs if each.kind != IMAGES]
    if len(names) <= MOST_NAMES:
        return names
    return [*names[:MOST_NAMES], "…"]


def _sentence(report: InputReport, language: Language) -> str:
    counts = report.counts
    key = "ci_all_passed"
    if counts["failed"]:
        key = "ci_some_failed"
    elif counts["warned"]:
        key = "ci_some_warned"
    return language(key, n=len(report.inputs), **counts)


def _keys(report: InputReport, language: Language) -> list[KeyNumber]:
    counts = report.counts
    labels = {
        "passed": language("ci_passed"),
        "warned": language("ci_warned"),
        "failed": language("ci_failed"),
    }
    return [
        KeyNumber(language.number(counts[name]), "", label)
        for name, label in labels.items()
    ]


def _section(checked: CheckedInput, language: Language) -> InputSection:
    kind = language.choices(KINDS)[checked.kind]
    return InputSection(
        checked.name or kind,
        kind if checked.name else "",
        checked.verdict,
        language.choices(VERDICTS)[checked.verdict],
        [language.sentence(each) for each in checked.advice],
        [_row(check, language) for check in checked.checks],
    )


def _row(check: Check, language: Language) -> CheckRow:
    return CheckRow(
        language(f"ci_topic_{check.topic}"),
        check.verdict,
        language.choices(VERDICTS)[check.verdict],
        language.sentence(check.value),
        language.sentence(check.expected),
        [language.sentence(each) for each in check.advice],
    )
