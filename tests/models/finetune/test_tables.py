# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the page, cell by cell: gains with their sign, counts of a whole, what was
taught.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from tuned_by_hand import NEW, OTHER, A, B, C, levels, tuned

from models.finetune.objects import ObjectComparison
from models.finetune.shift import Shift
from models.finetune.tables import (
    ground_table,
    label_table,
    model_table,
    object_table,
    shift_cell,
    steps_taken,
)
from models.finetune.tune_report import TuneReport
from models.inventory.language import Language

ENGLISH = Language.of("en")
NONE = ENGLISH("none")
MOMENT = datetime(2026, 11, 28, tzinfo=timezone.utc)
LAPS = [
    *({"run": "fold-1", "step": s, "steps": 8, "average_precision": 0.4} for s in (4, 8)),
    *({"run": "whole", "step": s, "steps": 8, "average_precision": None} for s in (2, 6)),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The base sees A and B of the three landslides on ground with pixels, the tuned
    network C, too, and beside OTHER also NEW.
    """
    folder = tmp_path_factory.mktemp("tables")
    before = levels(A, B, OTHER, missing=400)
    after = levels(A, B, C, OTHER, NEW, missing=400)
    made = tuned(folder, before, after, laps=LAPS)
    comparison = ObjectComparison(made)
    list(comparison.run())
    return TuneReport.of(made, comparison.result, "tuned.onnx", MOMENT)


def rows_of(table):
    return {row[0]: row[1:] for row in table.rows}


def test_landslides_and_candidates(report):
    rows = list(object_table(report.change, ENGLISH).rows)
    found, recall, right, precision, false = (row[1:] for row in rows)
    assert found == ["2 / 3", "", "3 / 3", "", "+1", ""]
    assert right == ["2 / 3", "", "3 / 5", "", "+1", ""]
    assert recall[::2] == ["0.667", "1.000", "+0.333"]
    assert precision[::2] == ["0.667", "0.600", "−0.067"]
    assert false[4].startswith("+")
    fewer = replace(report.change, before=report.change.after, after=report.change.before)
    assert object_table(fewer, ENGLISH).rows[0][5] == "−1"


def test_ground_with_the_gain_of_each_score(report):
    rows = rows_of(ground_table(report, ENGLISH))
    verdict = report.tuned.verdict
    names = ("iou", "average_precision", "precision", "recall", "f1")
    for name, cells in zip(names, rows.values()):
        before = getattr(verdict.base, name).value
        after = getattr(verdict.tuned, name).value
        assert float(cells[4].replace("−", "-")) == pytest.approx(
            after - before, abs=6e-4
        )
        assert (cells[0], cells[2]) == (f"{before:.3f}", f"{after:.3f}")
        has_interval = name in ("iou", "average_precision")
        assert (" to " in cells[5]) == has_interval == (cells[5] != NONE)
    assert "nan" not in str(rows)


def test_where_nothing_was_taught_a_gain_has_no_interval(report):
    made = report.tuned
    stage = made.job.stage._replace(learn="recalibrate")
    verdict = made.verdict.without_intervals()
    job = replace(made.job, stage=stage)
    made = replace(made, model=None, laps=(), job=job, verdict=verdict)
    untaught = replace(report, tuned=made)
    rows = rows_of(ground_table(untaught, ENGLISH))
    assert {cells[5] for cells in rows.values()} == {NONE}
    assert ENGLISH("ft_taught_steps") not in rows_of(model_table(untaught, ENGLISH))


def test_polygons(report):
    rows = rows_of(label_table(report, ENGLISH))
    assert rows[ENGLISH("ft_given")] == rows[ENGLISH("ft_landslides")] == ["4"]
    assert rows[ENGLISH("ft_unsearched")] == ["1"]


def test_the_file(report):
    rows = rows_of(model_table(report, ENGLISH))
    assert rows[ENGLISH("ft_taught_steps")] == [ENGLISH("ft_steps_value", n=6, most=8)]
    assert rows[ENGLISH("ft_path")] == ["tuned.onnx"]
    assert steps_taken(report.tuned) == 6
    assert steps_taken(replace(report.tuned, laps=())) is None


def test_a_shift_is_a_value_chance_or_unknown():
    sure = Shift(12.0, -5.0, 1.0, 0.5, 9)
    value = shift_cell(sure, ENGLISH)
    assert "12" in value and "−5" in value
    chance = shift_cell(replace(sure, gain=0.0), ENGLISH)
    assert chance == ENGLISH("ft_shift_chance", value=value) != value
    assert shift_cell(None, ENGLISH) == ENGLISH("ft_shift_unknown", least=5)
