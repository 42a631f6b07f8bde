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
    polygamma,
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
    assert found.error == pytest.approx((found.alpha - 1) / math.sqrt(found.n))
    assert found.interval[0] < alpha < found.interval[1] and found.n > 1000


def test_the_law_is_sought_only_where_it_holds():
    small = np.random.default_rng(3).uniform(100, 1000, 1500)
    found = power_law(np.concatenate((small, pareto(1500, 2.5))))
    assert 800 < found.start < 1500 and abs(found.alpha - 2.5) < 3 * found.error


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
        other = Rollover(best.rho * rho, best.a * a, best.s + s, (0, 0))
        assert np.log(other.density(areas)).sum() < likelihood


def test_the_density_is_one_and_highest_at_the_rollover():
    law = Rollover(1.4, 1280.0, -132.0, (0, 0))
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


def test_derivatives_of_the_gamma_function():
    assert polygamma(1.0) == pytest.approx(
        (-0.5772156649015329, math.pi**2 / 6), abs=1e-9
    )
    for x in (0.01, 0.7, 3.0, 50.0):
        (first, second), (following, after) = polygamma(x), polygamma(x + 1)
        assert following - first == pytest.approx(1 / x, rel=1e-9)
        assert second - after == pytest.approx(1 / x**2, rel=1e-8)


def test_binned_densities_add_up_to_one():
    areas = pareto(1000, 2.4)
    middles, heights = binned_density(areas, 6)
    widths = middles * (10 ** (1 / 12) - 10 ** (-1 / 12))
    assert (heights * widths).sum() == pytest.approx(1)
