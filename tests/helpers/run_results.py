# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up results of `matrix` whose numbers are known."""

from __future__ import annotations

import json

import numpy as np

from models.evaluation.pixel_metrics import LEVELS

IMAGES = [[f"image {i}", 60 + i, 20, 20 - i % 7] for i in range(30)]


def better(images: list, by: int = 10) -> list:
    """As many missed pixels found, image by image."""
    return [[name, both + by, false, missed - by] for name, both, false, missed in images]


def histograms(recall: float = 0.8) -> dict:
    """Landslides at 1 or 0.5, ground at 0.5 or 0: precision is 1 up to `recall`, 0.5
    beyond.
    """
    slide, ground = np.zeros(LEVELS + 1), np.zeros(LEVELS + 1)
    slide[LEVELS], slide[LEVELS // 2], ground[LEVELS // 2], ground[0] = (
        100 * recall,
        100 * (1 - recall),
        100,
        800,
    )
    return {"slide": slide.tolist(), "background": ground.tolist()}


def result(
    arm: str = "A0", seed: int = 0, images: list = IMAGES, recall: float = 0.8, **test
) -> dict:
    scores = {
        "threshold": 0.5,
        "precision": 0.8,
        "recall": 0.8,
        "f1": 0.8,
        "iou": 0.6,
        "miou": 0.7,
        "average_precision": 0.85,
        "boundary_f1": 0.5,
        "false_windows": 0.1,
        "calibration_error": 0.02,
    }
    curve = [
        {
            "step": 100 * k,
            "seconds": (30 + seed) * k,
            "iou": 0.6 - 0.5 / k,
            "average_precision": 0.8 - 0.6 / k,
        }
        for k in range(1, 6)
    ]
    return {
        "arm": arm,
        "settings": {"seed": seed},
        "steps": 500,
        "best_step": 400,
        "seconds": 150.0,
        "seconds_per_step": 0.3,
        "device": "cpu",
        "curve": curve,
        "parameters": 1.5,
        "gmac": 2.25,
        "validation": {"iou": 0.65},
        "test": {**scores, **test},
        "images": images,
        **histograms(recall),
    }


def write(folder, *results: dict, ground: str = "bijie", budget: str = "500"):
    for run in results:
        place = folder / ground / budget / f"{run['arm']}-{run['settings']['seed']}"
        place.mkdir(parents=True)
        (place / "result.json").write_text(json.dumps(run))
    return folder
