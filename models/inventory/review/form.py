# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reviewer's form holds: tabs, rules and defaults as QGIS expressions, words by
their keys in `Language`.
"""

from __future__ import annotations

from ..confidence import HIGH, MODERATE
from ..language import Language
from ..schema import (
    CONFIDENCE,
    IDENTITY,
    QUALITY,
    REVIEW,
    SHAPE,
    SIZE,
    STATUS,
    TERRAIN,
)
from ..status import CONFIRMED, OPEN, REJECTED
from .points import MAX_POINTS, POINTS, class_expression
from .triage import LIKELY_MEAN

GAP = " " * 5  # between two entries of a line
MIN_RANK_DIGITS = 4  # in the list beside the form
# all else is read-only
BY_PERSON = {field.name for field in REVIEW} | {"usgs_conf", "resolve"}
CODES = ("tri_why", "flags")
# of the attribute table, in this order, and their least widths in pixels; "" is the menu
# of actions
COLUMNS = {
    "in_name": 170,
    "in_verdict": 110,
    "in_kind": 150,
    "in_fails": 110,
    "in_warns": 90,
    "in_advice": 400,
    "look_rank": 90,
    "look_why": 150,
    "look_score": 90,
    "look_kind": 130,
    "rev_rank": 130,
    "": 130,
    "ls_id": 170,
    "conflict": 220,
    "resolve": 160,
    "with_ids": 170,
    "cls": 80,
    "ev_result": 200,
    "ev_cover": 90,
    "ev_iou": 90,
    "cmp_change": 90,
    "cmp_iou": 90,
    "water_by": 180,
    "water_sc": 170,
    "ls_part": 170,
    "line_m": 150,
    "dir_from": 150,
    "ls_count": 90,
    "ls_per_km2": 140,
    "ls_share": 170,
    "cell_m2": 160,
    "conf_cls": 160,
    "conf": 110,
    "p_mean": 160,
    "area_m2": 110,
    "triage": 90,
    "tri_why": 220,
    "status": 110,
    "rej_why": 180,
    "remarks": 220,
    "length_m": 110,
    "width_m": 110,
    "dir8": 100,
    "relief_m": 100,
    "slope_mean": 150,
    "dem_chk": 190,
    "flags": 180,
    "movement": 140,
    "material": 110,
    "activity": 110,
    "age_cls": 170,
    "geo_conf": 180,
    "usgs_conf": 210,
    "weight": 90,
    "origin": 120,
    "conf_old": 140,
    "inv_id": 170,
    "inv_rel": 130,
    "reviewer": 120,
    "rev_date": 110,
}
RANKS = ("look_rank", "rev_rank")  # by the first that is filled the table is sorted
_LOOK = ("look_rank", "look_why", "look_score", "look_kind")
DECIDED = ("status", "rej_why", "remarks")  # shown in a review though empty
TO_DECIDE = "resolve"  # of conflicts; always shown

# key of the title, fields, columns: the groups of the first tab
FACTS = "group_facts"
DECISION = "group_decision"  # with a button for each action
FIRST = (
    (
        FACTS,
        (
            *_LOOK,
            *("rev_rank", "conf_cls", "conf", "p_mean", "area_m2", "triage", "tri_why"),
        ),
        1,
    ),
    (DECISION, (), 2),
    ("group_outcome", ("status", "rej_why", "remarks", "reviewer", "rev_date"), 1),
)
_SURE = (*POINTS, "geo_conf", "usgs_conf")
_SEEN = {name for _, names, _ in FIRST for name in names}.union(_SURE)

# key of the title, fields: the other tabs
TABS = (
    ("tab_interpretation", ("movement", "material", "activity", "age_cls")),
    ("tab_points", _SURE),
    (
        "tab_measures",
        tuple(field.name for field in SHAPE + TERRAIN + SIZE if field.name not in _SEEN),
    ),
    (
        "tab_provenance",
        tuple(
            field.name
            for field in IDENTITY + CONFIDENCE + QUALITY
            if field.name not in _SEEN
        ),
    ),
)
OTHERS = "tab_others"  # key of the title of a layer's own fields

# field: expression, and whether it is applied at every change or only to what a person
# draws
DEFAULTS = {
    "geo_conf": (class_expression(), True),
    "rev_date": ("to_date(now())", True),
    "reviewer": ("coalesce(nullif(@user_full_name, ''), @user_account_name)", True),
    "status": (f"'{CONFIRMED}'", False),
    "method": ("'manual'", False),
}
STAMPS = ("reviewer", "rev_date")  # what is typed there, the next change would replace
# field: expression that must hold, key of the sentence that says so
RULES = {
    "rej_why": (
        f"coalesce(\"status\", '') <> '{REJECTED}' or \"rej_why\" is not null",
        "rule_reason",
    ),
    **{
        name: (
            f'"{name}" is null or ("{name}" >= 0 and "{name}" <= {MAX_POINTS})',
            "rule_points",
        )
        for name in POINTS
    },
}
# the class of a polygon as the style by confidence has it; the mean probability stands in
# where nothing is calibrated
CLASS = (
    f'coalesce("conf_cls", case when "p_mean" >= {LIKELY_MEAN:g} then \'p_high\' '
    f"when \"p_mean\" >= {MODERATE:g} then 'p_moderate' "
    "when \"p_mean\" is not null then 'p_low' end, '')"
)
# field that stands over classes in the legend: values of CLASS, and keys of their labels
CLASS_GROUPS = {
    "conf_cls": {
        "high": "legend_high",
        "moderate": "legend_moderate",
        "low": "legend_low",
        "": "legend_unknown",
    },
    "p_mean": {
        "p_high": "legend_p_high",
        "p_moderate": "legend_p_moderate",
        "p_low": "legend_p_low",
    },
}


def class_groups(classes: set[str]) -> list[tuple[str, list[str]]]:
    """(field, values of CLASS) for the legend of a layer in which `classes` occur: all of
    a field where one occurs, so that every legend reads the same; those of confidence
    where there are none; of it only "" where no more occurs, as in an old inventory.
    """
    groups = []
    for name, labels in CLASS_GROUPS.items():
        own = classes.intersection(labels)
        if own == {""}:
            groups.append((name, [""]))
        elif own or (name == "conf_cls" and not classes):
            values = [value for value in labels if value or value in classes]
            groups.append((name, values))
    return groups


def class_labels(language: Language) -> dict[str, str]:
    """The label of each value of CLASS."""
    limits = {
        "high": language.number(HIGH, "g"),
        "likely": language.number(LIKELY_MEAN, "g"),
        "moderate": language.number(MODERATE, "g"),
    }
    return {
        value: language(key, **limits)
        for labels in CLASS_GROUPS.values()
        for value, key in labels.items()
    }


def display(language: Language, count: int) -> str:
    """Expression for the list beside the form of so many polygons: rank, so that it
    sorts by it, and status in words.
    """
    statuses = language.choices(STATUS).items()
    pairs = ", ".join(f"'{value}', '{word}'" for value, word in statuses)
    digits = max(MIN_RANK_DIGITS, len(str(count)))  # QGIS cuts what is longer
    rank = f"lpad(coalesce(\"rev_rank\", '{'9' * digits}'), {digits}, '0')"
    status = f"coalesce(map_get(map({pairs}), \"status\"), '')"
    return f"{rank} || '  ' || {status}"


def facts(language: Language) -> str:
    """Text of the atlas: what is known of a candidate, filled in by QGIS."""
    lines = (
        ("triage", "tri_why", "conf_cls", "conf", "p_mean"),
        ("area_m2", "relief_m", "slope_mean", "dem_chk"),
    )
    value = "[% coalesce(represent_value(\"{}\"), '–') %]"
    return "\n".join(_labelled(names, language, value) for names in lines)


def decision(language: Language) -> str:
    """Text of the atlas: boxes to tick on paper."""
    statuses = language.choices(STATUS)
    boxes = [f"□ {word}" for status, word in statuses.items() if status != OPEN]
    blanks = _labelled(("rej_why", "remarks"), language, " ____________________")
    return f"{GAP.join(boxes)}\n{blanks}"


def _labelled(names: tuple[str, ...], language: Language, text: str) -> str:
    """`text` after the label of each field, on one line; {} in it is the field's name."""
    entries = []
    for name in names:
        entry = f"{language.field(name)}: {text.format(name)}"
        entries.append(entry.replace(" (", "\u00a0("))
    return GAP.join(entries)
