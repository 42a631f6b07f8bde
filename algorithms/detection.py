# SPDX-License-Identifier: GPL-2.0-or-later
"""What detection and vectorizing share: the request to the pipeline, and what it finds
as a layer of polygons.
"""

from __future__ import annotations

from qgis.PyQt.QtCore import QDate, QDateTime

from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_confidence
from .layers.layout import ISO
from .messages.detection import say_notes, say_polygons, search_sentences, settings
from .parameters import detection as shared
from .parameters.declare import numbers, polygon_sink
from .parameters.polygonize import (
    asked_steps,
    outline_options,
    read_exclusion,
    sentences,
)
from .texts import tr


class DetectionAlgorithm(MrifeAlgorithm):
    def check_values(self, given):
        super().check_values(given)
        read_image_date(given)
        given.polygon_layers("EXCLUDE")

    def request(self, given, crs):
        """What the user asks of the polygons; exclusions will come in `crs`."""
        from ..models.jobs import OutlineRequest

        exclusions = given.polygon_layers("EXCLUDE")
        return OutlineRequest(
            threshold=given.number("THRESHOLD"),
            seed=given.number("SEED"),
            min_area=given.number("MIN_AREA"),
            scale=given.number("SCALE"),
            options=outline_options(given),
            read_exclusion=lambda grid: read_exclusion(exclusions, grid),
            dem=given.dem(),
            dem_unit=given.choice("DEM_UNIT"),
            dem_layer=given.dem_layer(),
            sizes=given.flag("SIZES"),
            sheet=given.text("SHEET"),
            image_date=read_image_date(given),
        )

    def publish(self, candidates, job, crs, given, feedback, stack=None, search_job=None):
        """The sink is made only now: a run that failed or was cancelled leaves nothing
        that looks finished. `stack`: the layers that belong under it; `search_job`: the
        jobs.DetectJob that found them, where one did.
        """
        done = list(sentences(candidates.report, job.options))
        for sentence in done:
            feedback.pushInfo(sentence)
        area = 0.0

        def records():
            nonlocal area
            for wkb, values in candidates:
                area += values["area_m2"]
                yield wkb, values

        fields = layers.qgs_fields(job.inventory.fields)
        destination, count = given.outputs.layer("OUTPUT", records(), fields, crs)
        title = layers.polygon_name(job.run.src_img)
        style = layers.with_style(show_confidence)
        searched = ()
        if search_job is not None:
            searched = search_sentences(search_job)
        history = list(settings(job, asked_steps(given), done, searched))
        layers.finish_polygons(given, "OUTPUT", destination, title, style, stack, history)
        say_notes(job.inventory.notes, feedback)
        say_polygons(count, area, feedback)
        return {"OUTPUT": destination, "COUNT": count, "AREA_M2": area}


def attribute_parameters(of_one_image=True):
    """Identity and what else goes into the attributes, all advanced."""
    parameters = [shared.sizes()]
    if of_one_image:
        parameters.append(shared.sheet())
    return [*parameters, shared.image_date()]


def landslides():
    """The output both have."""
    return polygon_sink(
        "OUTPUT",
        tr("Landslides"),
        tr("Valid polygons that do not overlap, with confidence, shape and terrain."),
    )


def totals():
    return numbers(
        ("COUNT", tr("Number of landslides")),
        ("AREA_M2", tr("Area of all landslides (m²)")),
    )


def read_image_date(given):
    """ISO date the user gave; None where the field is empty."""
    day = given.value("IMG_DATE")
    if isinstance(day, (QDate, QDateTime)):
        day = day.toString(ISO) if day.isValid() else None
    if day is None:
        return None
    from ..models.inference.image_date import stated_date

    return stated_date(str(day))
