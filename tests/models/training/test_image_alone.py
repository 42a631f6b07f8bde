# SPDX-License-Identifier: GPL-2.0-or-later
"""The network for images inside one that takes elevation, too."""

from __future__ import annotations

from dataclasses import asdict

import pytest

torch = pytest.importorskip("torch")
from bijie import SLIM

from models.contract import MISSING_ELEVATION
from models.errors import MrifeError
from models.training.baselines import build
from models.training.image_alone import image_alone
from models.training.model_file import load
from models.training.settings import MRIFE_LOSSES, Settings


def checkpoint(path, **changes):
    """A network with random weights, terrain planes included, as a run stores it."""
    settings = Settings(**SLIM, **changes)
    torch.manual_seed(0)
    network = build(settings)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    torch.save({"settings": asdict(settings), "model": network.state_dict()}, path)
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {},
        MRIFE_LOSSES,
        {"recover": "cosine", "interact": "none"},
        {"recover": "pixel", "policy": "feature"},
        {"network": "unet"},
        {"network": "deeplab"},
    ],
)
def test_it_says_what_the_other_says_where_no_elevation_is_shown(tmp_path, changes):
    both = checkpoint(tmp_path / "both.pt", dem="early", image_dropout=0.1, **changes)
    alone = tmp_path / "alone.pt"
    image_alone(both, alone)
    network, settings, _ = load(alone)
    assert (settings.dem, settings.planes) == ("off", 3)
    image = 255 * torch.rand(2, 3, 32, 32)
    heights = torch.full((2, 1, 32, 32), MISSING_ELEVATION)
    with torch.no_grad():
        expected = load(both)[0](torch.cat([image, heights], 1))
        assert torch.allclose(network(image), expected, atol=1e-5)


@pytest.mark.parametrize("changes", [{}, {"channels": 0, "dem": "early"}])
def test_a_network_without_both_is_refused(tmp_path, changes):
    path = checkpoint(tmp_path / "one.pt", **changes)
    with pytest.raises(MrifeError, match="does not see elevation beside an image"):
        image_alone(path, tmp_path / "o.pt")
    assert not (tmp_path / "o.pt").exists()
