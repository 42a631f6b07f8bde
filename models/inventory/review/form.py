# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reviewer's form holds: tabs, rules and defaults as QGIS expressions, words by
their keys in `Language`.
"""

from __future__ import annotations

from ..confidence import MODERATE
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
BY_PERSON = {field.name for field in REVIEW} | {"usgs_conf"}  # all else is read-only
CODES = ("tri_why", "flags")
# the first ones of the attribute table, and their widths in pixels; "" is the menu of
# actions
COLUMNS = {
    "rev_rank": 90,
    "": 130,
    "ls_id": 170,
    "triage": 90,
    "tri_why": 220,
    "status": 110,
    "rej_why": 130,
    "conf_cls": 120,
    "conf": 90,
    "p_mean": 120,
    "area_m2": 100,
    "dem_chk": 180,
    "remarks": 220,
}

# key of the title, fields, columns: the groups of the first tab
FACTS = "group_facts"
DECISION = "group_decision"  # with a button for each action
FIRST = (
    (
        FACTS,
        ("rev_rank", "conf_cls", "conf", "p_mean", "area_m2", "triage", "tri_why"),
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
# style: file, key of its name
STYLES = (
    ("review_confidence.qml", "style_confidence"),
    ("review_status.qml", "style_status"),
)
# the class of a polygon as the style by confidence has it; the mean probability stands in
# where nothing is calibrated
CLASS = (
    f'coalesce("conf_cls", case when "p_mean" >= {LIKELY_MEAN:g} then \'p_high\' '
    f"when \"p_mean\" >= {MODERATE:g} then 'p_moderate' "
    "when \"p_mean\" is not null then 'p_low' end, '')"
)
# value of a category of the style by confidence: key of its label
CLASS_LABELS = {
    "high": "legend_high",
    "moderate": "legend_moderate",
    "low": "legend_low",
    "p_high": "legend_p_high",
    "p_moderate": "legend_p_moderate",
    "p_low": "legend_p_low",
    "": "legend_unknown",
}


def category_labels(language: Language) -> dict[str, str]:
    """The label of each category of both styles, by its value."""
    likely = language.number(LIKELY_MEAN, "g")
    moderate = language.number(MODERATE, "g")
    classes = {
        value: language(key, likely=likely, moderate=moderate)
        for value, key in CLASS_LABELS.items()
    }
    return {**classes, **language.choices(STATUS)}


def display(language: Language) -> str:
    """Expression for the list beside the form: rank, so that it sorts by it, and
    status in words.
    """
    statuses = language.choices(STATUS).items()
    pairs = ", ".join(f"'{value}', '{word}'" for value, word in statuses)
    return f"lpad(coalesce(\"rev_rank\", 9999), 4, '0') || '  ' || coalesce(map_get(map({pairs}), \"status\"), '')"


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
