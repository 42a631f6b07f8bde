# SPDX-License-Identifier: GPL-2.0-or-later
"""What a fine-tuned file promises: its name, its thresholds and what it has seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from ..contract import Contract
from ..evaluation.recalibrate import moved_seed
from .prepare import TuneJob
from .verdict import Verdict

NAME_LENGTH = 14  # of the base's name in that of the model
UNFINISHED_LENGTH = 9  # in that of one whose teaching was stopped
BEGINNINGS = {"imagenet": "ImageNet's weights", "random": "random numbers"}


def tuned_contract(
    job: TuneJob, verdict: Verdict, is_taught: bool, begins: str
) -> Contract:
    """Of the file for use: the base's own where neither network nor threshold is new.
    `is_taught`: the network is; `begins`: what one without a base began with.
    """
    contract = job.contract
    threshold = verdict.thresholds[1]
    if job.has_base and not is_taught and threshold == contract.threshold:
        return contract
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    text = f"{len(job.landslides)} landslides, {', '.join(job.names)}, {day}"
    changes = {
        "threshold": threshold,
        "seed": moved_seed(threshold, contract.threshold, contract.seed),
        "objects": (),
        "calibrated_on": text,
    }
    if not job.has_base:
        begun = BEGINNINGS.get(begins, begins)
        changes["trained_on"] = f"{text}; without a base, begun with {begun}."
        changes["not_seen"] = "Other ground and other sensors."
    elif is_taught:
        changes["name"] = f"{contract.name.partition('+')[0][:NAME_LENGTH]}+tuned"
        changes["trained_on"] = (
            f"{contract.trained_on} Fine-tuned on {text}; base {job.base.model_id}."
        )
    return replace(contract, **changes)


def unfinished_contract(job: TuneJob, step: int, steps: int) -> Contract:
    """Of a file whose teaching was stopped after `step` of its `steps`."""
    contract = job.contract
    name = contract.name.partition("+")[0][:UNFINISHED_LENGTH]
    return replace(
        contract,
        name=f"{name}+unfinished",
        objects=(),
        trained_on=f"{contract.trained_on} UNFINISHED: stopped at step {step} of "
        f"{steps}, on {', '.join(job.names)}; not compared with its base.",
    )
