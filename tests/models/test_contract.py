# SPDX-License-Identifier: GPL-2.0-or-later
import json

import pytest
from samples import write_model

from models.contract import ELEVATION, Contract
from models.errors import InvalidModel
from models.onnxfile import describe

FULL = Contract(
    name="mrife",
    version="0.1",
    bands=("red", "green", "blue"),
    pixel_size=1.6,
    window=64,
    overlap=0.25,
    threshold=0.42,
    seed=0.6,
    min_area=500.0,
    stretch=((1, 2), (3, 4), (5, 6)),
    trained_on="somewhere",
    not_seen="elsewhere 滑坡",
    licence="none",
)


def test_round_trip_through_an_onnx_file(tmp_path):
    model = describe(write_model(tmp_path / "a.onnx", FULL, channels=3))
    assert model.contract == FULL
    assert (
        model.inputs[0].shape == (None, 3, 64, 64)
        and model.outputs[0].name == "probability"
    )
    assert (
        len(model.digest) == 8
        and model.model_id.startswith("mrife-0.1-")
        and len(model.model_id) <= 40
    )


def test_it_also_writes_what_deepness_and_geodeep_read():
    keys = FULL.to_metadata()
    assert json.loads(keys["resolution"]) == 160 and json.loads(keys["tile_size"]) == 64
    assert (
        json.loads(keys["model_type"]) == "Segmentor"
        and json.loads(keys["seg_thresh"]) == 0.42
    )
    scale = json.loads(keys["standardization_std"])[0]
    assert 200 / 255 / scale == pytest.approx(
        200
    )  # their division by 255 is undone: our graph takes raw values


def test_foreign_keys_are_enough(tmp_path):
    keys = {
        "resolution": "50",
        "tile_size": "64",
        "tiles_overlap": "10",
        "seg_thresh": "0.3",
        "standardization_mean": "[0.4, 0.5, 0.6]",
        "standardization_std": "[0.1, 0.2, 0.3]",
    }
    contract = describe(
        write_model(tmp_path / "a.onnx", channels=3, window="w", metadata=keys)
    ).contract
    assert (
        contract.pixel_size,
        contract.window,
        contract.threshold,
        contract.divide,
    ) == (0.5, 64, 0.3, 255)
    assert (
        contract.mean == (0.4, 0.5, 0.6)
        and contract.std == (0.1, 0.2, 0.3)
        and contract.overlap == 0.1
    )


@pytest.mark.parametrize(
    "keys, window, words",
    [
        ({}, 64, "'resolution'"),
        ({"resolution": "50"}, "w", "'tile_size'"),
        (
            {"resolution": "50", "standardization_mean": "[1, 2]"},
            64,
            "2 bands but its graph takes 3",
        ),
        ({"mrife_contract": "{not json"}, 64, "cannot be read"),
        (
            {"mrife_contract": json.dumps({"bands": ["x"], "window": 64})},
            64,
            "names 1 bands but its graph takes 3",
        ),
        (
            {"mrife_contract": json.dumps({"window": 128})},
            64,
            "128 pixels but its graph takes 64",
        ),
    ],
)
def test_what_is_missing_or_contradicts_is_named(tmp_path, keys, window, words):
    with pytest.raises(InvalidModel, match=words):
        describe(
            write_model(tmp_path / "a.onnx", channels=3, window=window, metadata=keys)
        )


def test_what_is_not_an_onnx_model_is_refused(tmp_path):
    good = open(write_model(tmp_path / "a.onnx", FULL, channels=3), "rb").read()
    for name, content in (
        ("text.onnx", b"plain text, no model"),
        ("empty.onnx", b""),
        ("cut.onnx", good[:200]),
        ("noise.onnx", bytes(range(256)) * 4),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidModel, match=name):
            describe(str(tmp_path / name))
    with pytest.raises(InvalidModel, match="missing.onnx"):
        describe(str(tmp_path / "missing.onnx"))


def test_other_graphs_are_refused_with_what_they_take(tmp_path):
    onnx = pytest.importorskip("onnx")
    vector = onnx.helper.make_tensor_value_info("v", 1, [1, 10])
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["v"], ["w"])],
        "g",
        [vector],
        [onnx.helper.make_tensor_value_info("w", 1, [1, 10])],
    )
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "v.onnx"))
    with pytest.raises(InvalidModel, match=r"one float image.*v \(1, 10\)"):
        describe(str(tmp_path / "v.onnx"))


def test_elevation_joins_the_bands_once():
    contract = Contract(bands=("red", "green"), stretch=((0, 9), (1, 8)))
    extended = contract.with_elevation()
    assert extended.bands == ("red", "green", "elevation")
    assert extended.image_bands == contract.bands and extended.stretch == contract.stretch
    assert extended.takes_elevation and not contract.takes_elevation
    assert extended.with_elevation() == extended


@pytest.mark.parametrize(
    "cell, alone, with_image",
    [(0.5, 1.6, 1.6), (2.5, 1.6, 1.6), (3.2, 1.6, 5.0), (4, 5.0, 5.0), (10, 5.0, 5.0)]
    + [(12, 5.0, 20.0), (15, 20.0, 20.0), (60, 20.0, 20.0), (200, 232.0, 20.0)]
    # where a finer one is too fine
    + [(81, 232.0, 20.0), (1000, 232.0, 20.0)],
)
def test_heights_are_rather_brought_to_finer_cells_than_averaged(cell, alone, with_image):
    contract = Contract(
        bands=("red", ELEVATION),
        pixel_size=1.6,
        pixel_sizes=(1.6, 5.0, 20.0),
        elevation_alone=(1.6, 5.0, 20.0, 232.0),
    )
    assert contract.nearest_pixel_size(cell, cell, alone=True) == alone
    assert contract.nearest_pixel_size(cell, cell) == with_image
    # three seconds of a degree at 60 degrees north: 46 m would bear 20 m, 92 m do not
    assert contract.nearest_pixel_size(46, 92, alone=True) == 232.0
