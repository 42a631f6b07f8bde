# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that searches sheets and is killed after some batches: arguments are the
model, the folder, the number of batches, and the sheets.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from samples import first_band
from survey import SheetsRun

from models.onnxfile import describe


def main(model: str, folder: str, batches: str, *sheets: str) -> None:
    left = int(batches)

    def detector(batch):
        nonlocal left
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return first_band(batch)

    SheetsRun(sheets, describe(model), Path(folder), function=detector)


if __name__ == "__main__":
    main(*sys.argv[1:])
