# SPDX-License-Identifier: GPL-2.0-or-later
"""How good a prediction is: pixel and object metrics, calibration, intervals; numpy only."""
