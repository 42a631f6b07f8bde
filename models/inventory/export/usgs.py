# SPDX-License-Identifier: GPL-2.0-or-later
"""The national compilation of the United States: its table (Belair and others 2025,
Mirus and others 2020).
"""

from __future__ import annotations

from ..schema import MATERIALS, MOVEMENTS
from .column import Column, english, same, theirs, words


def usgs_source(image: str | None, day: str | None) -> str | None:
    """Info_Source: what the outline was drawn on, with its date."""
    if image and day:
        return f"{image} ({day})"
    return image or day


# the attributes of version 3.0 (Belair and others 2025, doi 10.5066/P14AJF8I); Source_ID
# and Material are ours, as the compilation keeps an inventory's own fields beside it
USGS = (
    theirs("USGS_ID", "text", 24, True),
    # the days between which it moved, which no outline says
    theirs("Date_Min", "date", 0, True),
    theirs("Date_Max", "date", 0, True),
    theirs("Fatalities", "int", 0, True),
    same("Confidence", "int", 0, "usgs_conf", True),
    # in the words of the inventory, mostly those of Cruden and Varnes or Hungr and others
    words("LS_Type", 40, "movement", english(MOVEMENTS), True),
    same("Inventory", "text", 254, "inventory", True),
    same("Inv_URL", "text", 254, "inv_url", True),
    Column("Info_Source", "text", 254, ("src_img", "img_date"), usgs_source),
    same("Notes", "text", 254, "remarks", True),
    same("Lat_N", "real", 0, "lat", True),
    same("Lon_W", "real", 0, "lon", True),
    same("Source_ID", "text", 24, "ls_id"),
    words("Material", 20, "material", english(MATERIALS)),
)
