# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the name of a file says what is written into it."""

from __future__ import annotations

import os
from collections.abc import Sequence

GEOTIFF = (".tif", ".tiff")


def has_ending(path: str, endings: Sequence[str]) -> bool:
    """Whether a name has the ending of its format, so that it neither replaces a file of
    another one nor is opened as such; where there are several, it may have none.
    """
    ending = os.path.splitext(path)[1].lower()
    return ending in endings or (not ending and len(endings) > 1)
