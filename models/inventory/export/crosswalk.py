# SPDX-License-Identifier: GPL-2.0-or-later
"""How our fields become those of SLIDO, the USGS, IFFI, INSPIRE and the Chinese record
form: one table a body, which stands beside what else is made for it.

Only names and words marked `verified` were seen in a published table; the rest is
professional knowledge and must be held against the official template before delivery.
What a machine may not fill (movement, activity, age, the numbers a body gives itself) is
filled only from what a geologist wrote; a person's word comes before the network's, which
is named as such.
"""

from __future__ import annotations

from ..schema import BY_NAME, Field
from .china import CHINA
from .iffi import IFFI
from .inspire import INSPIRE
from .slido import SLIDO
from .usgs import USGS

TABLES = {"slido": SLIDO, "usgs": USGS, "iffi": IFFI, "inspire": INSPIRE, "china": CHINA}
# what is read of layers of other inventories, too
FOREIGN = (
    Field("name", "text", 80, "", "What people call the landslide", "Name"),
    Field("inventory", "text", 254, "", "Inventory that it comes from", "Inventory"),
    Field("inv_url", "text", 254, "", "Where that inventory is published", "Link"),
)
READ = {**BY_NAME, **{field.name: field for field in FOREIGN}}
