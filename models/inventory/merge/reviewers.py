# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose decisions a layer holds, into which the reviews of several people were put."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..language import folded
from .outline import MatchOutline


def with_reviewers(outlines: Sequence[MatchOutline]) -> list[MatchOutline]:
    """The outlines, of layers that hold several reviews with who reviewed them.

    Such a layer has one candidate with decisions of two people. Where none has, each of
    them went on with what the others had left in the layer, and it is one review.
    """
    names = defaultdict(set)  # by layer and candidate
    for outline in outlines:
        if outline.author is not None and (outline.human or outline.rejected):
            candidate = (outline.layer, outline.wkb, outline.values.get("ls_id"))
            names[candidate].add(_name(outline))
    several = {layer for (layer, *_), people in names.items() if len(people) > 1}
    return [
        replace(outline, reviewer=_name(outline)) if outline.layer in several else outline
        for outline in outlines
    ]


def _name(outline: MatchOutline) -> str:
    return folded(str(outline.values.get("reviewer") or ""))
