# SPDX-License-Identifier: GPL-2.0-or-later
"""What is masked of which crops, and what the rest of them shows."""

from __future__ import annotations

import bijie
import pytest
from bijie import tiny

torch = pytest.importorskip("torch")

from torch import nn

from models.experiments.ablations import ARMS
from models.training.train import trainer
from models.training.views import two_views

torch.set_num_threads(1)  # the cores have other work

NOW = {
    "ramp": (-1.0, 0.0),
    "dropout": 0.0,
}  # the branch fully on from the first step, and nothing by chance


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return bijie.make(tmp_path_factory.mktemp("data"))


@pytest.fixture
def begin(data, tmp_path):
    return lambda arm="A8", **changes: trainer(
        tiny(data, tmp_path, **{**ARMS[arm], **NOW, **changes})
    )


@pytest.mark.parametrize("statistics", ["clean", "mixed"])
@pytest.mark.parametrize("revisit, count", [(1, 4), (2, 2), (4, 1)])
def test_every_so_manieth_crop_is_masked(begin, statistics, revisit, count):
    run = begin(revisit=revisit, statistics=statistics)
    seen, masked = two_views(
        run.student,
        torch.randn(4, 3, 32, 32),
        torch.ones(count, 1, 32, 32, dtype=torch.bool),
        torch.ones(count, 1, 4, 4, dtype=torch.bool),
        run.settings,
    )
    assert len(seen.logits) == len(seen.plain) == 4
    assert len(masked.logits) == len(masked.plain) == len(masked.mixed) == count


def test_hidden_pixels_show_the_token_and_the_rest_the_image(begin):
    run, seen, hidden = begin(revisit=1), [], torch.zeros(4, 1, 32, 32, dtype=torch.bool)
    hidden[:, :, :16, 16:] = True
    nn.init.constant_(run.student.token, 7.0)
    features, clean = run.student.features, torch.randn(4, 3, 32, 32)
    run.student.features = lambda x, dropped=None: (
        seen.append((x, dropped)) or features(x, dropped)
    )
    two_views(run.student, clean, hidden, hidden[..., ::8, ::8], run.settings)
    assert torch.equal(seen[0][0], clean) and torch.equal(
        seen[1][0], torch.where(hidden, 7.0, clean)
    )
    assert seen[1][1] is None


@pytest.mark.parametrize("statistics", ["clean", "mixed"])
def test_policy_feature_drops_cells_of_an_image_that_stays_whole(begin, statistics):
    run = begin("A4", policy="feature", revisit=1, statistics=statistics)
    assert not hasattr(run.student, "token")
    cells = torch.zeros(4, 1, 4, 4, dtype=torch.bool)
    cells[:, :, 1:3] = True
    seen, masked = two_views(
        run.student.eval(), torch.randn(4, 3, 32, 32), None, cells, run.settings
    )
    assert (
        torch.allclose(seen.logits, masked.logits, atol=1e-4)
        and seen.plain[:, :, 1:3].any()
    )
    assert torch.allclose(masked.plain, seen.plain * ~cells, atol=1e-4)
