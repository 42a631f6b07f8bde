# SPDX-License-Identifier: GPL-2.0-or-later
"""The seed of a tuned network: false candidates go, no landslide does."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import wkb
from tuned_by_hand import (
    NEW,
    OTHER,
    UTM,
    A,
    B,
    C,
    D,
    label,
    levels,
    square,
    tuned,
    write_levels,
)

from models.finetune.candidate_seed import MAX_SEED, peaks_of
from models.finetune.objects import ObjectComparison, contract_for_use
from models.inference.levels import NODATA

FIFTH = (90, 80)
PLACES = (A, B, C, D, FIFTH)
SURENESS = (220, 180, 240, 200, 230)  # levels of the landslides' surest pixels


def with_peaks(peaks):
    """Squares of one level, 0.4, each with one pixel of its own."""
    values = levels(*peaks, height=100)
    for (row, col), peak in peaks.items():
        values[row + 5, col + 5] = peak
    return values


def compared(folder, peaks, places=PLACES, **options):
    labels = [label(*place, name=str(place)) for place in places]
    made = tuned(
        folder, levels(*PLACES), with_peaks(peaks), labels, places=places, **options
    )
    comparison = ObjectComparison(made)
    for _ in comparison.run():
        pass
    return made, comparison.result


def test_candidates_less_sure_than_any_landslide_found_are_left_out(tmp_path):
    peaks = {**dict(zip(PLACES, SURENESS)), OTHER: 179, NEW: 181}
    made, change = compared(tmp_path, peaks)
    assert change.after.thresholds.seed == pytest.approx(180 / 250)
    assert (change.after.right, change.after.false, change.after.missed) == (5, 1, 0)
    ((outline, _),) = change.false()
    assert wkb.loads(outline).intersects(square(*NEW))
    assert contract_for_use(made, change).seed == change.after.thresholds.seed
    assert made.contract.seed < change.after.thresholds.seed


def test_the_base_is_given_its_best_seed_as_well(tmp_path):
    _, change = compared(tmp_path, dict(zip(PLACES, SURENESS)))
    assert change.before.thresholds.seed == MAX_SEED  # all of its landslides reach 0.92


def test_a_landslide_that_is_not_found_says_nothing(tmp_path):
    sixth = (90, 400)
    peaks = {**dict(zip(PLACES, SURENESS)), OTHER: 179}
    _, change = compared(tmp_path, peaks, (*PLACES, sixth))
    assert change.after.missed == 1
    assert change.after.thresholds.seed == pytest.approx(180 / 250)


def test_few_landslides_say_nothing_of_the_next_one(tmp_path):
    places = PLACES[:4]
    made, change = compared(tmp_path, {**dict(zip(places, SURENESS)), OTHER: 120}, places)
    assert change.after.thresholds.seed == made.contract.seed
    assert change.after.false == 1


def test_new_ground_may_be_less_sure_than_all_that_is_known(tmp_path):
    _, change = compared(tmp_path, {**dict.fromkeys(PLACES, 250), OTHER: 230, NEW: 224})
    assert change.after.thresholds.seed == MAX_SEED
    assert change.after.false == 1


def test_where_only_the_threshold_is_new_the_seed_goes_with_it(tmp_path):
    peaks = {**dict(zip(PLACES, SURENESS)), OTHER: 120}
    made, change = compared(tmp_path, peaks, model=None)
    assert change.after.thresholds.seed == made.contract.seed


def test_the_highest_probability_under_a_polygon_on_any_raster(tmp_path):
    one = levels(A, height=100)
    one[A[0] + 3, A[1] + 3] = NODATA
    other = levels(A, height=130)
    other[A[0] - 1, A[1]] = 200  # beside the polygon
    paths = [
        write_levels(tmp_path / f"{number}.tif", values)
        for number, values in enumerate((one, other))
    ]
    beyond = square(5000, 5000)
    peaks = peaks_of([square(*A), square(*B), beyond], UTM, paths)
    np.testing.assert_allclose(peaks, [130 / 250, 10 / 250, 0])
