# SPDX-License-Identifier: GPL-2.0-or-later
"""What an evaluation, and a choice of places, takes where the user gives nothing. Without
libraries: dialogs say these numbers before anything is computed.
"""

PER_100_KM2 = 60.0  # candidates that a person can look at
PLACES = 30  # to look at in one round
MAX_PLACES = 10_000
TILE_M = 500.0  # side of a tile of the map
SEED = 0
