# SPDX-License-Identifier: GPL-2.0-or-later
"""Counties left out: ground that validates does not train, and all of it validates once."""

from __future__ import annotations

from dataclasses import replace

import bijie
import pytest

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.training.bijie import split_rows
from models.training.datasets import load_chips, load_windows
from models.training.settings import COUNTIES, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data=bijie.make(tmp_path_factory.mktemp("data"), 12))


def names(settings: Settings, split: str) -> list[str]:
    return [row["id"] for row in split_rows(settings, split)]


def test_every_image_validates_in_one_fold_and_never_trains_there(settings):
    validated = []
    for county in COUNTIES:
        fold = replace(settings, fold=county)
        train, val = names(fold, "train"), names(fold, "val")
        assert not set(train) & set(val)
        counties = {row["county_group"] for row in split_rows(fold, "val")}
        assert counties == {county, "unknown"}
        validated += val
        # negatives of unknown county: none within six files of one that validates
        order = [name for name in names(settings, "train") + names(settings, "val")]
        plain = [name for name in order if int(name[-2:]) >= 12]
        places = [plain.index(name) for name in val if name in plain]
        for name in set(train) & set(plain):
            assert min(abs(plain.index(name) - place) for place in places) > 6
    everything = names(settings, "train") + names(settings, "val")
    assert sorted(validated) == sorted(everything)


def test_the_test_counties_stay_what_they_are(settings):
    fold = replace(settings, fold="qianxi")
    assert names(fold, "test") == names(settings, "test")
    tests = [
        [w.truth.shape for w in load_windows(one, "test")] for one in (settings, fold)
    ]
    assert tests[0] == tests[1]


def test_windows_of_a_fold_are_off_centre_and_the_same_each_time(settings):
    fold = replace(settings, fold="dafang")
    windows = load_windows(fold, "val")
    slides = [window for window in windows if window.landslide]
    negatives = [window for window in windows if not window.landslide]
    assert len(slides) == 2 * 3 and len(negatives) == 5
    assert all(window.truth.shape == (58, 58) for window in windows)
    assert all(window.truth.mean() >= 0.03 for window in slides)
    assert not any(window.truth.any() for window in negatives)
    again = load_windows(fold, "val")
    assert all((a.truth == b.truth).all() for a, b in zip(windows, again))
    chips = load_chips(fold, "val")
    assert {w.name for w in windows} == {chip.name for chip in chips}


def test_an_unknown_county_is_named():
    with pytest.raises(MrifeError, match="fold is 'zhijin'; choose one of dafang, "):
        Settings(fold="zhijin")
