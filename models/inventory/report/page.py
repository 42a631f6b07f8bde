# SPDX-License-Identifier: GPL-2.0-or-later
"""A report as one HTML page: no script, no network, all drawings inside.

What the page holds is put together here and in `contents` and `figures`; how it is marked
up stands in `resources/templates/report.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...geo.dem import ElevationModel
from ..language import Language
from ..markup import template
from . import contents, figures
from .statistics import Statistics
from .study_area import StudyArea


@dataclass(frozen=True)
class Report:
    """What a report says besides its numbers; `moment` of its making in UTC; `dem` is
    drawn under the map.
    """

    title: str
    layer: str
    moment: datetime
    area: StudyArea | None = None
    outside: int = 0  # polygons left out because they lie beyond the area
    dem: ElevationModel | None = None

    def html(self, statistics: Statistics, language: str) -> str:
        """The whole page in a language (its code), well-formed as XML too.

        Without a single landslide it says so, and shows sources and limits only.
        """
        reader = Language.of(language)
        values = {
            "language": reader,
            "title": self.title,
            "layer": self.layer,
            "made": self.moment,
            "counted": contents.counted(statistics, reader),
            "keys": contents.key_numbers(statistics, reader),
            "remarks": contents.remarks(statistics, self.outside, reader),
            "sources": contents.sources(statistics, reader),
            "limits": contents.limits(reader),
            "drawings": None,
        }
        if statistics.n:
            drawings = figures.all_figures(statistics, self.area, reader, self.dem)
            values["drawings"] = drawings
            values["size_table"] = contents.size_table(statistics, reader)
            values["recorded_tables"] = contents.recorded_tables(statistics, reader)
            values["volume_note"] = contents.volume_note(statistics, reader)
            values["largest_table"] = contents.largest_table(statistics, reader)
        return template("report.html").render(values)
