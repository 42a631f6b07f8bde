# SPDX-License-Identifier: GPL-2.0-or-later
"""The charts of a fine-tuning."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from models.evaluation.charts import RIGHT, TOP
from models.finetune.charts import learning_chart
from models.inventory.language import Language
from models.inventory.svg import text_width


@pytest.mark.parametrize("code", ["en", "zh"])
def test_what_the_lines_are_stands_beside_no_curve(code):
    """A low curve ran through the names."""
    laps = [{"step": step, "steps": 12, "average_precision": 0.1} for step in (6, 12)]
    language = Language.of(code)
    names = [language("ft_stretch", n=n + 1) for n in range(2)]
    drawn = ElementTree.fromstring(
        learning_chart(dict.fromkeys(names, laps), 12, language)
    )
    texts = [one for one in drawn.iter() if one.tag.endswith("text")]
    spans = []
    for one in texts:
        if one.text in (*names, language("ft_ap")):
            assert float(one.get("y")) < TOP
            start = float(one.get("x"))
            spans.append((start, start + text_width(one.text, 10.5)))
    spans.sort()
    assert len(spans) == 3 and spans[-1][1] <= RIGHT + 0.1
    assert all(left[1] < right[0] for left, right in zip(spans, spans[1:]))
