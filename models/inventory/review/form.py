# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reviewer's form holds: tabs, rules and defaults as QGIS expressions, in
English and Chinese.
"""

from __future__ import annotations

from ..schema import BY_NAME, CONFIDENCE, IDENTITY, QUALITY, REVIEW, SHAPE, SIZE, TERRAIN

POINTS = ("cs_head", "cs_flank", "cs_toe", "cs_inner")
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

_FIRST = (
    "rev_rank",
    "triage",
    "tri_why",
    "status",
    "rej_why",
    "remarks",
    "reviewer",
    "rev_date",
)
_SURE = (*POINTS, "geo_conf", "usgs_conf")

# English and Chinese title, fields
TABS = (
    ("Review", "审查", _FIRST),
    ("Interpretation", "解译", ("movement", "material", "activity", "age_cls")),
    ("Confidence points", "可信度评分", _SURE),
    ("Measures", "量测", tuple(field.name for field in SHAPE + TERRAIN + SIZE)),
    (
        "Provenance",
        "来源",
        tuple(
            field.name
            for field in IDENTITY + CONFIDENCE + QUALITY
            if field.name not in _FIRST + _SURE
        ),
    ),
)
OTHERS = ("Other fields", "其他字段")

_SUM = " + ".join(f'coalesce("{name}", 0)' for name in POINTS)
_NO_POINTS = "coalesce({}) is null".format(", ".join(f'"{name}"' for name in POINTS))

# field: expression, and whether it is applied at every change or only to what a person
# draws
DEFAULTS = {
    "geo_conf": (
        f"case when {_NO_POINTS} then \"geo_conf\" when {_SUM} >= 30 then 'high' when "
        f"{_SUM} >= 11 then 'moderate' else 'low' end",
        True,
    ),
    "rev_date": ("to_date(now())", True),
    "reviewer": ("coalesce(nullif(@user_full_name, ''), @user_account_name)", True),
    "status": ("'confirmed'", False),
    "method": ("'manual'", False),
}
# field: expression that must hold, English and Chinese sentence
RULES = {
    "rej_why": (
        "coalesce(\"status\", '') <> 'rejected' or \"rej_why\" is not null",
        "A rejected polygon needs a reason",
        "剔除的图斑须填写剔除原因",
    ),
    **{
        name: (
            f'"{name}" is null or ("{name}" >= 0 and "{name}" <= 10)',
            "0 to 10 points",
            "0 至 10 分",
        )
        for name in POINTS
    },
}
# style: file, English and Chinese name
STYLES = (
    ("review_confidence.qml", "By confidence", "按可信度"),
    ("review_status.qml", "By status", "按审查状态"),
)
# the class of a polygon as the style by confidence has it; the mean probability stands in
# where nothing is calibrated
CLASS = (
    'coalesce("conf_cls", case when "p_mean" >= 0.7 then \'p_high\' when "p_mean" >= 0.5 then \'p_moderate\' '
    "when \"p_mean\" is not null then 'p_low' end, '')"
)
_STATUS = {value: words for value, *words in BY_NAME["status"].choices}
# value of a style's category: English and Chinese label
LEGEND = {
    "high": ("confidence: high", "可信度：高"),
    "moderate": ("confidence: moderate", "可信度：中"),
    "low": ("confidence: low", "可信度：低"),
    "p_high": ("mean probability 0.7 and more", "平均概率 0.7 以上"),
    "p_moderate": ("mean probability 0.5 to 0.7", "平均概率 0.5 至 0.7"),
    "p_low": ("mean probability below 0.5", "平均概率低于 0.5"),
    "": ("confidence unknown", "可信度未知"),
    **_STATUS,
}


def shown(chinese: bool) -> str:
    """Expression for the list beside the form: rank, so that it sorts by it, and
    status in words.
    """
    pairs = ", ".join(
        f"'{value}', '{zh if chinese else english}'"
        for value, english, zh in BY_NAME["status"].choices
    )
    return f"lpad(coalesce(\"rev_rank\", 9999), 4, '0') || '  ' || coalesce(map_get(map({pairs}), \"status\"), '')"


def facts(chinese: bool) -> str:
    """Text of the atlas: what is known of a candidate, filled in by QGIS."""
    lines = (
        ("triage", "tri_why", "conf_cls", "conf", "p_mean"),
        ("area_m2", "relief_m", "slope_mean", "dem_chk"),
    )
    return "\n".join(
        _listed(names, chinese, "[% coalesce(represent_value(\"{}\"), '–') %]")
        for names in lines
    )


def decision(chinese: bool) -> str:
    """Text of the atlas: boxes to tick on paper."""
    words = [
        choice[2 if chinese else 1]
        for choice in BY_NAME["status"].choices
        if choice[0] != "candidate"
    ]
    boxes = "     ".join(f"□ {word}" for word in words)
    return f"{boxes}\n{_listed(('rej_why', 'remarks'), chinese, ' ____________________')}"


def _listed(names: tuple[str, ...], chinese: bool, text: str) -> str:
    labels = (
        (BY_NAME[name].alias_zh if chinese else BY_NAME[name].alias, name)
        for name in names
    )
    return "     ".join(
        f"{label}: {text.format(name)}".replace(" (", "\u00a0(") for label, name in labels
    )
