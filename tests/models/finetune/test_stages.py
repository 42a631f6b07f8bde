# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a network learns from so many landslides."""

from __future__ import annotations

import pytest

from models.finetune.stages import (
    ALL,
    AUTO,
    DECODER,
    LATE,
    RECALIBRATE,
    STAGES,
    stage_for,
)


@pytest.mark.parametrize("count, learn", [(2, RECALIBRATE), (9, RECALIBRATE), (10, ALL)])
def test_few_landslides_choose_the_threshold_alone(count, learn):
    assert stage_for(count).learn == stage_for(count, AUTO).learn == learn


def test_the_stage_that_is_asked_for():
    for stage in STAGES[1:]:
        assert stage_for(2, stage).learn == stage
    rates = [stage_for(50, stage).lr for stage in (DECODER, LATE, ALL)]
    assert rates == sorted(rates, reverse=True) and min(rates) > 0
    # as measured in docs/benchmarks/fine-tuning.md
    assert {stage_for(50, stage).steps for stage in (DECODER, LATE, ALL)} == {300}
    assert stage_for(50, RECALIBRATE).steps == 0


def test_other_steps_than_its_own():
    assert stage_for(50, ALL, 7).steps == 7
    assert stage_for(50, RECALIBRATE, 7).steps == 0


def test_losses_are_asked_for_where_something_learns():
    assert stage_for(50, ALL, None, True) == stage_for(50)._replace(mrife_losses=True)
    assert stage_for(2, AUTO, None, True) == stage_for(2)
