# SPDX-License-Identifier: GPL-2.0-or-later
"""The functions that an inverse gamma distribution is fitted with."""

from __future__ import annotations

import math

import pytest

from models.inventory.report.inverse_gamma import polygamma


def test_derivatives_of_the_gamma_function():
    assert polygamma(1.0) == pytest.approx(
        (-0.5772156649015329, math.pi**2 / 6), abs=1e-9
    )
    for x in (0.01, 0.7, 3.0, 50.0):
        (first, second), (following, after) = polygamma(x), polygamma(x + 1)
        assert following - first == pytest.approx(1 / x, rel=1e-9)
        assert second - after == pytest.approx(1 / x**2, rel=1e-8)
