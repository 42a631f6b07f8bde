# SPDX-License-Identifier: GPL-2.0-or-later
"""The words and numbers on the charts of a report."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from models.inventory.language import Language
from models.inventory.report.charts import Series, histogram


def labels(values: list[float]) -> list[str]:
    drawn = histogram([Series(np.array(values), "")], "", Language.of("en"))
    return list(ElementTree.fromstring(drawn).itertext())


def test_landslides_are_counted_in_whole_numbers():
    first = labels([10.0, 10.0, 60.0])
    assert {"0", "1", "2"} <= set(first)
    assert not {"0.5", "1.5"} & set(first)


def test_a_median_elevation_is_told_to_the_metre():
    assert "median 1,703" in labels([1652.2, 1702.7, 1751.8])
    assert "median 0.425" in labels([0.31, 0.4251, 0.52])
