# SPDX-License-Identifier: GPL-2.0-or-later
"""Which part of a network computes in 16 bits, and what comes out."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from half_rounding import rounded
from onnx import TensorProto, helper, numpy_helper

from models.inference.half_floats import in_half_floats, windows_to_try
from models.onnxfile import contract_of, shipped_model

HALF, FLOAT, WHOLE = TensorProto.FLOAT16, TensorProto.FLOAT, TensorProto.INT64


def network(nodes, tensors, declared=()):
    """The bytes of a model: image (n, 1, 32, 32) to `answer`; `declared` are values whose
    type the graph says.
    """
    graph = helper.make_graph(
        [helper.make_node(kind, *names, **options) for kind, *names, options in nodes],
        "network",
        [helper.make_tensor_value_info("image", FLOAT, ["n", 1, 32, 32])],
        [helper.make_tensor_value_info("answer", FLOAT, ["n", 1, 32, 32])],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()],
        value_info=[
            helper.make_tensor_value_info(name, FLOAT, None) for name in declared
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    return model.SerializeToString()


def weights(*shape, seed=0):
    values = np.random.default_rng(seed).normal(0, 0.1, shape)
    return values.astype(np.float32)


PADDED = {"pads": [1, 1, 1, 1]}
STEM = ("Conv", ["image", "w1"], ["seen"], PADDED)
END = ("Sigmoid", ["logit"], ["answer"], {})
TENSORS = {
    "w1": weights(32, 1, 3, 3),
    "w2": weights(32, 32, 1, 1, seed=1),
    "w3": weights(1, 32, 1, 1, seed=2),
}


def kinds(data):
    """The type of what each node gives, by its name; the model is a valid one."""
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    graph = onnx.shape_inference.infer_shapes(model).graph
    return {
        port.name: port.type.tensor_type.elem_type
        for port in [*graph.value_info, *graph.output]
    }


def run(data, windows):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        data, options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, {session.get_inputs()[0].name: windows})[0]


def answers(data, seed=0, scale=1.0):
    image = scale * np.random.default_rng(seed).uniform(0, 1, (2, 1, 32, 32))
    return run(data, image.astype(np.float32))


def test_between_the_first_convolution_and_the_last_it_is_half_floats():
    plain = network(
        [
            ("Mul", ["image", "scale"], ["scaled"], {}),
            ("Conv", ["scaled", "w1"], ["seen"], PADDED),
            ("Relu", ["seen"], ["positive"], {}),
            ("Conv", ["positive", "w2"], ["mixed"], {}),
            ("Clip", ["mixed", "zero", "six"], ["clipped"], {}),
            ("Add", ["clipped", "positive"], ["sum"], {}),
            ("Conv", ["sum", "w3"], ["mapped"], {}),
            ("Mul", ["mapped", "scale"], ["logit"], {}),
            END,
        ],
        {
            **TENSORS,
            "scale": np.float32(0.5),
            "zero": np.float32(0),
            "six": np.float32(6),
        },
    )
    half = in_half_floats(plain)
    found = kinds(half)
    inner = ("positive", "mixed", "clipped", "sum", "mapped")
    outer = ("scaled", "seen", "logit", "answer")
    assert {name: found[name] for name in inner} == dict.fromkeys(inner, HALF)
    assert {name: found[name] for name in outer} == dict.fromkeys(outer, FLOAT)
    np.testing.assert_allclose(answers(half), answers(plain), atol=2e-3)


def test_what_filters_elevation_stays_in_floats():
    plain = network(
        [
            ("Conv", ["image", "slope"], ["steep"], PADDED),
            ("Relu", ["steep"], ["uphill"], {}),
            ("Conv", ["uphill", "w1"], ["seen"], PADDED),
            ("Relu", ["seen"], ["positive"], {}),
            ("Conv", ["positive", "w3"], ["logit"], {}),
            END,
        ],
        {**TENSORS, "w1": TENSORS["w1"] / 1000, "slope": weights(1, 1, 3, 3)},
    )
    half = in_half_floats(plain)
    found = kinds(half)
    assert [found[name] for name in ("steep", "uphill", "seen")] == [FLOAT] * 3
    assert [found[name] for name in ("positive", "logit")] == [HALF] * 2
    same = {"scale": 4000.0, "seed": 3}  # metres
    np.testing.assert_allclose(answers(half, **same), answers(plain, **same), atol=2e-3)


def test_what_a_graph_says_of_types_in_between_is_not_taken_over():
    nodes = [
        STEM,
        ("Relu", ["seen"], ["positive"], {}),
        ("Conv", ["positive", "w3"], ["logit"], {}),
        END,
    ]
    plain = network(nodes, TENSORS, declared=("seen", "positive"))
    half = in_half_floats(plain)
    assert kinds(half)["positive"] == HALF
    np.testing.assert_allclose(answers(half), answers(plain), atol=2e-3)


def kinds_in_half_floats(*middle):
    """Kinds of numbers of a network with these nodes between STEM and END, which answers
    in half floats as in floats.
    """
    plain = network([STEM, *middle, END], TENSORS)
    half = in_half_floats(plain)
    np.testing.assert_allclose(answers(half), answers(plain), atol=2e-3)
    return kinds(half)


def test_an_operation_that_is_not_known_computes_in_floats():
    found = kinds_in_half_floats(
        ("Erf", ["seen"], ["bent"], {}),
        ("Conv", ["bent", "w2"], ["mixed"], {}),
        ("Relu", ["mixed"], ["positive"], {}),
        ("Erf", ["positive"], ["bent again"], {}),
        ("Conv", ["bent again", "w3"], ["logit"], {}),
    )
    assert found["bent"] == found["bent again"] == FLOAT and found["positive"] == HALF


def test_a_gate_of_sigmoids_stays_in_floats_and_stops_nothing():
    found = kinds_in_half_floats(
        ("GlobalAveragePool", ["seen"], ["mean"], {}),
        ("Conv", ["mean", "w2"], ["mixed"], {}),
        ("Sigmoid", ["mixed"], ["gate"], {}),
        ("Mul", ["seen", "gate"], ["gated"], {}),
        ("Conv", ["gated", "w3"], ["logit"], {}),
    )
    assert found["mean"] == found["gate"] == FLOAT
    assert found["mixed"] == found["gated"] == HALF


def test_sizes_and_scales_are_left_alone():
    plain = network(
        [
            STEM,
            ("Relu", ["seen"], ["positive"], {}),
            ("Shape", ["positive"], ["shape"], {}),
            ("Slice", ["shape", "none", "two"], ["front"], {}),
            ("Concat", ["front", "small"], ["sizes"], {"axis": 0}),
            ("Resize", ["positive", "", "", "sizes"], ["shrunk"], {}),
            ("Resize", ["shrunk", "", "scales"], ["grown"], {}),
            ("Pad", ["grown", "border", "minus"], ["padded"], {}),
            ("Conv", ["padded", "w4"], ["logit"], {}),
            END,
        ],
        {
            **TENSORS,
            "w4": weights(1, 32, 3, 3),
            "none": np.array([0]),
            "two": np.array([2]),
            "small": np.array([16, 16]),
            "scales": np.array([1, 1, 2, 2], np.float32),
            "border": np.array([0, 0, 1, 1, 0, 0, 1, 1]),
            "minus": np.float32(-1),
        },
    )
    half = in_half_floats(plain)
    found = kinds(half)
    assert found["sizes"] == WHOLE
    assert {found[name] for name in ("shrunk", "grown", "padded", "logit")} == {HALF}
    np.testing.assert_allclose(answers(half), answers(plain), atol=2e-3)


@pytest.mark.parametrize("stored", ["16 bits", "8 bits"])
def test_weights_that_are_stored_in_fewer_bits_count_as_learnt(stored):
    if stored == "16 bits":
        unpacking = [("Cast", ["small"], ["w1"], {"to": FLOAT})]
        tensors = {"small": TENSORS["w1"].astype(np.float16)}
    else:
        unpacking = [
            ("Cast", ["small"], ["steps"], {"to": FLOAT}),
            ("Mul", ["steps", "step"], ["w1"], {}),
        ]
        tensors = {
            "small": np.rint(TENSORS["w1"] * 100).astype(np.int8),
            "step": np.full((32, 1, 1, 1), 0.01, np.float32),
        }
    plain = network(
        [
            *unpacking,
            STEM,
            ("Relu", ["seen"], ["positive"], {}),
            ("Conv", ["positive", "w3"], ["logit"], {}),
            END,
        ],
        {**tensors, "w3": TENSORS["w3"]},
    )
    half = in_half_floats(plain)
    assert kinds(half)["positive"] == HALF
    np.testing.assert_allclose(answers(half), answers(plain), atol=2e-3)


def test_a_network_without_two_convolutions_has_no_half():
    nodes = [("Conv", ["image", "w"], ["logit"], PADDED), END]
    assert in_half_floats(network(nodes, {"w": weights(1, 1, 3, 3)})) is None


def test_an_8_bit_network_has_no_half():
    nodes = [
        STEM,
        ("QuantizeLinear", ["seen", "step", "zero"], ["bytes"], {}),
        ("DequantizeLinear", ["bytes", "step", "zero"], ["floats"], {}),
        ("Conv", ["floats", "w2"], ["mixed"], {}),
        ("Conv", ["mixed", "w3"], ["logit"], {}),
        END,
    ]
    steps = {"step": np.float32(0.1), "zero": np.uint8(0)}
    assert in_half_floats(network(nodes, {**TENSORS, **steps})) is None


@pytest.mark.parametrize("elevation", [False, True])
def test_the_shipped_networks_say_the_same_in_half_floats(elevation):
    path = shipped_model(elevation=elevation)
    with open(path, "rb") as file:
        plain = file.read()
    half = in_half_floats(plain)
    graph = onnx.load_from_string(half).graph
    found = kinds(half)
    convolutions = [node.output[0] for node in graph.node if node.op_type == "Conv"]
    of_half = [name for name in convolutions if found[name] == HALF]
    assert len(of_half) > 0.9 * len(convolutions)
    windows = windows_to_try(contract_of(path), 2)
    assert np.isfinite(windows).all()
    before = run(plain, windows)
    for data in (half, rounded(plain)):
        np.testing.assert_allclose(run(data, windows), before, atol=0.01)


def test_what_is_rounded_here_is_rounded():
    with open(shipped_model(), "rb") as file:
        plain = file.read()
    windows = windows_to_try(contract_of(shipped_model()), 1)
    assert np.abs(run(rounded(plain), windows) - run(plain, windows)).max() > 1e-5
