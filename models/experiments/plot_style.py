# SPDX-License-Identifier: GPL-2.0-or-later
"""How the plots of experiments look: fonts and lines, and the colour and dashes of an arm,
the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import matplotlib

from .ablations import ARMS

INK = "#333333"
PALE = "#dddddd"
# Okabe and Ito 2008, brown for yellow
COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#8C6D1F",
)
# the baseline and the whole method stand out
SPECIAL = {
    "A0": ("#000000", "-"),
    "A8": ("#D55E00", "-"),
}
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (10, 2)))
LOOK = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": "#ececec",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "savefig.dpi": 150,
}


def styled(draw: Callable) -> Callable:
    """Draw with this page's look and leave everybody else's alone."""

    @wraps(draw)
    def with_style(*args: object) -> None:
        with matplotlib.rc_context(LOOK):
            draw(*args)

    return with_style


def style(arm: str) -> dict:
    """Colour and dashes of an arm, whatever other arms are drawn."""
    if arm in SPECIAL:
        colour, dash = SPECIAL[arm]
        return {"color": colour, "linestyle": dash, "linewidth": 2.2, "zorder": 4}
    others = [name for name in ARMS if name not in SPECIAL]
    place = len(others)
    if arm in others:
        place = others.index(arm)
    colour = COLOURS[place % len(COLOURS)]
    dash = DASHES[place // len(COLOURS) % len(DASHES)]
    return {"color": colour, "linestyle": dash, "linewidth": 1.4, "zorder": 3}
