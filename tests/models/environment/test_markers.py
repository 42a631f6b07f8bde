# SPDX-License-Identifier: GPL-2.0-or-later
"""Markers of requirements, held against the right answers."""

from __future__ import annotations

import pytest

from models.environment.markers import holds
from models.errors import MrifeError

HERE = {
    "python_full_version": "3.11.2",
    "python_version": "3.11",
    "sys_platform": "linux",
    "platform_machine": "x86_64",
}


@pytest.mark.parametrize(
    "marker, right",
    [
        ("", True),
        ("python_full_version < '3.10'", False),
        ("python_full_version >= '3.11'", True),
        ("python_full_version >= '3.9'", True),  # as numbers, not as text
        ("python_full_version == '3.11.*'", True),
        ("python_full_version == '3.1.*'", False),
        ("python_full_version != '3.11.*'", False),
        ("python_version == '3.11'", True),
        ("python_version > '3.11'", False),
        ("sys_platform == 'win32' or platform_machine == 'x86_64'", True),
        ("sys_platform == 'win32' and platform_machine == 'x86_64'", False),
        ("(sys_platform == 'win32' or sys_platform == 'linux') and "
         "python_full_version < '3.12'", True),
    ],
)  # fmt: skip
def test_a_marker_is_true_where_it_should_be(marker, right):
    assert holds(marker, HERE) is right


@pytest.mark.parametrize(
    "marker", ["os_name == 'nt'", "python_version ==", "1 == 1", "print('x')"]
)
def test_what_is_no_marker_is_refused(marker):
    with pytest.raises(MrifeError, match="is no marker"):
        holds(marker, HERE)
