# SPDX-License-Identifier: GPL-2.0-or-later
"""Which model a probability raster is calibrated with."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from samples import IDENTITY, write_model

from models.errors import MrifeError
from models.model_calibration import model_of
from models.onnxfile import describe, shipped_models


def made_by(model_id):
    run = SimpleNamespace(model_id=model_id)
    return SimpleNamespace(name="p", outline=SimpleNamespace(run=run))


def test_without_a_file_it_is_the_shipped_one_that_made_the_raster():
    """A search with heights takes another one than a search without."""
    models = [describe(path) for path in shipped_models()]
    assert {"mrife", "mrife-dem"} <= {model.contract.name for model in models}
    assert [model_of(made_by(one.model_id), None) for one in models] == models


def test_another_ones_raster_is_refused(tmp_path):
    path = write_model(tmp_path / "own.onnx", IDENTITY)
    own = describe(path).model_id
    assert model_of(made_by(own), path).path == path
    with pytest.raises(MrifeError, match=f"'{own}', not by 'mrife-0"):
        model_of(made_by(own), None)
    with pytest.raises(MrifeError, match="choose the model that made it"):
        model_of(made_by("mrife-dem-0"), path)
    with pytest.raises(MrifeError, match="does not say which model made it"):
        model_of(made_by(None), path)
