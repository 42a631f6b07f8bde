# SPDX-License-Identifier: GPL-2.0-or-later
"""Every number of a report as one long table: table, item, quantity, value, unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...tables import Row, long_table
from ..schema import BY_NAME
from .statistics import SECTORS, SOURCES, Statistics

MEDIANS = (
    "area_m2",
    "length_m",
    "width_m",
    "lw_ratio",
    "slope_mean",
    "z_max",
    "z_min",
    "relief_m",
    "h_l",
)
LARGEST = (
    "lon",
    "lat",
    "area_m2",
    "length_m",
    "width_m",
    "relief_m",
    "slope_mean",
    "azim_deg",
    "azim_r",
)


def table(statistics: Statistics) -> str:
    """CSV with a head; English names, plain numbers, whatever the language of the page."""
    return long_table(rows(statistics))


def rows(statistics: Statistics) -> Iterator[Row]:
    """All rows; a value is None or NaN where it is unknown."""
    yield from _summary(statistics)
    for status, n in statistics.statuses.items():
        yield "status", status or "not_stated", "number", n, ""
    for name, groups in (
        ("size_class_ha", statistics.sizes),
        ("confidence_class", statistics.classes),
    ):
        for group in groups:
            yield name, group.name or "not_stated", "number", group.count, ""
            yield name, group.name or "not_stated", "area", group.area, "m2"
    yield from _recorded(statistics)
    yield from _frequency(statistics)
    if statistics.rose:
        for i, n in enumerate(statistics.rose.counts):
            yield "rose", f"{i * 360 / SECTORS:g}", "number", n, ""
        for name, unit in (
            ("n", ""),
            ("unreliable", ""),
            ("mean", "deg"),
            ("length", "0-1"),
            ("p", ""),
        ):
            yield "rose", "all", name, getattr(statistics.rose, name), unit
    yield from _largest(statistics)
    for name in SOURCES:
        for value in statistics.sources[name]:
            yield "source", name, "", value, BY_NAME[name].unit


def _summary(statistics: Statistics) -> Iterator[Row]:
    yield "summary", "landslides", "number", statistics.n, ""
    yield "summary", "landslides", "area", statistics.area, "m2"
    yield "summary", "landslides", "summed_area", statistics.summed_area, "m2"
    yield "summary", "landslides", "overlapping", statistics.overlapping, ""
    yield "summary", "investigated", "area", statistics.investigated_m2, "m2"
    yield "summary", "landslides", "density", statistics.density, "1/km2"
    yield "summary", "landslides", "share", statistics.share, "0-1"
    yield "summary", "polygons", "reviewed", statistics.reviewed, ""
    yield "summary", "polygons", "without_area", statistics.landslides.broken, ""
    yield "summary", "polygons", "area_stale", statistics.stale, ""
    yield "summary", "mapping_unit", "area", statistics.mmu, "m2"
    for name in MEDIANS:
        column = statistics.landslides.numbers[name]
        column = column[np.isfinite(column)]
        yield "summary", name, "known", len(column), ""
        median = None
        if len(column):
            median = float(np.median(column))
        yield "summary", name, "median", median, BY_NAME[name].unit


def _recorded(statistics: Statistics) -> Iterator[Row]:
    for name, values in statistics.recorded.items():
        for value, n, m2 in values:
            yield name, value or "not_stated", "number", n, ""
            yield name, value or "not_stated", "area", m2, "m2"
    for value, n in statistics.rejections.reasons:
        yield "rej_why", value or "not_stated", "number", n, ""
    for volume in statistics.volumes:
        yield "volume", volume.method or "not_stated", "number", volume.count, ""
        yield "volume", volume.method or "not_stated", "volume", volume.m3, "m3"


def _frequency(statistics: Statistics) -> Iterator[Row]:
    tail = statistics.tail
    fit = statistics.rollover
    ordered = np.sort(statistics.areas)[::-1]
    if tail:
        for name, value, unit in (
            ("alpha", tail.alpha, ""),
            ("standard_error", tail.error, ""),
            ("low_95", tail.interval[0], ""),
            ("high_95", tail.interval[1], ""),
            ("alpha_cumulative", tail.alpha - 1, ""),
            ("from_area", tail.start, "m2"),
            ("number", tail.n, ""),
            ("ks_distance", tail.distance, ""),
            ("goodness_of_fit_p", tail.p, ""),
        ):
            yield "power_law", "density", name, value, unit
    if fit:
        for name, value, unit in (
            ("rollover", fit.mode, "m2"),
            ("low_95", fit.interval[0], "m2"),
            ("high_95", fit.interval[1], "m2"),
            ("rho", fit.rho, ""),
            ("rho_plus_1", fit.exponent, ""),
            ("rho_plus_1_low_95", fit.exponent_interval[0], ""),
            ("rho_plus_1_high_95", fit.exponent_interval[1], ""),
            ("a", fit.a, "m2"),
            ("s", fit.s, "m2"),
        ):
            yield "inverse_gamma", "density", name, value, unit
    for rank, area in enumerate(ordered, 1):
        yield "frequency_area", rank, "area", float(area), "m2"


def _largest(statistics: Statistics) -> Iterator[Row]:
    landslides = statistics.landslides
    for rank, i in enumerate(statistics.largest, 1):
        for name in ("ls_id", "status", "geo_conf", "conf_cls"):
            yield "largest", rank, name, landslides.texts[name][i], ""
        for name in LARGEST:
            value = float(landslides.numbers[name][i])
            yield "largest", rank, name, value, BY_NAME[name].unit
