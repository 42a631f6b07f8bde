# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
from samples import write_model

from models.contract import Contract


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Path of a network that answers with the red band."""
    contract = Contract(
        name="red", version="1", bands=("red",), window=64, threshold=0.5, seed=0.5
    )
    return str(write_model(tmp_path_factory.mktemp("model") / "red.onnx", contract))
