# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a fine-tuning: one plain sentence that is true, well-formed, nothing from
elsewhere; and the places to look at.
"""

from __future__ import annotations

import base64
import math
import re
from dataclasses import replace
from datetime import datetime, timezone
from xml.etree import ElementTree

import pytest
from osgeo import gdal
from tuned_by_hand import (
    COLS,
    NEW,
    OTHER,
    ROWS,
    UTM,
    A,
    B,
    C,
    levels,
    square,
    tuned,
)

from models.evaluation.intervals import Interval
from models.finetune.labels import LANDSLIDE
from models.finetune.new_model import NoBase
from models.finetune.objects import ObjectComparison
from models.finetune.page import limits, page, verdict_sentence
from models.finetune.previews import place_around, previews
from models.finetune.shift import Shift
from models.finetune.tune_report import TuneReport
from models.geo.grid import Grid
from models.inventory.language import CODES, Language

ENGLISH = Language.of("en")
MOMENT = datetime(2026, 11, 28, tzinfo=timezone.utc)
LAPS = (
    {"run": "fold-1", "step": 2, "steps": 8, "iou": 0.1, "average_precision": 0.31},
    {"run": "fold-1", "step": 4, "steps": 8, "iou": 0.2, "average_precision": 0.32},
    {"run": "fold-2", "step": 2, "steps": 8, "iou": 0.1, "average_precision": 0.41},
    {"run": "fold-2", "step": 4, "steps": 8, "iou": 0.2, "average_precision": 0.42},
    {"run": "whole", "step": 4, "steps": 8, "iou": None, "average_precision": None},
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Gained C, lost B, one false candidate that the base has, and a new one."""
    folder = tmp_path_factory.mktemp("report")
    before = levels(A, B, OTHER)
    made = tuned(folder, before, levels(A, C, OTHER, NEW), laps=LAPS)
    comparison = ObjectComparison(made)
    list(comparison.run())
    return TuneReport.of(made, comparison.result, "mine <1>.onnx", MOMENT)


def text_of(html):
    return " ".join(ElementTree.fromstring(html.split("\n", 1)[1]).itertext())


def judged(report, **changes):
    made = report.tuned
    return replace(report, tuned=replace(made, verdict=replace(made.verdict, **changes)))


@pytest.mark.parametrize("code", CODES)
def test_well_formed_and_whole_without_script_or_network(report, code):
    html = page(report, code)
    text = text_of(html)
    assert "mine <1>.onnx" in text and "base-0-01234567" in text
    assert "<script" not in html
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert addresses and all(a.startswith(("data:image/", "#place")) for a in addresses)
    assert len(set(re.findall(r'id="([^"]*)"', html))) == html.count(' id="')


def test_the_numbers_stand_in_the_page(report):
    text = text_of(page(report))
    verdict = report.tuned.verdict
    assert f"{verdict.base.iou.value:.3f} → {verdict.tuned.iou.value:.3f}" in text
    assert "Landslides: 4. Newly found: 1. No longer found: 1." in text
    assert "On no landslide: 2, of these new: 1." in text
    assert "4 of at most 8" in text and "for use: 4" in text
    assert "Few landslides (4)" in text


@pytest.mark.parametrize(
    "iou, ranked, begin",
    [
        ((0.1, 0.05, 0.2), (0.0, -0.1, 0.1), "Better on ground it did not learn from: l"),
        ((0.1, -0.1, 0.2), (0.2, 0.1, 0.3), "Better on ground it did not learn from: a"),
        ((0.1, -0.1, 0.2), (0.2, -0.1, 0.3), "Not shown to be better on ground"),
        (
            (-0.2, -0.3, -0.1),
            (0.0, -0.1, 0.1),
            "Worse on ground it did not learn from: l",
        ),
        (
            (0.0, -0.1, 0.1),
            (-0.2, -0.3, -0.1),
            "Worse on ground it did not learn from: a",
        ),
        ((0.2, 0.1, 0.3), (-0.2, -0.3, -0.1), "Not shown to be better on ground"),
        (
            (0.1, math.nan, math.nan),
            (0.1, math.nan, math.nan),
            "Not shown to be better: ",
        ),
    ],
)
def test_the_sentence_follows_the_verdict(report, iou, ranked, begin):
    changes = {"iou_gain": Interval(*iou), "average_precision_gain": Interval(*ranked)}
    made = judged(report, **changes)
    sentence = verdict_sentence(made, ENGLISH)
    assert sentence.startswith(begin) and "nan" not in sentence
    assert made.tuned.verdict.is_better == sentence.startswith("Better")
    assert made.tuned.verdict.is_worse == sentence.startswith("Worse")


def test_the_threshold_alone(report):
    made = report.tuned
    contract = replace(made.contract, threshold=0.25)
    stage = made.job.stage._replace(learn="recalibrate")
    made = replace(
        made, model=None, laps=(), contract=contract, job=replace(made.job, stage=stage)
    )
    made = replace(report, tuned=made)
    sentence = verdict_sentence(made, ENGLISH)
    assert sentence.startswith("Only the threshold is new (0.25 instead of 0.5)")
    chance = replace(made.tuned.verdict, is_chance=(True, True))
    useless = replace(made, tuned=replace(made.tuned, verdict=chance))
    sentence_of_chance = verdict_sentence(useless, ENGLISH)
    assert "not clearly better than painting everything" in sentence_of_chance
    own = made.tuned.verdict.counts[0].at(0.5).iou
    assert f"landslide IoU {own:.3f} before" in sentence
    text = text_of(page(made))
    assert "nothing, the threshold alone" in text and "While it learned" not in text
    one = next(label for label in made.tuned.job.labels if label.kind == LANDSLIDE)
    for count in (9, 10):
        job = replace(made.tuned.job, labels=(one,) * count)
        text = text_of(page(replace(made, tuned=replace(made.tuned, job=job))))
        assert ("Too few landslides to teach" in text) == (count < 10)


def test_a_file_without_a_confidence_says_so(report):
    words = "Candidates of this model will have no confidence"
    assert words in text_of(page(report))
    own = replace(report.tuned, model=None, contract=report.tuned.job.base.contract)
    assert words not in text_of(page(replace(report, tuned=own)))


def test_what_the_file_for_use_is(report):
    """The mean of all runs, mixed with the base; without one the run of all ground."""
    lesson = pytest.importorskip("models.training.lesson")
    kept = f"with {lesson.LEARNED_SHARE:g} of what they learned taken over into the base"
    assert kept in limits(report, ENGLISH)[0]
    job = replace(report.tuned.job, base=NoBase(report.tuned.contract))
    alone = replace(report, tuned=replace(report.tuned, job=job))
    assert limits(alone, ENGLISH)[0].startswith("The file learned from all of the ground")


def test_a_sure_shift_is_a_remark_and_chance_is_none(report):
    sure = Shift(12.0, -5.0, 1.0, 0.5, 9)
    made = replace(report, tuned=replace(report.tuned, shift=sure))
    assert "lies 13 m beside the outlines (12 m east, −5 m north" in text_of(page(made))
    chance = replace(sure, gain=0.0)
    made = replace(report, tuned=replace(report.tuned, shift=chance))
    text = text_of(page(made))
    assert "beside the outlines (" not in text and "no more than chance" in text


def test_places_of_each_kind_with_pictures_of_their_size(report):
    kinds = [place.kind for place in report.places]
    assert kinds == ["gained", "lost", "false", "missed", "found", "false"]
    for place in report.places:
        assert picture_size(place.image) == (*place.size, 3)
        for view in (place.before, place.after):
            assert picture_size(view.tint) == (*place.size, 4)
    gained = report.places[0]
    assert len(gained.landslides) == 1
    assert (len(gained.before.outlines), len(gained.after.outlines)) == (0, 1)
    col, row = gained.landslides[0].mean(axis=0)
    assert (col, row) == pytest.approx((gained.size[0] / 2, 60), abs=8)


def picture_size(address):
    """(columns, rows, bands) of a picture in an address."""
    data = base64.b64decode(address.partition(",")[2])
    gdal.FileFromMemBuffer("/vsimem/preview", data)
    picture = gdal.Open("/vsimem/preview")
    size = (picture.RasterXSize, picture.RasterYSize, picture.RasterCount)
    picture = None
    gdal.Unlink("/vsimem/preview")
    return size


def test_no_more_places_than_asked(report):
    assert len(list(previews(report.tuned, report.change, 2))) == 2


@pytest.mark.parametrize("row, col, side", [(0, 0, 20), (100, 460, 20), (10, 5, 100)])
def test_a_place_lies_on_the_image(row, col, side):
    grid = Grid(COLS, ROWS, (500000.0, 1, 0, 3e6, 0, -1), UTM.srs().ExportToWkt())
    window = place_around(square(row, col, side), grid).window
    assert window.row >= 0 and window.col >= 0
    assert window.row + window.rows <= ROWS and window.col + window.cols <= COLS
    assert window.col <= col and col + side <= window.col + window.cols


def test_a_large_place_is_drawn_coarser():
    wkt = UTM.srs().ExportToWkt()
    grid = Grid(4000, 4000, (500000.0, 1, 0, 3e6, 0, -1), wkt)
    place = place_around(square(1000, 1000, 1880), grid)
    assert (place.window.cols, place.factor) == (2000, 6)
