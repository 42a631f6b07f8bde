# SPDX-License-Identifier: GPL-2.0-or-later
"""The networks of folds that are through, and what the plugin draws with them on ground
that they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from torch import nn

from ..errors import MrifeError
from ..evaluation.calibration import Calibration
from ..training.baselines import build
from ..training.checkpoint import read_checkpoint
from ..training.export import facts
from ..training.model_file import export_onnx, load
from ..training.settings import NOTHING, Settings
from .cases import left_out
from .object_calibration import collect, fit, pool
from .plugin_run import PluginRun


def last_network(fold: Settings) -> nn.Module:
    """With its last weights, as nothing is chosen within a fold; in eval mode."""
    last = read_checkpoint(Path(fold.out) / "last.pt")
    model = build(replace(fold, pretrained=NOTHING))
    model.load_state_dict(last[fold.weights])
    return model.eval()


def model_file(
    fold: Settings, calibration: Calibration, threshold: float, seed: float
) -> str:
    """The same as a file that the plugin runs, in the folder of the fold; `threshold` and
    `seed` after calibration.
    """
    _, _, state = load(Path(fold.out) / "best.pt")
    model = last_network(fold)
    contract = replace(
        facts(model, state),
        name=fold.fold,
        version="1",
        pixel_size=fold.pixel_size,
        window=fold.crop,
        threshold=threshold,
        seed=seed,
    )
    path = Path(fold.out) / "last.onnx"
    export_onnx(model, path, contract, calibration)
    return str(path)


def confidence_of(folds: Iterable[Settings], point: dict) -> tuple[float, ...]:
    """Coefficients of the confidence of polygons, by those that each fold's network draws
    on the county that it has not seen; each county counts the same. () where not both
    right and wrong ones are drawn. `point`: what `folds.together` says, and the seed.
    """
    calibration = Calibration(**point["calibration"])
    cut = (point["calibrated_threshold"], point["calibrated_seed"])
    counties = []
    for fold in folds:
        plugin = PluginRun(model_file(fold, calibration, *cut), fold.threads)
        counties.append(collect(left_out(fold), plugin))
    try:
        return fit(pool(*counties))
    except MrifeError:
        return ()
