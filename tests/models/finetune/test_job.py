# SPDX-License-Identifier: GPL-2.0-or-later
"""The way from rasters and polygons to a model file, with a teacher whose networks anyone
can compute: each is right on one half of the ground, and sees nothing on the other.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from samples import PLACE, FakeDetector, write_model, write_raster
from tuned_by_hand import COLS, CONTRACT, OTHER, ROWS, SIDE, UTM, label, levels, square

from models.errors import MrifeError
from models.finetune.cuts import REGION, TILE, read_cuts
from models.finetune.job import FineTuning
from models.finetune.labels import LabelCount
from models.finetune.objects import (
    ObjectComparison,
    contract_for_use,
    lacks_confidence,
)
from models.finetune.prepare import TuneRequest, prepare_tune
from models.inference.raster import Raster
from models.onnxfile import describe

PLACES = [(50, 40), (50, 110), (50, 180), (50, 270), (50, 340), (50, 430)]
OPTIONS = (("batch", 4),)
SEEN = {"step": 4, "steps": 4, "losses": {"seg": 0.25}}
LAPS = (
    {"run": "fold-1", "iou": 0.5, "average_precision": 0.6, **SEEN},
    {"run": "whole", "iou": None, "average_precision": None, **SEEN},
)


def image(path, places=PLACES, sheet=(0, COLS), void=COLS):
    """Columns of bands with what base, first and second network see: the base landslides
    and another place alike, each of the others those of its half; from `void` on there
    are no pixels.
    """
    base = levels(*places, OTHER, height=100, ground=40)
    first = levels(*[place for place in places if place[1] < COLS // 2], height=200)
    second = levels(*[place for place in places if place[1] > COLS // 2], height=200)
    noise = np.random.default_rng(0).integers(0, 3, (3, ROWS, COLS))
    values = np.stack([base, first, second]) + noise
    values[:, :, void:] = 0
    values = values.astype(np.uint8)[:, :, slice(*sheet)]
    return write_raster(path, values, (PLACE[0] + sheet[0], *PLACE[1:]), nodata=0)


class Work(NamedTuple):
    """A job that is through: what it said, what the worker was asked for, and the model
    files by name.
    """

    tuning: FineTuning
    steps: list
    asked: list
    files: dict

    @property
    def result(self):
        return self.tuning.result

    @property
    def said(self):
        return [str(step.note) for step in self.steps if step.note is not None]


def work(
    folder,
    contract=CONTRACT,
    places=PLACES,
    unlabelled=(),
    more=(),
    sheets=((0, COLS),),
    void=COLS,
    **request,
):
    files = {
        name: write_model(folder / f"{name}.onnx", contract, 3, factor=factor)
        for name, factor in (("base", 1), ("one", 2), ("two", 3), ("use", 4))
    }
    bands = {files["base"]: 0, files["one"]: 1, files["two"]: 2}
    asked = []

    @contextmanager
    def detector(model):
        band = bands[model.path]
        yield FakeDetector(lambda batch: batch[:, band].astype(np.float32) / 250)

    def teach(lesson):
        asked.append(lesson)
        if lesson.get("check"):
            yield {"models": []}
            return
        yield from (dict(lap) for lap in LAPS)
        yield {"models": [files["one"], files["two"], files["use"]]}

    labels = [label(*place) for place in (*PLACES, *more)]
    paths = [
        image(folder / f"image-{number}.tif", places, sheet, void)
        for number, sheet in enumerate(sheets)
    ]
    job = prepare_tune(
        describe(files["base"]),
        [Raster(path, (), contract) for path in paths],
        ["gorge"] * len(sheets),
        labels,
        LabelCount(len(labels), 0, 0, 0),
        UTM,
        TuneRequest(**{"whole": True, "stage": "all", "steps": 4, **request}),
        [Raster(path, (), contract) for path in unlabelled],
    )
    tuning = FineTuning(job, detector, teach)
    (folder / "work").mkdir()
    steps = list(tuning.run(folder / "work", folder / "made"))
    return Work(tuning, steps, asked, files)


def outlined(tuned):
    comparison = ObjectComparison(tuned)
    list(comparison.run())
    return comparison.result


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    contract = replace(CONTRACT, name="abcdefghijklmnopqrst")
    return work(tmp_path_factory.mktemp("taught"), contract, seed=7, options=OPTIONS)


def test_each_network_is_judged_on_the_half_that_it_did_not_see(taught):
    """The first one on the west: there it sees the landslides and nothing else."""
    verdict = taught.result.verdict
    assert verdict.tuned.iou.value == 1
    landslides = len(PLACES) * SIDE**2
    assert verdict.base.iou.value == pytest.approx(landslides / (landslides + SIDE**2))
    # all ground is judged, also between the halves
    assert [int(each.slide.sum()) for each in verdict.counts] == [landslides] * 2
    assert int(verdict.counts[0].background.sum()) == ROWS * COLS - landslides
    base, tuned = verdict.thresholds
    assert 42 / 250 < base <= 100 / 250 and 12 / 250 < tuned <= 200 / 250


def test_steps_go_up_and_say_what_comes(taught):
    shares = [step.share for step in taught.steps]
    assert shares == sorted(shares) and shares[-1] == 1
    first, fold, use, last = taught.said
    assert first.startswith("The base on this ground: IoU 0.000 at its own threshold 0.5")
    assert fold.startswith("Stretch 1 left out: step 4 of 4, training loss 0.250; on that")
    assert use == "All ground: step 4 of 4, training loss 0.250."
    assert last.startswith("Whether it is better is not known: IoU 0.857 before, 1.000 a")


def test_of_few_landslides_no_interval_says_that_a_network_is_better(taught):
    """Squares of the same six are alike, however many there are."""
    result = taught.result
    assert result.verdict.squares > 30 and result.is_better is None
    for gain in (result.iou_gain, result.verdict.average_precision_gain):
        assert gain.value > 0 and np.isnan([gain.low, gain.high]).all()
    assert result.model_to_use("mine.onnx") == taught.files["base"]


def test_the_worker_is_asked_whether_it_can_before_the_ground_is_searched(taught):
    first, lesson = taught.asked
    assert first["check"] and "check" not in lesson
    assert (lesson["folds"], lesson["seed"], lesson["steps"]) == (2, 7, 4)
    assert (lesson["learn"], lesson["lr"]) == ("all", 1e-4)
    assert lesson["base"] == taught.files["base"] and lesson["options"] == OPTIONS


def test_of_few_landslides_where_all_was_looked_at_there_is_none_either(tmp_path):
    """Three more lie south of the reviewed area: they are taught, and not judged."""
    area = [square(20, place, 60).wkb for place in range(0, COLS, 60)]
    south = [(95, 40), (95, 180), (95, 340)]
    result = work(tmp_path, more=south, area=area, whole=False).result
    assert len(result.job.landslides) == 9 and result.is_better is None


def test_of_few_landslides_that_the_image_shows_there_is_none_either(tmp_path):
    """Of nine two lie where it has no pixels."""
    more = [(10, 40), (10, 180), (90, 440)]
    result = work(tmp_path, more=more, void=420).result
    assert len(result.job.landslides) == 9 and result.is_better is None


@pytest.mark.parametrize(
    "sheets",
    [((0, COLS), (0, COLS)), ((0, 300), (200, COLS)), ((0, 100), (0, COLS), (50, 90))],
    ids=["the same twice", "with a margin", "and parts of it"],
)
def test_ground_that_several_sheets_show_counts_once(taught, tmp_path, sheets):
    """Score, threshold, false candidates and found landslides are those of one image."""
    made = work(tmp_path, sheets=sheets).result
    verdict = made.verdict
    for counts, once in zip(verdict.counts, taught.result.verdict.counts):
        assert (counts.slide == once.slide).all()
        assert (counts.background == once.background).all()
    assert verdict.thresholds == taught.result.verdict.thresholds
    change, once = map(outlined, (made, taught.result))
    for network, alone in ((change.before, once.before), (change.after, once.after)):
        assert (network.right, network.false) == (alone.right, alone.false)
        assert network.searched == pytest.approx(1, abs=2e-3)
    assert len(change.landslides) == len(PLACES) and change.after.missed == 0


def test_an_image_given_twice_is_no_more_ground_for_an_interval(tmp_path):
    more = [(90, place) for place in (60, 160, 310, 410)]
    gains = []
    for name, sheets in (("once", ((0, COLS),)), ("twice", ((0, COLS), (0, COLS)))):
        (tmp_path / name).mkdir()
        gains.append(work(tmp_path / name, more=more, sheets=sheets).result.iou_gain)
    assert gains[0].low < gains[0].value and gains[0] == gains[1]


def test_the_file_for_use_says_where_it_comes_from(taught, tmp_path):
    contract = taught.result.contract
    assert taught.result.model == taught.files["use"]
    assert contract.name == "abcdefghijklmn+tuned"
    base, tuned = taught.result.verdict.thresholds
    assert contract.threshold == tuned != base
    assert "6 landslides, gorge" in contract.trained_on
    assert taught.tuning.job.base.model_id in contract.trained_on
    taught.tuning.write_model(tmp_path / "tuned.onnx", contract)
    assert describe(tmp_path / "tuned.onnx").contract == contract


def test_a_tuned_base_has_the_new_threshold_and_no_old_confidence(tmp_path):
    objects = (1.0, 2.0, 3.0, 4.0, 5.0)
    names = {"name": "base+tuned", "threshold": 0.4, "seed": 0.6, "objects": objects}
    result = work(tmp_path, replace(CONTRACT, **names)).result
    contract = result.contract
    assert contract.name == "base+tuned" and contract.objects == ()
    assert contract.threshold == result.verdict.thresholds[1]
    assert contract.seed == pytest.approx(contract.threshold + 0.2)


def test_the_threshold_alone_is_chosen_without_a_worker(tmp_path):
    done = work(tmp_path, stage="recalibrate")
    result = done.result
    assert not done.asked and result.model is None and result.before == result.after
    assert result.contract.name == "base" and not result.contract.trained_on
    assert result.contract.calibrated_on.startswith("6 landslides, gorge")
    assert 42 / 250 < result.contract.threshold <= 100 / 250
    assert "From 6 landslides only the threshold" in done.said[-1]
    before, after = result.scores
    assert before.iou.value == 0  # all is below the base's own threshold
    assert after.iou.value == result.iou_gain.value > 0.8
    assert np.isnan(result.iou_gain.low) and np.isnan(before.iou.low)
    done.tuning.write_model(tmp_path / "again.onnx", result.contract)
    assert describe(tmp_path / "again.onnx").contract == result.contract


def test_where_the_threshold_stays_the_contract_stays(tmp_path):
    """0.3 parts the landslides from the ground as well as any: confidence, seed and what
    they were fitted to are the base's, in the file too.
    """
    own = {"threshold": 0.3, "seed": 0.35, "objects": (1.0, 2.0, 3.0, 4.0, 5.0)}
    contract = replace(CONTRACT, **own, calibrated_on="Bijie")
    done = work(tmp_path, contract, stage="recalibrate")
    assert "the model's own (0.3), which stays" in done.said[-1]
    comparison = ObjectComparison(done.result)
    list(comparison.run())
    assert done.result.contract == contract
    assert contract_for_use(done.result, comparison.result) == contract
    assert not lacks_confidence(done.result, comparison.result)


def test_a_new_threshold_takes_the_confidence_that_was_fitted_to_another(tmp_path):
    contract = replace(CONTRACT, objects=(1.0, 2.0, 3.0, 4.0, 5.0))
    done = work(tmp_path, contract, stage="recalibrate")
    comparison = ObjectComparison(done.result)
    list(comparison.run())
    assert contract_for_use(done.result, comparison.result).objects == ()
    assert lacks_confidence(done.result, comparison.result)


def test_outside_the_reviewed_area_nothing_is_judged(tmp_path):
    """Rows 40 to 100 hold all landslides and not the other place."""
    area = [square(40, place, 60).wkb for place in range(0, COLS, 60)]
    done = work(tmp_path, area=area, whole=False, stage="recalibrate")
    verdict = done.result.verdict
    assert verdict.base.iou.value == 1
    assert verdict.landslide_share == pytest.approx(6 * SIDE**2 / (60 * COLS))


def test_ground_counts_alike_on_images_of_other_pixels(tmp_path):
    """A sheet of 1 m with six landslides, and one of 4 m as wide beside it with two: the
    base's own threshold paints those of the second alone.
    """
    east = (PLACE[0] + COLS, 4.0, 0.0, PLACE[3], 0.0, -4.0)
    coarse = np.zeros((3, ROWS // 4, COLS // 4), np.uint8)
    coarse[0, 10:15, 10:15] = coarse[0, 10:15, 100:105] = 200
    paths = [
        image(tmp_path / "fine.tif"),
        write_raster(tmp_path / "coarse.tif", coarse + np.uint8(10), east),
    ]
    beside = [(40, COLS + 40), (40, COLS + 400)]
    labels = [label(*place) for place in (*PLACES, *beside)]
    base = write_model(tmp_path / "base.onnx", CONTRACT, 3)

    @contextmanager
    def detector(model):
        yield FakeDetector(lambda batch: batch[:, 0].astype(np.float32) / 250)

    job = prepare_tune(
        describe(base),
        [Raster(path, (), CONTRACT) for path in paths],
        ["fine", "coarse"],
        labels,
        LabelCount(len(labels), 0, 0, 0),
        UTM,
        TuneRequest(whole=True, stage="recalibrate"),
    )
    tuning = FineTuning(job, detector, teach=None)
    (tmp_path / "work").mkdir()
    list(tuning.run(tmp_path / "work", tmp_path / "work"))
    verdict = tuning.result.verdict
    ground = 2 * ROWS * COLS
    assert verdict.landslide_share == pytest.approx(8 * SIDE**2 / ground, rel=0.01)
    assert verdict.counts[0].at(CONTRACT.threshold).iou == pytest.approx(2 / 8, rel=0.01)


MOVED = [(row - 10, col + 20) for row, col in PLACES]  # what the image shows


def test_outlines_beside_the_landslides_are_refused_before_anything_is_taught(tmp_path):
    with pytest.raises(MrifeError, match=r"lie 2[0-4] m beside.*\(20 m to the west"):
        work(tmp_path, places=MOVED)


def test_a_shift_that_is_allowed_is_said(tmp_path):
    done = work(tmp_path, places=MOVED, max_shift_m=30, stage="recalibrate")
    words = "(20 m to the west, 10 m to the south"
    assert any(words in text for text in done.said)


def test_a_shift_by_chance_refuses_nothing(tmp_path):
    """Noise under the outlines has its best fit somewhere."""
    beside = [(100, 10), (100, 80), (100, 150), (100, 220), (100, 300), (100, 370)]
    shift = work(tmp_path, places=beside, stage="recalibrate", max_shift_m=0).result.shift
    assert not shift.is_sure and shift.length > 0


def test_images_without_labels_go_to_the_worker_and_none_of_them_is_judged(tmp_path):
    elsewhere = np.random.default_rng(0).integers(1, 250, (3, 400, 250))
    place = (PLACE[0] + 1e5, 1.0, 0.0, PLACE[3] - 1e5, 0.0, -1.0)
    path = write_raster(tmp_path / "other.tif", elsewhere.astype(np.uint8), place)
    made = work(tmp_path, unlabelled=[path])
    assert [lesson["adapt"] for lesson in made.asked] == [True, True]
    assert made.said[0] == (
        "First the network adapts to 1 images without labels, in 4 steps."
    )
    cuts = read_cuts(tmp_path / "work" / "samples" / REGION, TILE)
    assert cuts.pixels.shape == (2, 3, 192, 192)
    assert np.array_equal(cuts.pixels[0], elsewhere[:, :192, :192])
    verdict = made.result.verdict
    assert int(verdict.counts[0].background.sum()) < ROWS * COLS


def test_what_a_run_with_other_inputs_left_is_said(tmp_path):
    made = work(tmp_path)
    job = made.tuning.job
    model = tmp_path / "mine [1].onnx"
    own = job.checkpoints_beside(model)
    other = replace(job, seed=5).checkpoints_beside(model)
    for folder in (own, other, tmp_path / ".mine 1-0123456789ab.training"):
        folder.mkdir()
    assert job.others_beside(own) == [other]
    assert job.others_beside(job.checkpoints_in(tmp_path)) == []
    (tmp_path / "again").mkdir()
    said = [step.note for step in made.tuning.run(tmp_path / "again", own) if step.note]
    assert any(str(other) in str(note) for note in said)
    assert not any("other images" in text for text in made.said)


def test_a_run_that_is_stopped_before_its_samples_asks_no_worker_for_a_model(tmp_path):
    """An earlier one of the same job had kept networks, and the samples went with it."""
    made = work(tmp_path)
    checkpoints = tmp_path / "kept"
    (checkpoints / "fold-1").mkdir(parents=True)
    (checkpoints / "fold-1" / "epoch-1.pt").touch()
    steps = made.tuning.run(tmp_path / "again", checkpoints)
    next(steps)
    before = len(made.asked)
    said = made.tuning.write_unfinished(tmp_path / "mine.onnx")
    assert "no model is kept" in str(said) and len(made.asked) == before


def test_a_threshold_alone_adapts_to_nothing(tmp_path):
    path = image(tmp_path / "other.tif")
    made = work(tmp_path, unlabelled=[path], stage="recalibrate")
    assert "images without labels are not looked at" in made.said[0] and not made.asked
