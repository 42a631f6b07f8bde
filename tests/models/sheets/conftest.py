# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
from samples import write_model
from survey import CONTRACT

from models.onnxfile import describe


@pytest.fixture
def model(tmp_path):
    """A network that gives back what it sees."""
    return describe(write_model(tmp_path / "identity.onnx", CONTRACT))
