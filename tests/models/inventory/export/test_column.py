# SPDX-License-Identifier: GPL-2.0-or-later
"""What a body gets of our values."""

from __future__ import annotations

import pytest

from models.inventory.export.column import fill
from models.inventory.export.crosswalk import TABLES


@pytest.mark.parametrize("target", ["slido", "iffi", "china"])
@pytest.mark.parametrize(
    "agreement, expected", [(0.9, 137.5), (0.5, 137.5), (0.499, None), (None, 137.5)]
)
def test_a_direction_on_which_slopes_do_not_agree_is_none(target, agreement, expected):
    """Where nobody measured that, somebody gave the direction."""
    (column,) = (one for one in TABLES[target] if "azim_deg" in one.sources)
    values = {"azim_deg": 137.5, "azim_r": agreement}
    assert fill(TABLES[target], values)[column.name] == expected
    assert fill(TABLES[target], {"azim_r": 0.9})[column.name] is None
