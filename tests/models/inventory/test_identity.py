# SPDX-License-Identifier: GPL-2.0-or-later
"""Identifiers of many polygons in one place."""

from __future__ import annotations

from shapely.geometry import box

from models.inventory.identity import Run, identifier


class Names(set):
    looked_up = 0

    def __contains__(self, name):
        self.looked_up += 1
        return super().__contains__(name)


def test_thousands_of_one_outline_are_named_one_after_the_other():
    names = Names()
    for _ in range(2000):
        names.add(identifier(box(0, 0, 10, 10), 1, Run("model", "image.tif"), names))
    assert len(names) == 2000
    assert names.looked_up < 20 * 2000


def test_they_are_named_alike_in_every_run():
    runs = []
    for _ in range(2):
        names = []
        for _ in range(40):
            name = identifier(box(0, 0, 10, 10), 1, Run("model", "image.tif"), names)
            names.append(name)
        runs.append(names)
    assert runs[0] == runs[1]
