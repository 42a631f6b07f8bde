# SPDX-License-Identifier: GPL-2.0-or-later
"""What a check says of an input: a verdict, what was there, what would be right, and what
to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Union

import numpy as np

from ..errors import MrifeError, Note
from ..geo.grid import Grid
from ..inventory.schema import Choices, Field

PASSED = "pass"
WARN = "warn"
FAIL = "fail"
VERDICTS = Choices(
    "input_verdict", ((PASSED, "passed"), (WARN, "warning"), (FAIL, "failed"))
)
IMAGE = "image"
IMAGES = "images"
DEM = "dem"
POLYGONS = "polygons"
KINDS = Choices(
    "input_kind",
    (
        (IMAGE, "image"),
        (IMAGES, "all images together"),
        (DEM, "elevation model"),
        (POLYGONS, "polygons"),
    ),
)
VERDICT_FIELD = Field(
    "in_verdict", "text", 8, "", "The worst of all its checks", "Verdict", VERDICTS
)
INPUT_FIELDS = (
    Field("in_name", "text", 120, "", "Name of what was checked", "Input"),
    Field("in_kind", "text", 8, "", "What was checked", "Kind", KINDS),
    VERDICT_FIELD,
    Field("in_fails", "int", 0, "", "Checks that failed", "Failed checks"),
    Field("in_warns", "int", 0, "", "Checks with a warning", "Warnings"),
    Field("in_advice", "text", 0, "", "What to do about all of them", "What to do"),
)

Sentence = Union[Note, MrifeError]


class Check(NamedTuple):
    """A topic (the word `ci_topic_…` names it) with one of VERDICTS; sentences, or words
    that are the same in all languages, for the value that is there and the one that is
    expected; what to do, in sentences, or what to know where it passed.
    """

    topic: str
    verdict: str
    value: Sentence | str
    expected: Sentence | str
    advice: tuple[Sentence, ...] = ()


class Look(NamedTuple):
    """What is compared between images: side of a pixel (m), bands of the file by what
    they are used for, type, and of each band median and spread (2nd to 98th percentile)
    of the raw values (bands,).
    """

    pixel_m: float
    bands: Note | str
    dtype: str
    medians: np.ndarray
    spreads: np.ndarray


@dataclass(frozen=True)
class CheckedInput:
    """An input of one of KINDS with its checks; `grid` is where a raster lies, `places`
    (n, 2) are valid pixels on the map that stand for an image.
    """

    name: str
    kind: str
    checks: tuple[Check, ...]
    grid: Grid | None = None
    look: Look | None = field(default=None, compare=False)
    places: np.ndarray | None = field(default=None, compare=False)

    @property
    def verdict(self) -> str:
        """The worst of the checks."""
        verdicts = {check.verdict for check in self.checks}
        return next((worst for worst in (FAIL, WARN) if worst in verdicts), PASSED)

    @property
    def advice(self) -> list[Sentence]:
        """What to do, the worst first, each once."""
        sentences: dict[str, Sentence] = {}
        for verdict in (FAIL, WARN):
            for check in self.checks:
                if check.verdict == verdict:
                    sentences.update((str(each), each) for each in check.advice)
        return list(sentences.values())

    def count(self, verdict: str) -> int:
        """Checks with a verdict."""
        return sum(check.verdict == verdict for check in self.checks)


def judged(
    topic: str,
    value: Sentence | str,
    expected: Sentence | str,
    advice: Iterable[Sentence] = (),
) -> Check:
    """A warning where there is something to do, else passed."""
    advice = tuple(advice)
    return Check(topic, WARN if advice else PASSED, value, expected, advice)


def failed(
    topic: str,
    error: Sentence,
    value: Sentence | str = "",
    expected: Sentence | str = "",
) -> Check:
    """What a search would refuse, in its own words."""
    return Check(topic, FAIL, value, expected, (error,))
