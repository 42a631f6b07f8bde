# SPDX-License-Identifier: GPL-2.0-or-later
"""The two sheets: what is drawn follows its rules, and the command writes both."""

from __future__ import annotations

import json

import bijie
import numpy as np
import pytest
from osgeo import gdal
from samples import write_model

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from models.contract import Contract
from models.experiments import gallery
from models.experiments.cases import Case


def picture(name: str, truth: int, hit: int, false: int) -> gallery.Picture:
    """100 x 100 pixels: so many of a landslide, so many of these found, so many
    painted beside it.
    """
    mask, guess = np.zeros(10_000, bool), np.zeros(10_000, bool)
    mask[:truth] = guess[:hit] = guess[truth : truth + false] = True
    case = Case(truth > 0, np.zeros((3, 100, 100), np.uint8), mask.reshape(100, 100))
    return gallery.Picture(
        name, case, guess.reshape(100, 100), guess.reshape(100, 100).astype(float)
    )


def names(pictures) -> list[str]:
    return [p.name for p in pictures]


def test_successes_are_spread_over_the_better_half():
    pictures = [picture(f"{hit:03}", 1000, hit, 0) for hit in range(0, 1000, 10)] + [
        picture("none", 0, 0, 0)
    ]
    drawn = names(gallery.successes(pictures[::-1]))
    assert drawn[0] == "990" and drawn[-1] == "500" and len(drawn) == 10
    assert {int(a) - int(b) for a, b in zip(drawn, drawn[1:])} <= {50, 60}
    assert len(gallery.successes(pictures[:4])) == 2


def test_failures_are_the_worst_of_three_kinds_and_none_twice():
    pictures = [picture(f"missed {i}", 100 * i, 0, 5000 * (i == 9)) for i in range(1, 10)]
    pictures += [picture(f"fooled {i}", 100, 90, 100 * i) for i in range(5)]
    pictures += [picture(f"ground {i}", 0, 0, 100 * i) for i in range(5)]
    assert names(gallery.failures(pictures)) == [
        "missed 9",
        "missed 8",
        "missed 7",
        "missed 6",
        "fooled 4",
        "fooled 3",
        "fooled 2",
        "ground 4",
        "ground 3",
        "ground 2",
    ]


def test_captions_give_the_shares():
    assert (
        gallery.caption(picture("a", 1000, 750, 500))
        == "a  IoU 0.50\n25% missed, 5% of image false"
    )
    assert (
        gallery.caption(picture("b", 0, 0, 1000)) == "b\nno landslide here, 10% painted"
    )


@pytest.mark.parametrize("options", [[], ["--without-images"]])
def test_the_command_writes_two_sheets(tmp_path, capsys, options):
    """A model that answers with the red band, bright discs on dark ground."""
    contract = Contract(
        name="red", version="1", bands=("red",), window=64, threshold=0.5, seed=0.5
    )
    model = write_model(tmp_path / "red.onnx", contract)
    gallery.main(
        [
            "--model",
            str(model),
            "--data",
            bijie.make(tmp_path),
            "--split",
            "test",
            "--out",
            str(tmp_path / "sheets"),
            *options,
        ]
    )
    success, failure = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(success["images"]) == 3 and len(failure["images"]) == 6 + 3
    for line in (success, failure):
        sheet = gdal.Open(line["file"]).ReadAsArray()
        assert sheet.shape[2] > 1000 and sheet[:3].std() > 20
        blue = (sheet[0] < 60) & (abs(sheet[1].astype(int) - 191) < 40) & (sheet[2] > 200)
        orange = (
            (sheet[0] > 200) & (abs(sheet[1].astype(int) - 140) < 40) & (sheet[2] < 60)
        )
        assert blue.sum() > 200 and orange.sum() > 200
