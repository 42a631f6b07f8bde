# SPDX-License-Identifier: GPL-2.0-or-later
"""Every choice of a training run in one place; a checkpoint carries it along."""
from __future__ import annotations

from dataclasses import dataclass

from ..errors import MrifeError

ENCODERS = ("slim", "resnet18", "resnet50", "resnet101")
POLICIES = ("edge", "random", "interior", "none")


@dataclass(frozen=True)
class Settings:
    """Lengths in model pixels unless said otherwise; shares and weights are plain numbers."""

    data: str = ""                   # folder holding bijie/
    out: str = "runs/mrife"          # folder of the checkpoints and of log.jsonl
    seed: int = 0
    threads: int = 2
    # what the network sees
    pixel_size: float = 1.6          # m; images are averaged down to it once, when they are loaded
    crop: int = 96                   # side of a training crop
    batch: int = 16
    negatives: float = 0.5           # share of a batch that holds no landslide
    mining: bool = True              # draw negatives in proportion to how wrong the network still is on them
    colour: float = 1.0              # strength of the colour jitter
    share: float = 0.05              # of the ground under landslides, in the mind of whoever chooses on validation
    # the network
    channels: int = 3
    encoder: str = "slim"
    width: int = 32                  # of the slim encoder's first stage
    output_stride: int = 8           # 8: stages 3 and 4 dilated, 16: stage 4 dilated
    rates: tuple[int, ...] = (2, 4, 6)   # of ASPP, in cells; 2/4/6 of a crop's 12 reach across it
    dropout: float = 0.1
    # how it learns
    steps: int = 9400
    epoch_steps: int = 400
    minutes: float = 0.0             # above 0 the schedule follows the clock and `steps` is only an upper bound
    save_minutes: float = 3.0        # a killed run loses at most this
    lr: float = 1.5e-3
    weight_decay: float = 0.05
    warmup: float = 0.05             # share of the run
    clip: float = 3.0
    ema: float = 0.995               # of the averaged weights, which are also the teacher
    bf16: bool = False
    # the enhancement branch; enhance=False builds none of it
    enhance: bool = False
    exchange: bool = True
    policy: str = "edge"
    decoy: bool = True
    unit: int = 16                   # side of a mask unit
    tolerance: float = 0.02          # of a block's label share, for "all background" and "all landslide"
    p_edge: float = 0.6
    p_interior: float = 0.3
    p_background: float = 0.1
    p_empty: float = 0.3             # crops without landslide
    lambda_rec: float = 1.0
    lambda_con: float = 0.1
    lambda_sd: float = 0.5
    temperature: float = 0.1
    scope: str = "both"              # contrast within a crop (intra), between crops and queue (inter), or both
    queue: int = 1024                # keys remembered per class; 0: none
    anchors: int = 128               # per class and batch
    ramp: tuple[float, float] = (0.05, 0.20)   # share of the run where w(t) leaves 0 and where it reaches 1

    def __post_init__(self) -> None:
        if self.encoder not in ENCODERS:
            raise MrifeError(f"There is no encoder '{self.encoder}'; choose one of {', '.join(ENCODERS)}.")
        if self.policy not in POLICIES:
            raise MrifeError(f"There is no mask policy '{self.policy}'; choose one of {', '.join(POLICIES)}.")
        if self.output_stride not in (8, 16):
            raise MrifeError(f"The output stride is {self.output_stride}; it can be 8 or 16.")
        if self.crop % self.unit or self.unit % self.output_stride:
            raise MrifeError(f"A crop of {self.crop} pixels must be a multiple of the mask unit ({self.unit}), and "
                             f"that of the output stride ({self.output_stride}).")
