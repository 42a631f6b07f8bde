# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that searches sheets and is killed at a moment: arguments are the model, the
folder, the moment, and the sheets. A moment is a number of batches, or the number of an
event of Python before which it happens, as `os.rename:2`: the second file that would get
its name.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from samples import first_band
from survey import SheetsRun

from models.onnxfile import describe


def main(model: str, folder: str, moment: str, *sheets: str) -> None:
    kind, _, count = moment.rpartition(":")
    left = int(count)

    def count_down(event: str) -> None:
        nonlocal left
        if event != (kind or "batch"):
            return
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def detector(batch):
        count_down("batch")
        return first_band(batch)

    ready = describe(model)
    sys.addaudithook(lambda event, _: count_down(event))
    SheetsRun(sheets, ready, Path(folder), function=detector)


if __name__ == "__main__":
    main(*sys.argv[1:])
