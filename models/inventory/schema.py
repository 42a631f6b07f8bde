# SPDX-License-Identifier: GPL-2.0-or-later
"""The attributes of an inventory: names, types, units, their meaning in English and
Chinese, and the values they take.

Names are ASCII, lower case and at most ten characters, so that a Shapefile keeps them; an
attribute that cannot be computed is None, never 0 or -9999. The machine never fills the
fields of REVIEW but `status` (candidate).
"""

from __future__ import annotations

from dataclasses import dataclass

Choices = tuple[tuple[str, str, str], ...]  # stored value, English, Chinese


@dataclass(frozen=True)
class Field:
    """A field: `kind` is text, real, int, date or datetime (ISO 8601 texts, UTC);
    `length` in characters of a text.
    """

    name: str
    kind: str
    length: int
    unit: str
    description: str  # English, one sentence
    alias: str  # English, short: the label in forms and reports
    alias_zh: str
    choices: Choices = ()


def _same(*values: str) -> Choices:
    """Choices whose English text is the value with spaces; given as value=Chinese."""
    return tuple(
        (value, value.replace("_", " "), chinese)
        for value, chinese in (v.split("=") for v in values)
    )


CLASSES = _same("high=高", "moderate=中", "low=低")
STATUS = _same(
    "candidate=待审",
    "confirmed=确认",
    "modified=修改后确认",
    "rejected=剔除",
    "field_check=需野外核查",
)
REASONS = _same(
    "road=道路",
    "quarry=采石场",
    "terrace=梯田",
    "gully=冲沟",
    "cliff=陡崖",
    "river_bank=河岸",
    "field=农田",
    "building=建筑",
    "cloud=云",
    "shadow=阴影",
    "fan=洪积扇",
    "other=其他",
)
MOVEMENTS = _same(
    "fall=崩落",
    "topple=倾倒",
    "rotational_slide=旋转滑动",
    "planar_slide=平面滑动",
    "wedge_slide=楔形滑动",
    "compound_slide=复合滑动",
    "irregular_slide=不规则滑动",
    "spread=侧向扩展",
    "flow=流动",
    "earthflow=土流",
    "debris_avalanche=碎屑崩滑",
    "slope_deformation=斜坡变形",
    "complex=复合型",
    "unknown=不明",
)
MATERIALS = _same(
    "rock=岩质",
    "debris=碎屑",
    "earth=土质",
    "loess=黄土",
    "clay=黏土",
    "mud=泥",
    "fill=填土",
    "unknown=不明",
)
ACTIVITY = _same(
    "active=活动",
    "reactivated=复活",
    "suspended=暂停",
    "dormant=休眠",
    "abandoned=废弃",
    "stabilized=已稳定",
    "relict=古老残留",
    "unknown=不明",
)
AGES = (
    ("modern", "modern", "新滑坡"),
    ("old", "old (Holocene)", "老滑坡（全新世）"),
    ("ancient", "ancient (before the Holocene)", "古滑坡（全新世以前）"),
    ("unknown", "unknown", "不明"),
)
CHECKS = (
    ("ok", "consistent with the terrain", "与地形一致"),
    ("flat", "on flat ground", "地面平坦"),
    ("low_relief", "too little relief", "高差不足"),
    ("incoherent", "no common slope direction", "坡向不一致"),
    ("uphill", "lower end above upper end", "上低下高"),
    ("divide", "across a divide", "跨越分水岭"),
    ("valley", "across a valley bottom", "跨越沟谷"),
    ("partial", "too few elevation cells", "高程数据不足"),
    ("none", "no elevation data", "无高程数据"),
)
RELATIONS = _same("new=新增", "known=已有", "modified=变化", "split=拆分", "merged=合并")
METHODS = (
    ("auto", "automatic", "自动"),
    ("auto_edit", "automatic, edited", "自动后人工修改"),
    ("manual", "manual", "人工"),
)
TRIAGE = _same("accept=建议接受", "check=建议检查", "reject=建议剔除")
USGS = (
    ("1", "1: possible landslide in the area", "1：区内可能有滑坡"),
    ("2", "2: probable landslide in the area", "2：区内很可能有滑坡"),
    ("3", "3: likely landslide at or near", "3：此处或附近可能为滑坡"),
    ("5", "5: confident consequential landslide", "5：确信有影响的滑坡"),
    ("8", "8: high confidence in extent or nature", "8：范围或性质高度可信"),
)
DIRECTIONS = _same(
    "N=北", "NE=东北", "E=东", "SE=东南", "S=南", "SW=西南", "W=西", "NW=西北"
)
SIZES = (
    ("small", "small (below 100,000 m3)", "小型"),
    ("medium", "medium (100,000 to 1,000,000 m3)", "中型"),
    ("large", "large (1 to 10 million m3)", "大型"),
    ("very_large", "very large (10 million m3 and more)", "特大型"),
)

IDENTITY = (
    Field(
        "ls_id",
        "text",
        24,
        "",
        "Stable identifier: sheet, and 8 digits from the place and the model",
        "Identifier",
        "统一编号",
    ),
    Field(
        "sheet",
        "text",
        24,
        "",
        "Map sheet, by default the image's base name",
        "Map sheet",
        "图幅",
    ),
    Field("src_img", "text", 120, "", "Name of the image", "Image", "影像"),
    Field(
        "img_date", "date", 0, "", "Date the image was taken", "Image date", "影像日期"
    ),
    Field(
        "gsd_m",
        "real",
        0,
        "m",
        "Pixel size used by the network",
        "Pixel size (m)",
        "像元大小（米）",
    ),
    Field(
        "dem_src",
        "text",
        60,
        "",
        "Name of the elevation model",
        "Elevation model",
        "高程模型",
    ),
    Field(
        "dem_res",
        "real",
        0,
        "m",
        "Cell size of the elevation model",
        "Elevation cell (m)",
        "高程格网（米）",
    ),
    Field(
        "model_id",
        "text",
        40,
        "",
        "Model: name, version and hash of its weights",
        "Model",
        "识别模型",
    ),
    Field(
        "run_utc",
        "datetime",
        0,
        "",
        "Start of the run, UTC",
        "Run (UTC)",
        "运行时间（UTC）",
    ),
    Field(
        "method",
        "text",
        12,
        "",
        "How the outline was made",
        "Method",
        "解译方法",
        METHODS,
    ),
)
CONFIDENCE = (
    Field(
        "p_mean",
        "real",
        0,
        "0-1",
        "Mean network probability inside",
        "Mean probability",
        "平均概率",
    ),
    Field(
        "p_p90",
        "real",
        0,
        "0-1",
        "90th percentile of the network probability inside",
        "90th percentile",
        "概率九十分位",
    ),
    Field(
        "p_ctr",
        "real",
        0,
        "-1..1",
        "Mean probability inside less that in a ring of half the equivalent radius",
        "Contrast to surroundings",
        "与周边概率差",
    ),
    Field(
        "p_std",
        "real",
        0,
        "0-1",
        "Mean deviation over test-time augmentations; empty where there were none",
        "Deviation",
        "概率标准差",
    ),
    Field(
        "conf",
        "real",
        0,
        "0-1",
        "Calibrated probability that the polygon is a landslide; empty without "
        "calibration",
        "Confidence",
        "可信度",
    ),
    Field(
        "conf_cls",
        "text",
        8,
        "",
        "high from 0.8, moderate from 0.5, low below",
        "Confidence class",
        "可信度等级",
        CLASSES,
    ),
    Field(
        "usgs_conf",
        "int",
        0,
        "",
        "USGS confidence 1, 2, 3, 5 or 8; never above 3 before review",
        "USGS confidence",
        "美国地调局可信度",
        USGS,
    ),
    Field(
        "rev_rank", "int", 0, "", "Order of review, 1 is first", "Review rank", "审查次序"
    ),
)
SHAPE = (
    Field(
        "area_m2",
        "real",
        0,
        "m2",
        "Area on the ellipsoid, holes excluded",
        "Area (m²)",
        "面积（平方米）",
    ),
    Field(
        "perim_m",
        "real",
        0,
        "m",
        "Perimeter on the ellipsoid, holes included",
        "Perimeter (m)",
        "周长（米）",
    ),
    Field(
        "length_m",
        "real",
        0,
        "m",
        "Extent along the movement direction, else the long side of the smallest "
        "rectangle",
        "Length (m)",
        "长度（米）",
    ),
    Field(
        "width_m",
        "real",
        0,
        "m",
        "Extent across the movement direction, else the short side of the smallest "
        "rectangle",
        "Width (m)",
        "宽度（米）",
    ),
    Field(
        "lw_ratio",
        "real",
        0,
        "",
        "Length by width; below 1 for a wide slide",
        "Length / width",
        "长宽比",
    ),
    Field(
        "lw_meth",
        "text",
        4,
        "",
        "What length follows",
        "Length from",
        "长度依据",
        (
            ("dem", "movement direction", "滑动方向"),
            ("mbr", "smallest rectangle", "最小外接矩形"),
        ),
    ),
    Field(
        "lon",
        "real",
        0,
        "deg",
        "Longitude of a point inside, WGS 84",
        "Longitude",
        "经度",
    ),
    Field(
        "lat", "real", 0, "deg", "Latitude of a point inside, WGS 84", "Latitude", "纬度"
    ),
    Field(
        "solidity",
        "real",
        0,
        "0-1",
        "Area by area of the convex hull",
        "Solidity",
        "凸度",
    ),
    Field(
        "ell_fit",
        "real",
        0,
        "0-1",
        "Overlap with the equivalent ellipse of the hull (Taylor and others 2018)",
        "Ellipse fit",
        "椭圆拟合度",
    ),
    Field(
        "compact",
        "real",
        0,
        "0-1",
        "4 pi area by perimeter squared",
        "Compactness",
        "紧凑度",
    ),
)
TERRAIN = (
    Field(
        "azim_deg",
        "real",
        0,
        "deg",
        "Movement direction from true north, as the summed downslope gradients point",
        "Direction (°)",
        "滑向（°）",
    ),
    Field(
        "azim_r",
        "real",
        0,
        "0-1",
        "Agreement of the gradients; below 0.5 the direction is unreliable",
        "Direction agreement",
        "滑向一致性",
    ),
    Field(
        "dir8",
        "text",
        2,
        "",
        "Movement direction in eight parts",
        "Direction",
        "滑向方位",
        DIRECTIONS,
    ),
    Field(
        "z_max",
        "real",
        0,
        "m",
        "Highest elevation inside or on the edge",
        "Crown elevation (m)",
        "后缘高程（米）",
    ),
    Field(
        "z_min",
        "real",
        0,
        "m",
        "Lowest elevation inside or on the edge",
        "Toe elevation (m)",
        "前缘高程（米）",
    ),
    Field(
        "relief_m",
        "real",
        0,
        "m",
        "Highest less lowest elevation, H",
        "Relief (m)",
        "高差（米）",
    ),
    Field("h_l", "real", 0, "", "Relief by length, H / L", "H / L", "高长比"),
    Field(
        "reach_deg",
        "real",
        0,
        "deg",
        "Angle from crown to tip of the mapped body, atan(H / L)",
        "Reach angle (°)",
        "等效摩擦角（°）",
    ),
    Field(
        "slope_mean",
        "real",
        0,
        "deg",
        "Mean slope of the cells (Horn)",
        "Mean slope (°)",
        "平均坡度（°）",
    ),
    Field(
        "slope_pln",
        "real",
        0,
        "deg",
        "Slope of the best-fit plane",
        "Plane slope (°)",
        "拟合面坡度（°）",
    ),
    Field(
        "rough_rt",
        "real",
        0,
        "",
        "Deviation of slope inside by that in a ring; above 1 hummocky",
        "Roughness ratio",
        "粗糙度比",
    ),
    Field(
        "scarp_h",
        "real",
        0,
        "m",
        "Estimated height of the head scarp; elevation cells of 5 m and finer only",
        "Scarp height, estimate (m)",
        "后壁高（估，米）",
    ),
    Field(
        "dem_cells",
        "int",
        0,
        "",
        "Valid elevation cells inside; with fewer than 25 the terrain fields are empty",
        "Elevation cells",
        "高程格网数",
    ),
    Field(
        "dem_chk",
        "text",
        16,
        "",
        "Whether the terrain speaks for a landslide",
        "Terrain check",
        "地形检查",
        CHECKS,
    ),
)
SIZE = (
    Field(
        "depth_est",
        "real",
        0,
        "m",
        "Order of magnitude of the depth: scarp height by the cosine of the plane's "
        "slope",
        "Depth, order of magnitude (m)",
        "厚度（量级，米）",
    ),
    Field(
        "vol_est",
        "real",
        0,
        "m3",
        "Order of magnitude of the volume; two common laws differ by 1.3 at 0.25 ha and "
        "2.6 at 1 km2",
        "Volume, order of magnitude (m³)",
        "体积（量级，立方米）",
    ),
    Field(
        "vol_meth",
        "text",
        8,
        "",
        "What the volume comes from",
        "Volume from",
        "体积依据",
        (
            ("scarp", "area and depth", "面积与厚度"),
            ("scaling", "area alone", "面积经验公式"),
        ),
    ),
    Field(
        "size_cls",
        "text",
        10,
        "",
        "Chinese classes of volume, from the estimate",
        "Volume class",
        "规模",
        SIZES,
    ),
)
QUALITY = (
    Field(
        "edge",
        "int",
        0,
        "0/1",
        "1 where the polygon touches nodata or the border of the raster",
        "Cut by the edge",
        "是否被边界截断",
        (("0", "no", "否"), ("1", "yes", "是")),
    ),
    Field(
        "valid_fr",
        "real",
        0,
        "0-1",
        "Share of polygon and ring with image data",
        "Share with image",
        "有效影像比例",
    ),
    Field(
        "excl_fr",
        "real",
        0,
        "0-1",
        "Share covered by exclusion masks",
        "Share excluded",
        "掩膜重叠比例",
    ),
    Field(
        "inv_id",
        "text",
        40,
        "",
        "Best match in the existing inventory",
        "Existing landslide",
        "已有滑坡编号",
    ),
    Field(
        "inv_iou",
        "real",
        0,
        "0-1",
        "Intersection over union with that match",
        "Overlap with it",
        "与已有滑坡重叠度",
    ),
    Field(
        "inv_rel",
        "text",
        10,
        "",
        "Relation to the existing inventory",
        "Relation to it",
        "与已有编目关系",
        RELATIONS,
    ),
    Field(
        "flags",
        "text",
        40,
        "",
        "E edge, S near minimum size, K coalesced, D terrain doubt, X mask overlap, "
        "L road-like, O overlaps inventory, U uncertain",
        "Flags",
        "标记",
    ),
    Field(
        "triage",
        "text",
        8,
        "",
        "Advice, never a decision: accept, check or reject",
        "Advice",
        "建议",
        TRIAGE,
    ),
    Field(
        "tri_why",
        "text",
        40,
        "",
        "Codes that speak against accepting",
        "Reason of the advice",
        "建议理由",
    ),
)
REVIEW = (
    Field(
        "status", "text", 11, "", "Where the review stands", "Status", "审查状态", STATUS
    ),
    Field(
        "rej_why",
        "text",
        12,
        "",
        "What a rejected polygon really is",
        "Reason of rejection",
        "剔除原因",
        REASONS,
    ),
    Field("reviewer", "text", 40, "", "Who reviewed", "Reviewer", "审查人"),
    Field("rev_date", "date", 0, "", "When it was reviewed", "Review date", "审查日期"),
    Field(
        "movement",
        "text",
        24,
        "",
        "Type of movement (Hungr and others 2014)",
        "Movement",
        "滑动类型",
        MOVEMENTS,
    ),
    Field("material", "text", 16, "", "Material", "Material", "物质组成", MATERIALS),
    Field(
        "activity",
        "text",
        12,
        "",
        "State of activity (Cruden and Varnes 1996)",
        "Activity",
        "活动状态",
        ACTIVITY,
    ),
    Field("age_cls", "text", 10, "", "Age", "Age", "形成年代", AGES),
    Field(
        "cs_head",
        "int",
        0,
        "0-10",
        "Points for the head scarp",
        "Points: head scarp",
        "后壁评分",
    ),
    Field(
        "cs_flank",
        "int",
        0,
        "0-10",
        "Points for the flanks",
        "Points: flanks",
        "侧壁评分",
    ),
    Field("cs_toe", "int", 0, "0-10", "Points for the toe", "Points: toe", "前缘评分"),
    Field(
        "cs_inner",
        "int",
        0,
        "0-10",
        "Points for the inner forms",
        "Points: inner forms",
        "坡体内部形态评分",
    ),
    Field(
        "geo_conf",
        "text",
        8,
        "",
        "Geologist's confidence from the points: high from 30, moderate from 11, low "
        "below",
        "Geologist's confidence",
        "人工可信度",
        CLASSES,
    ),
    Field("remarks", "text", 254, "", "Remarks", "Remarks", "备注"),
)

ALL = IDENTITY + CONFIDENCE + SHAPE + TERRAIN + SIZE + QUALITY + REVIEW
BY_NAME = {field.name: field for field in ALL}
