# SPDX-License-Identifier: GPL-2.0-or-later
"""Every word of a report in English and Simplified Chinese; labels of fields and
values are the schema's.
"""

from __future__ import annotations

from ..schema import BY_NAME
from .sentences import SENTENCES

LANGUAGES = ("en", "zh")
LABELS = {
    "eyebrow": ("Landslide inventory report", "滑坡编目统计报告"),
    "made": ("Layer: {layer} · Made: {made}", "图层：{layer} · 生成时间：{made}"),
    "comma": (", ", "、"),
    "landslides": ("Landslides", "滑坡数量"),
    "candidates": ("Candidates", "候选体数量"),
    "number": ("Number", "数量（处）"),
    "number_share": ("Share of number", "数量占比"),
    "area": ("Area (ha)", "面积（公顷）"),
    "area_share": ("Share of area", "面积占比"),
    "total_area": ("Total area", "滑坡总面积"),
    "median_area": ("Median area", "面积中位数"),
    "density": ("Density", "滑坡密度"),
    "share": ("Share of area", "滑坡面积率"),
    "known": ("Investigated area", "调查区面积"),
    "reviewed": ("Reviewed", "已审查"),
    "ha": ("ha", "公顷"),
    "km2": ("km²", "平方公里"),
    "per_km2": ("per km²", "处/平方公里"),
    "percent": ("%", "%"),
    "all": ("All", "合计"),
    "median": ("median", "中位数"),
    "beyond": ("{n} beyond →", "另有 {n} 处超出右端 →"),
    "mmu": ("minimum mapping unit", "最小上图面积"),
    "smallest": ("smallest landslide", "最小滑坡"),
    "rollover_at": ("rollover {area} ha", "拐点 {area} 公顷"),
    "area_ha": ("Area (ha)", "面积（公顷）"),
    "number_at_least": ("Landslides at least as large", "面积不小于该值的滑坡数"),
    "density_km2": ("Probability density (per km²)", "概率密度（每平方公里）"),
    "cumulative": ("Cumulative frequency and area", "面积累积频率分布"),
    "density_chart": ("Frequency density and area", "面积频率密度分布"),
    "rose": ("Directions of movement", "滑动方向玫瑰图"),
    "nesw": ("N E S W", "北 东 南 西"),
    "crown": ("crown", "后缘"),
    "toe": ("toe", "前缘"),
    "elevation": ("Elevation (m)", "高程（米）"),
    "map": ("Location", "分布位置图"),
    "sources": ("Sources", "数据来源"),
    "sizes": ("Sizes", "规模"),
    "size_class": ("Size class (ha)", "面积分级（公顷）"),
    "terrain": ("Direction and terrain", "滑向与地形"),
    "slopes": ("Slope", "坡度"),
    "elevations": ("Elevation", "高程"),
    "ratios": ("Length by width", "长宽比"),
    "reliefs": ("Relief", "高差"),
    "mobility": ("Relief by length", "高长比"),
    "confidence": ("Confidence and review", "可信度与审查进度"),
    "probabilities": ("Probability of the network", "网络概率"),
    "classes": ("Confidence classes", "可信度等级"),
    "progress": ("Review progress", "审查进度"),
    "largest": ("The largest landslides", "规模最大的滑坡"),
    "limits": ("Limits of the method, and conventions", "方法局限与约定"),
    "rank": ("No.", "序号"),
    "not_stated": ("not stated", "未填写"),
    "other_status": ("{value} (unknown)", "{value}（未知状态）"),
    "more": ("and {n} more", "另有 {n} 项"),
    "none": ("–", "–"),
    "stop": (".", "。"),
    "outline": ("investigated area", "调查区范围"),
    "landslide": ("landslide", "滑坡"),
    "rollover": ("Rollover", "拐点面积"),
}


class Words:
    """A language's words: `words(key, name=value)`."""

    def __init__(self, language: str = "en"):
        self.language = language
        self._at = LANGUAGES.index(language)

    def __call__(self, key: str, **values) -> str:
        return (LABELS.get(key) or SENTENCES[key])[self._at].format(**values)

    def field(self, name: str) -> str:
        """The label of a field."""
        found = BY_NAME[name]
        return (found.alias, found.alias_zh)[self._at]

    def choice(self, name: str, value: str | None) -> str:
        """What a stored value of a field means; the value itself where the schema does
        not know it.
        """
        if value in (None, ""):
            return self("none")
        known = {stored: texts for stored, *texts in BY_NAME[name].choices}
        return known.get(str(value), (str(value), str(value)))[self._at]
