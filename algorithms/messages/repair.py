# SPDX-License-Identifier: GPL-2.0-or-later
"""What was done to each polygon of a layer, said feature by feature and summed up at
the end.
"""

from __future__ import annotations

from collections import Counter

from ..texts import tr
from .detection import say_notes


def words():
    """What each code of a repair means."""
    return {
        "height": tr("Z or M values dropped"),
        "curve": tr("curves made straight pieces"),
        "nowhere": tr("vertices that lie nowhere dropped"),
        "duplicate": tr("repeated vertices dropped"),
        "open": tr("open ring closed"),
        "degenerate": tr("ring without area dropped"),
        "crossing": tr("outline that crosses itself taken apart"),
        "overlap": tr("overlapping or adjacent parts joined"),
    }


def unit_words(metres):
    """The name of a unit of height of so many metres."""
    from ...models.geo.height_unit import METRES_PER_FOOT

    if metres == 1.0:
        return tr("metres")
    if round(metres, 4) == METRES_PER_FOOT:
        return tr("feet")
    return tr("units of {} m").format(f"{metres:g}")


class RepairLog:
    """Counts and says what an `existing.ExistingInventory` did; `counts` by code of repair,
    and changed, skipped.
    """

    def __init__(self, feedback):
        self.feedback = feedback
        self.words = words()
        self.counts = Counter()
        self.area = 0.0

    def say_start(self, morphometry, replaced):
        """`replaced`: names of fields of the layer that get new values."""
        if replaced:
            self.feedback.pushWarning(
                tr("The layer's fields {} get new values.").format(", ".join(replaced))
            )
        self.morphometry = morphometry
        if morphometry.terrain:
            dem = morphometry.terrain.dem
            if dem.stated_unit is None and dem.metres == 1.0:
                unit = tr("metres (the file does not say)")
            else:
                unit = unit_words(dem.metres)
            self.feedback.pushInfo(
                tr("Elevation model {}: cells of {} m, elevations in {}.").format(
                    dem.name, f"{dem.resolution:g}", unit
                )
            )

    def note(self, number, polygon):
        """One feature by its number in the layer."""
        from ...models.geo.repair import SILENT

        repairs = [self.words[code] for code in polygon.done if code not in SILENT]
        if polygon.geometry is None:
            self.counts["skipped"] += 1
            self.feedback.pushWarning(
                tr("Feature {} has no outline with an area and is left out.").format(
                    number
                )
            )
            return
        if repairs:
            self.feedback.pushInfo(
                tr("Feature {}: {}.").format(number, "; ".join(repairs))
            )
        if polygon.problem:
            self.feedback.pushWarning(
                tr("Feature {} has no measures: {}").format(number, polygon.problem)
            )
        self.counts.update(polygon.done)
        self.counts["changed"] += polygon.changed
        if "dem_chk" in polygon.values:
            measured = polygon.values["slope_mean"] is not None
            self.counts["no_ends"] += measured and polygon.values["relief_m"] is None
        self.area += polygon.values.get("area_m2") or 0.0

    def say_end(self, count):
        for code, text in self.words.items():
            if self.counts[code]:
                self.feedback.pushInfo(
                    tr("{}: {} polygons.").format(text, self.counts[code])
                )
        say_notes(self.morphometry.notes, self.feedback)
        if self.counts["no_ends"]:
            self.feedback.pushWarning(
                tr(
                    "{} of {} polygons lie partly where there are no elevations: those of "
                    "crown and toe, relief and H / L are empty."
                ).format(self.counts["no_ends"], count)
            )
        self.feedback.pushInfo(
            tr(
                "{} polygons measured, {} m²; {} outlines repaired, {} features left out."
            ).format(
                count, f"{self.area:,.0f}", self.counts["changed"], self.counts["skipped"]
            )
        )
