# SPDX-License-Identifier: GPL-2.0-or-later
"""A report as one HTML page: no script, no network, all drawings inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from . import parts as parts
from .statistics import Statistics
from .study_area import StudyArea
from .style import STYLE
from .svg import safe
from .words import Words

PAGE = """<!DOCTYPE html>
<html lang="{language}" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/><title>{title}</title><style>{style}</style></head>
<body><main>
{body}
</main></body></html>
"""


@dataclass(frozen=True)
class Report:
    """What a report says besides its numbers; `made` in UTC; `dem` (what GDAL opens)
    is drawn under the map.
    """

    title: str
    layer: str
    made: datetime
    area: StudyArea | None = None
    outside: int = 0  # polygons left out because they lie beyond the area
    dem: str | None = None

    def html(self, statistics: Statistics, language: str = "en") -> str:
        """The whole page, well-formed as XML too."""
        words = Words(language)
        if statistics.n:
            sections = parts.sections(statistics, self.area, words, self.dem)
        else:
            sections = [
                f"<p>{safe(words('empty'))}</p>",
                parts.section(words("sources"), [parts.sources(statistics, words)]),
                parts.section(words("limits"), [parts.limits(words)]),
            ]
        body = "\n".join([*self._head(statistics, words), *sections])
        return PAGE.format(
            language={"en": "en", "zh": "zh-Hans"}[language],
            title=safe(self.title),
            style=STYLE,
            body=body,
        )

    def _head(self, statistics: Statistics, words: Words) -> Iterable[str]:
        yield f'<p class="eyebrow">{safe(words("eyebrow"))}</p><h1>{safe(self.title)}</h1>'
        made = f"{self.made:%Y-%m-%d %H:%M} UTC"
        yield (
            f'<p class="quiet">{safe(words("made", layer=self.layer, made=made))}<br/>'
            f"{safe(parts.counted(statistics, words))}</p>"
        )
        yield parts.keys(statistics, words)
        yield parts.remarks(statistics, self.outside, words)
