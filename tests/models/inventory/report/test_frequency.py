# SPDX-License-Identifier: GPL-2.0-or-later
"""The exponent of large landslides and the rollover of small ones, recovered from
samples of known laws.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.inventory.report.frequency import (
    Rollover,
    binned_density,
    power_law,
    rollover,
)


def pareto(n, alpha, start=1000.0, seed=1):
    return start * (1 - np.random.default_rng(seed).random(n)) ** (-1 / (alpha - 1))


def inverse_gamma(n, rho=1.4, a=1280.0, s=-132.0, seed=2):
    """Malamud and others 2004: the three triggered events."""
    drawn = a / np.random.default_rng(seed).gamma(rho, 1, 2 * n) + s
    return drawn[drawn > 0][:n]


@pytest.mark.parametrize("alpha", [1.71, 2.4, 3.1])
def test_a_known_exponent_is_recovered_within_two_errors(alpha):
    found = power_law(pareto(1500, alpha))
    assert abs(found.alpha - alpha) < 2 * found.error
    # the choice of the limit makes it larger than that of a known limit
    assert 1 <= found.error * math.sqrt(found.n) / (found.alpha - 1) < 2
    assert found.p > 0.1 and found.plausible
    assert found.interval[0] < alpha < found.interval[1] and found.n > 1000


def test_the_law_is_sought_only_where_it_holds():
    small = np.random.default_rng(3).uniform(100, 1000, 1500)
    found = power_law(np.concatenate((small, pareto(1500, 2.5))))
    assert 800 < found.start < 1500 and abs(found.alpha - 2.5) < 3 * found.error


def test_with_fewer_than_50_in_the_tail_there_is_no_exponent():
    areas = pareto(80, 2.4)
    assert power_law(areas[:49]) is None
    found = power_law(areas)
    assert found.n >= 50 and found.start == np.sort(areas)[-found.n]
    # nor with fewer above the rollover
    least = float(np.sort(areas)[40])
    assert power_law(areas, least) is None
    assert power_law(areas, float(np.sort(areas)[20])).start >= np.sort(areas)[20]


def test_every_limit_is_tried():
    """As the powerlaw package does, of all areas that leave 50 (Clauset and others 2009)."""
    areas = np.sort(inverse_gamma(400))
    best = None
    for i in range(len(areas) - 49):
        tail = np.log(areas[i:] / areas[i])
        alpha = 1 + len(tail) / tail.sum()
        law = 1 - np.exp((1 - alpha) * tail)
        steps = np.arange(len(tail))
        off = np.maximum(law - steps / len(tail), (steps + 1) / len(tail) - law).max()
        best = min(best or (9,), (off, alpha, areas[i], len(tail)))
    found = power_law(areas)
    got = (found.distance, found.alpha, found.start, found.n)
    assert got == pytest.approx(best)


def test_sizes_of_another_law_are_no_power_law():
    """A log-normal one looks like a power law over a decade, and is none."""
    areas = np.exp(np.random.default_rng(0).normal(9, 1, 300))
    found = power_law(areas, rollover(areas).mode)
    assert found.p < 0.1 and not found.plausible


def test_what_may_be_compared_with_malamud_is_rho_plus_1():
    """The power law of a small sample of a known inverse gamma is far below its 2.4."""
    areas = inverse_gamma(100, seed=8)
    fit = rollover(areas)
    assert fit.exponent == fit.rho + 1
    assert fit.exponent_interval[0] < 2.4 < fit.exponent_interval[1]
    assert abs(fit.exponent - 2.4) < abs(power_law(areas, fit.mode).alpha - 2.4)


def test_the_exponent_does_not_depend_on_the_unit():
    areas = pareto(400, 2.2)
    metres, hectares = power_law(areas), power_law(areas / 1e4)
    assert metres.alpha == pytest.approx(
        hectares.alpha
    ) and metres.start == pytest.approx(1e4 * hectares.start)


def test_the_rollover_of_an_inverse_gamma_is_recovered():
    found = rollover(inverse_gamma(3000))
    assert found.mode == pytest.approx(1280 / 2.4 - 132, rel=0.08)
    assert found.rho + 1 == pytest.approx(2.4, abs=0.15)
    assert found.interval[0] < found.mode < found.interval[1]


def test_the_rollover_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    areas = inverse_gamma(500)
    fit = rollover(areas)
    rho, s, a = stats.invgamma.fit(areas, 1.5, loc=-100, scale=1500)
    assert (fit.rho, fit.a, fit.s) == pytest.approx((rho, a, s), rel=1e-3)
    law = stats.invgamma(fit.rho, loc=fit.s, scale=fit.a)
    assert fit.density(areas) == pytest.approx(law.pdf(areas))


def test_its_likelihood_is_the_largest_around():
    areas = inverse_gamma(500)
    best = rollover(areas)
    likelihood = np.log(best.density(areas)).sum()
    for rho, a, s in (
        (1.05, 1, 0),
        (0.95, 1, 0),
        (1, 1.05, 0),
        (1, 0.95, 0),
        (1, 1, 20),
        (1, 1, -20),
    ):
        other = Rollover(best.rho * rho, best.a * a, best.s + s, (0, 0), (0, 0))
        assert np.log(other.density(areas)).sum() < likelihood


def test_the_density_is_one_and_highest_at_the_rollover():
    law = Rollover(1.4, 1280.0, -132.0, (0, 0), (0, 0))
    areas = np.geomspace(1, 1e9, 200_001)
    heights = law.density(areas)
    assert (np.diff(areas) * (heights[1:] + heights[:-1]) / 2).sum() == pytest.approx(
        1, abs=1e-3
    )
    assert areas[heights.argmax()] == pytest.approx(law.mode, rel=1e-3)


def test_what_cannot_be_fitted_is_not():
    for areas in (np.zeros(0), np.array([5.0]), pareto(19, 2.0), np.full(50, 7.0)):
        assert power_law(areas) is None and rollover(areas) is None


def test_the_same_areas_give_the_same_intervals():
    areas = inverse_gamma(60)
    assert power_law(areas) == power_law(areas[::-1]) and rollover(areas) == rollover(
        areas[::-1]
    )


def test_binned_densities_add_up_to_one():
    areas = pareto(1000, 2.4)
    middles, heights = binned_density(areas, 6)
    widths = middles * (10 ** (1 / 12) - 10 ** (-1 / 12))
    assert (heights * widths).sum() == pytest.approx(1)
