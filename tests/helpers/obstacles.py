# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes between a run and its outputs, once it is on its way."""

from __future__ import annotations

import resource
from contextlib import contextmanager

from qgis.core import QgsProcessingFeedback


class Does(QgsProcessingFeedback):
    """Does something once, when the run says its first word or makes progress."""

    def __init__(self, deed):
        super().__init__(False)
        self.deed = deed
        self.done = False
        self.progressChanged.connect(self.look)

    def look(self, *_):
        if not self.done:
            self.done = True
            self.deed()

    def pushInfo(self, text):
        super().pushInfo(text)
        self.look()


@contextmanager
def limited_files():
    """What sets the limit; it is lifted in the end."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
