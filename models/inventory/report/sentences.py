# SPDX-License-Identifier: GPL-2.0-or-later
"""The sentences of a report, English and Simplified Chinese."""

from __future__ import annotations

SENTENCES = {
    "empty": (
        "No landslides: the layer holds no polygon that counts here. The report is "
        "complete; there is nothing to show.",
        "无滑坡：图层中没有符合统计条件的多边形。报告内容完整，但无可统计的数据。",
    ),
    "no_data": (
        "Not drawn: no polygon has a value of '{field}'.",
        "未绘制：所有多边形的“{field}”均为空。",
    ),
    "no_terrain": (
        "Not drawn: no polygon has a value of '{field}'. Give an elevation model, or "
        "measure terrain first.",
        "未绘制：所有多边形的“{field}”均为空。请指定高程模型，或先运行“量算形态与地形”。",
    ),
    "no_reliable": (
        "Not drawn: no polygon has a reliable direction; {n} have an agreement of "
        "gradients below 0.5.",
        "未绘制：没有可靠的滑动方向；其中 {n} 处坡向一致性低于 0.5。",
    ),
    "no_density": (
        "No density: no investigated area was given.",
        "未计算密度：未指定调查区范围。",
    ),
    "no_frequency": (
        "Not fitted: {n} landslides of different areas are too few; at least 20 are "
        "needed.",
        "未拟合：仅有 {n} 处滑坡（或面积全部相同），至少需要 20 处面积不同的滑坡。",
    ),
    "no_sources": (
        "The layer does not say which image, model or elevation data it comes from.",
        "图层中没有记录影像、识别模型和高程数据来源。",
    ),
    "counted": ("Counted: {statuses}.", "参与统计的状态：{statuses}。"),
    "not_counted": ("Not counted: {statuses}.", "未参与统计：{statuses}。"),
    "outside": (
        "{n} polygons of the layer have their inner point outside the investigated area "
        "and do not count.",
        "图层中有 {n} 个多边形的内点位于调查区之外，未参与统计。",
    ),
    "broken": (
        "{n} features have no area even after repair and do not count.",
        "有 {n} 个要素修复后仍无有效面积，未参与统计。",
    ),
    "stale": (
        "{n} polygons store an area more than 1 % off their outline: the outline was "
        "changed after it was measured. Areas here are the outline's; run 'Measure "
        "shape and terrain' for the others.",
        "有 {n} 个多边形记录的面积与轮廓面积相差超过 1%，说明测量后轮廓被修改。"
        "本报告采用轮廓面积；其他指标请重新运行“量算形态与地形”。",
    ),
    "few": (
        "Only {n} landslides: with fewer than about 100, exponent and rollover are "
        "uncertain (Li and others 2016).",
        "仅有 {n} 处滑坡：少于约 100 处时，幂指数和拐点误差很大（Li 等，2016）。",
    ),
    "unreviewed": (
        "Not one polygon has been reviewed: these are candidates from a machine, not an "
        "inventory.",
        "尚无任何多边形经过人工审查：以下为机器识别的候选体，不是滑坡编目成果。",
    ),
    "map_note": (
        "Lambert azimuthal equal-area projection about the middle of the map, WGS 84. "
        "Numbers: rank by area. Landslides too small for the scale are dots.",
        "投影：以图幅中心为原点的兰勃特等积方位投影，WGS 84。数字为面积排名。"
        "小于制图比例尺的滑坡以圆点表示。",
    ),
    "sizes_note": ("A class holds its lower limit.", "各级包含下限值。"),
    "tail_text": (
        "From {start} ha on ({n} of {total} landslides) the probability density falls "
        "as p(A) ∝ A^−α with α = {alpha} ± {error} (standard error; bootstrap 95 % "
        "{low} – {high}); the cumulative number falls with α − 1 = {beta}. Maximum "
        "likelihood; the lower limit is the one with the smallest Kolmogorov–Smirnov "
        "distance, {distance} (Clauset and others 2009). The bootstrap chooses the "
        "limit anew each time.",
        "面积不小于 {start} 公顷的滑坡（{total} 处中的 {n} 处）概率密度服从 p(A) ∝ A^−α，α = {alpha} ± {error}"
        "（标准误；自助法 95% 区间 {low} – {high}）；累积数量的指数为 α − 1 = {beta}。"
        "采用最大似然估计，下限取 Kolmogorov–Smirnov 距离最小者（{distance}；Clauset 等，2009）；"
        "自助法每次重新选择下限。",
    ),
    "rollover_text": (
        "Rollover at {mode} ha (bootstrap 95 % {low} – {high}): the mode of the "
        "three-parameter inverse gamma (Malamud and others 2004) fitted to all areas by "
        "maximum likelihood, ρ = {rho}, a = {a} ha, s = {s} ha. The points are "
        "logarithmic bins to look at; nothing is fitted to them.",
        "拐点面积为 {mode} 公顷（自助法 95% 区间 {low} – {high}）：对全部面积以最大似然法拟合三参数逆伽马分布"
        "（Malamud 等，2004）所得的众数，ρ = {rho}，a = {a} 公顷，s = {s} 公顷。"
        "图中圆点为对数分组，仅供观察，不参与拟合。",
    ),
    "rollover_below": (
        "No rollover inside the data: the fitted density falls from the smallest "
        "landslide ({smallest} ha) on.",
        "数据范围内没有拐点：拟合密度自最小滑坡（{smallest} 公顷）起即递减。",
    ),
    "rollover_far": (
        "The rollover is {times} times the {name} ({mmu} ha): landslides below it are "
        "probably missing from the layer, whatever the cause.",
        "拐点面积为{name}（{mmu} 公顷）的 {times} 倍：小于拐点的滑坡很可能有遗漏。",
    ),
    "rollover_cut": (
        "The rollover lies within twice the {name} ({mmu} ha): it may be the cut, not "
        "the ground.",
        "拐点面积在{name}（{mmu} 公顷）的两倍以内：可能由面积截断造成，而非自然规律。",
    ),
    "reference_text": (
        "Convention: α is the exponent of the density, α − 1 that of the cumulative "
        "number. To compare: 1.71 ± 0.02 for the secular inventory of the United "
        "Kingdom, in that paper's convention (Hurst and others 2013), with a rollover "
        "at 0.1 – 0.7 ha; density exponents of about 2.4 for landslides of one event "
        "(Malamud and others 2004) and 2.31 for old deep-seated landslides of the "
        "Flemish Ardennes (Van Den Eeckhaut and others 2007).",
        "约定：α 为密度分布指数，α − 1 为累积分布指数。参考值：英国长期滑坡编目 1.71 ± 0.02"
        "（按原文约定；Hurst 等，2013），拐点 0.1 – 0.7 公顷；单次事件诱发滑坡密度指数约 2.4"
        "（Malamud 等，2004）；佛兰德阿登地区古老深层滑坡 2.31（Van Den Eeckhaut 等，2007）。",
    ),
    "rose_note": (
        "{n} landslides; area of a petal = number, 16 sectors; outer circle: {most}. "
        "Mean {mean}°, resultant length {length} (arrow; outer circle: 1). Rayleigh p "
        "{p}: {verdict}.",
        "{n} 处滑坡；花瓣面积表示数量，共 16 个方位，外圆为 {most} 处。平均方向 {mean}°，"
        "合成长度 {length}（箭头，外圆为 1）。瑞利检验 p {p}：{verdict}。",
    ),
    "preferred": ("a preferred direction", "存在优势方向"),
    "not_preferred": (
        "no single preferred direction shown (two opposite ones would not show)",
        "未显示单一优势方向（两个相反方向不能由此检出）",
    ),
    "weak_directions": (
        "{n} directions with an agreement of gradients below 0.5 are left out.",
        "另有 {n} 处坡向一致性低于 0.5，未计入。",
    ),
    "cells": (
        "Elevation cell {cells} m; a mean slope depends on it.",
        "高程格网 {cells} 米；平均坡度与格网大小有关。",
    ),
    "mbr_note": (
        "Where no movement direction is known, length is the long side of the smallest "
        "rectangle: L/W is at least 1.",
        "滑向未知时，长度取最小外接矩形长边，长宽比不小于 1。",
    ),
    "review_text": (
        "{reviewed} of {total} polygons reviewed, {decided} decided: {right} confirmed "
        "or modified, {wrong} rejected",
        "{total} 个多边形中已审查 {reviewed} 个，其中 {decided} 个已有结论："
        "确认或修改后确认 {right} 个，剔除 {wrong} 个",
    ),
    "review_share": (
        ", so {share} % of the decided were landslides.",
        "，即有结论者中 {share}% 为滑坡。",
    ),
    "no_status": (
        "No review status in the layer: nothing says what a person has confirmed.",
        "图层中没有审查状态，无法区分是否经人工确认。",
    ),
    "probability_note": (
        "No polygon has a class of confidence. This is the network's own mean inside "
        "each polygon: it ranks, and is no chance of being right.",
        "所有多边形均无可信度等级。此为网络在多边形内的平均概率：仅用于排序，不等于正确的可能性。",
    ),
    "class_note": (
        "A class of confidence is the machine's: high from 0.8, moderate from 0.5, low "
        "below.",
        "可信度等级由机器给出：0.8 及以上为高，0.5 及以上为中，其余为低。",
    ),
    "limit_candidates": (
        "Polygons with the status '{candidate}' are candidates, not an inventory. On "
        "published benchmarks about one in two pixels that such networks mark is a "
        "relic landslide, on whole sheets fewer; and they miss some.",
        "状态为“{candidate}”的多边形是候选体，不是编目成果。公开基准上此类网络标出的像元约有一半为古老滑坡，"
        "整幅图上更低；同时存在漏识别。",
    ),
    "limit_layer": (
        "Only what the layer holds is counted. A landslide that is not in it, or below "
        "the minimum mapping unit, is not here.",
        "仅统计图层中已有的多边形；未收录或小于最小上图面积的滑坡不在其中。",
    ),
    "limit_measures": (
        "Areas are measured on the ellipsoid, holes excluded, whatever the coordinate "
        "system; overlapping polygons count twice. A landslide belongs to the "
        "investigated area that holds its inner point, and counts whole.",
        "面积均为椭球面面积（扣除内部孔洞），与坐标系无关；相互重叠的多边形重复计入。"
        "滑坡按内点归属调查区，并整体计入。",
    ),
    "limit_terrain": (
        "Directions, slopes, relief and H/L come from the elevation model and depend on "
        "its cell; polygons with fewer than 25 cells have none. Elevations are of "
        "today's ground.",
        "滑向、坡度、高差和高长比取自高程模型，与格网大小有关；少于 25 个格网的多边形不计算。高程为现今地表高程。",
    ),
    "limit_orders": (
        "H/L and the reach angle describe the mapped body from crown to tip. Depths and "
        "volumes are not reported: from an outline they are orders of magnitude.",
        "高长比描述圈定滑体后缘至前缘的关系。仅凭轮廓估算的厚度和体积只有数量级意义，本报告不予列出。",
    ),
    "limit_age": (
        "Neither activity nor age is told by a machine; they stay empty until a "
        "geologist fills them.",
        "活动状态与形成年代不由机器判定，须由地质人员填写。",
    ),
}
