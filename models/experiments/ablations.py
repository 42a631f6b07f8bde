# SPDX-License-Identifier: GPL-2.0-or-later
"""The arms of the comparison: what each changes against the plain segmentation path
(section 6.8 of the method).
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import MrifeError
from ..training.settings import MRIFE_LOSSES, Settings

RECOVERY = {"recover": "cosine"}
CONTRAST = {**RECOVERY, "contrast": "both"}
DISTILL = MRIFE_LOSSES
FULL = {**DISTILL, "interact": "exchange"}

ARMS = {
    "A0": {},  # baseline: segmentation alone
    "A1": {"second": "clean"},  # as many student passes as the full method
    "A2": {"second": "masked"},  # masking as plain augmentation
    "A3": {**RECOVERY, "policy": "random"},  # recovery at all
    "A4": RECOVERY,  # masks aimed at edges
    "A5": {**RECOVERY, "contrast": "intra"},  # contrast within a crop
    "A6": CONTRAST,  # and between crops, with the queue
    "A7": DISTILL,  # self-distillation
    "A7-stopgrad": {**DISTILL, "teacher": "stopgrad"},  # without the averaged teacher
    "A8": FULL,  # interactive enhancement: the whole method
    "D": {"distill": "logit"},  # self-distillation alone
    "L-recovery": {**FULL, "recover": "off"},
    "L-contrast": {**FULL, "contrast": "off"},
    "L-distill": {**FULL, "distill": "off", "teacher": "stopgrad"},
    "L-decoys": {**FULL, "decoy": False},
    "C": {
        **FULL,
        "interact": "none",
        "distill": "proto",
    },  # an encoder of its own: is sharing the cause?
    "unet": {"network": "unet"},
    "encoder-unet": {"network": "encoder-unet", "skips": (2, 4, 8)},
    "deeplab": {"network": "deeplab", "output_stride": 16, "rates": (1, 2, 3)},
    # beside the averaged network's features those of ImageNet; regions instead of cells
    "A4-imagenet": {**RECOVERY, "lambda_imagenet": 1.0},
    "A6-regions": {**CONTRAST, "regions": True},
    "A0-shadows": {"shadows": 0.25},  # the baseline, a quarter of its crops partly shaded
}

CHOICES = {  # what section 5 of the method leaves open, one change of A8 each
    "recover-smooth": {"recover": "smooth"},
    "recover-pixel": {"recover": "pixel"},
    "unit-8": {"unit": 8, "output_stride": 8},  # a unit holds whole cells
    "unit-32": {"unit": 32},
    "temperature-0.07": {"temperature": 0.07},
    "temperature-0.3": {"temperature": 0.3},
    "queue-0": {"queue": 0},
    "queue-4096": {"queue": 4096},
    "distill-proto": {"distill": "proto"},
    "interact-alternate": {"interact": "alternate"},
    "policy-feature": {"policy": "feature"},
    "p-low": {"p_edge": 0.3, "p_interior": 0.15, "p_background": 0.05, "p_empty": 0.15},
    "p-high": {"p_edge": 0.8, "p_interior": 0.5, "p_background": 0.2, "p_empty": 0.4},
    "lambda-con-0.3": {"lambda_con": 0.3},
    "lambda-rec-0.3": {"lambda_rec": 0.3},
    "revisit-1": {"revisit": 1},
    "imagenet": {"lambda_imagenet": 1.0},
    "regions": {"regions": True},
}
ARMS.update({f"A8-{name}": {**FULL, **change} for name, change in CHOICES.items()})

PLAIN_CHOICES = {  # what the pretrained encoder leaves open, one change of A0 each
    "encoder-lr-0.1": {"encoder_lr": 0.1},
    "encoder-lr-1": {"encoder_lr": 1.0},
    "frozen-norms": {"frozen_norms": True},
    "image-scaling": {"scaling": "images"},
    "stride-8": {"output_stride": 8, "rates": (2, 4, 6)},
    "skips-2-4-8": {"skips": (2, 4, 8)},
    # the same ground, four times the pixels
    "0.8-m": {"pixel_size": 0.8, "crop": 192, "rates": (2, 4, 6)},
}
ARMS.update({f"A0-{name}": change for name, change in PLAIN_CHOICES.items()})

DATASETS = {  # what the images of each data set ask for, the same for every arm
    "bijie": {},
    "many": {
        "sources": ("bijie", "jinsha"),
        "shares": (0.85, 0.15),
        "judges": ("bijie",),
        # 0.2 and 0.4 of these learned more slowly in a third of the steps
        "islands": 0.15,
        "sensors": 0.2,
    },
    "mars": {"sources": ("mars",), "pixel_size": 232.0, "negatives": 0.0, "share": 0.35},
    "mars-dem": {
        "sources": ("mars",),
        "pixel_size": 232.0,
        "negatives": 0.0,
        "share": 0.35,
        "dem": "early",
    },
    "terrain": {  # for who has elevation alone
        "sources": ("moldavia", "mars", "scenes"),
        "shares": (0.25, 0.25, 0.5),
        "judges": ("moldavia", "mars", "scenes"),
        "channels": 0,
        "dem": "early",
        "dem_lr": 3.0,
        "dem_dropout": 0.0,
        "islands": 0.1,
        "sensors": 0.0,
    },
    "scenes": {"sources": ("scenes",)},
    "scenes-dem": {"sources": ("scenes",), "dem": "early"},
}


def seed_numbers(text: str) -> list[int]:
    """Of a list with commas, as the seeds of runs are given."""
    return [int(part) for part in text.split(",")]


def settings_of(arm: str, dataset: str, base: Settings) -> Settings:
    """`base` with what the data set asks for and what the arm changes; raises MrifeError
    for an unknown name.
    """
    for name, names in ((arm, ARMS), (dataset, DATASETS)):
        if name not in names:
            raise MrifeError("There is no '{}'; choose from {}.", name, ", ".join(names))
    return replace(base, **{**DATASETS[dataset], **ARMS[arm]})
