# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers of networks that do not learn, as a second lesson: of the whole crop, from all
its sides, also where what learns sees an island of it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from bijie import lived, tiny

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.chips import IGNORE
from models.training.datasets import load_chips
from models.training.guides import SYMMETRIES, Guides
from models.training.sampler import Sampler
from models.training.train import trainer

torch.set_num_threads(1)  # the cores have other work


@pytest.fixture(scope="module")
def two(data, tmp_path_factory) -> list[str]:
    """Checkpoints of two networks of which each answers its own."""
    paths = []
    for seed in (1, 2):
        out = tmp_path_factory.mktemp("guide")
        model = lived(tiny(data, out), seed)
        torch.save({"model": model.state_dict()}, out / "best.pt")
        paths.append(str(out / "best.pt"))
    return paths


def test_over_eight_steps_the_mean_over_all_sides_is_answered():
    """A network that looks north alone: brighter in a crop's first rows."""

    class North(torch.nn.Module):
        def forward(self, crops: torch.Tensor) -> torch.Tensor:
            return crops[:, :1] * torch.linspace(3, -3, 32)[:, None]

    guides = Guides([North()])
    crops = torch.ones(1, 3, 32, 32)
    crops[..., :8] = 0.5
    answers = [guides.answer(crops, step) for step in range(SYMMETRIES)]
    expected = []
    for mirrored in (False, True):
        for turn in range(4):
            laid = (crops.flip(3) if mirrored else crops).rot90(turn, (2, 3))
            answer = North()(laid).sigmoid().rot90(-turn, (2, 3))
            expected.append(answer.flip(3) if mirrored else answer)
    for answer, wanted in zip(answers, expected):
        assert torch.allclose(answer, wanted)
    assert len({answer.sum().item() for answer in answers}) > 1
    assert not torch.allclose(answers[0], answers[2])


def test_several_guides_answer_in_the_mean(data, two, tmp_path):
    settings = tiny(data, tmp_path)
    sampler = Sampler(settings, load_chips(settings, "train"))
    plain = sampler.draw(3).weak

    def answered(*paths: str) -> torch.Tensor:
        asked = replace(settings, guides=paths)
        guides = Guides.of(asked, sampler, torch.device("cpu"))
        return guides.answer(plain, 5)

    first, second = (answered(path) for path in two)
    assert not torch.allclose(first, second, atol=1e-3)
    assert torch.allclose(answered(*two), (first + second) / 2, atol=1e-6)


def test_a_guide_sees_the_whole_of_what_is_shown_as_an_island(data, two, tmp_path):
    settings = tiny(data, tmp_path, guides=tuple(two), islands=1.0, colour=0.0, sensors=0.0)
    chips = load_chips(settings, "train")
    island = Sampler(settings, chips).draw(4)
    lone = Sampler(replace(settings, guides=(), islands=0.0), chips)
    assert lone.draw(4).plain is None
    different = (island.plain - island.weak).abs().amax(1, keepdim=True) > 20
    gaps = island.label == IGNORE
    assert different.any()
    assert (different & ~gaps).float().mean() < 0.01  # the noise of the jitter at most
    assert torch.equal(island.plain[0], Sampler(settings, chips).draw(4).plain[0])


def test_what_learns_comes_to_answer_as_its_guide_does(data, two, tmp_path):
    guide, other = two

    def distance(share: float) -> float:
        """From the guide's answers after some steps."""
        run = trainer(
            tiny(
                data,
                tmp_path,
                start=other,
                guides=(guide,),
                lambda_guide=share,
                frozen_norms=True,
                lr=3e-3,
                steps=30,
                colour=0.0,
                sensors=0.0,
                islands=0.0,
                dropout=0.0,
            )
        )
        for _ in range(30):
            assert "guide" in run.train_step()
        batch = run.sampler.draw(0)
        guided = run.guides.answer(batch.plain, 0)
        with torch.no_grad():
            answer = run.student(batch.plain).sigmoid()
        return float((answer - guided).abs().mean())

    assert distance(20.0) < 0.7 * distance(0.0)


def test_the_whole_method_has_guides_too(data, two, tmp_path):
    run = trainer(
        tiny(data, tmp_path, **ARMS["A8"], guides=tuple(two), ramp=(-1.0, 0.0))
    )
    assert {"seg", "guide", "rec"} <= run.train_step().keys()


@pytest.mark.parametrize("lost", ["gone.pt", "gone.onnx"])
def test_a_guide_that_is_not_there_is_named(data, tmp_path, lost):
    with pytest.raises(MrifeError, match="gone"):
        trainer(tiny(data, tmp_path, guides=(str(tmp_path / lost),)))


def test_a_guide_of_another_network_is_refused(data, two, tmp_path):
    with pytest.raises(MrifeError, match="another network"):
        trainer(tiny(data, tmp_path, guides=tuple(two), width=16))
