# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's own messages gathered for our sentences, whether its exceptions are on in
this process or not.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType

from osgeo import gdal, ogr, osr

MODULES = (gdal, ogr, osr)  # each has an exception switch of its own

# what this holds for either way; from GDAL 3.7 on it stood among a command's errors
warnings.filterwarnings("ignore", r"Neither \w+\.UseExceptions", FutureWarning)


@dataclass
class GdalError:
    """What GDAL said inside the block; filled when it ends."""

    words: str = ""
    failed: bool = False


@contextmanager
def quiet() -> Iterator[GdalError]:
    """Nothing is printed and nothing raised: calls answer None or a code, as without
    exceptions. Any number of threads may be inside at once.
    """
    error = GdalError()
    with _without_exceptions():
        gdal.ErrorReset()
        gdal.PushErrorHandler("CPLQuietErrorHandler")  # of this thread alone
        try:
            yield error
        finally:
            error.words = gdal.GetLastErrorMsg()
            error.failed = gdal.GetLastErrorType() >= gdal.CE_Failure
            gdal.PopErrorHandler()


@contextmanager
def _without_exceptions() -> Iterator[None]:
    """In this thread alone from GDAL 3.7 on, in the whole process before."""
    if hasattr(gdal, "ExceptionMgr"):
        with ExitStack() as stack:
            for module in MODULES:
                stack.enter_context(module.ExceptionMgr(useExceptions=False))
            yield
        return
    _process_switch.off()
    try:
        yield
    finally:
        _process_switch.back()


class _ProcessSwitch:
    """GDAL's exceptions of the whole process: off while any thread is inside, put back
    as found (another plugin may need them) when the last one leaves.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._inside = 0  # calls of `off` without their `back`
        self._raising: list[ModuleType] = []  # in the order in which they went off

    def off(self) -> None:
        """Enter."""
        with self._lock:
            if self._inside == 0:
                self._raising = _switched_off()
            self._inside += 1

    def back(self) -> None:
        """Leave."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                for module in reversed(self._raising):
                    module.UseExceptions()


def _switched_off() -> list[ModuleType]:
    """The modules that raised. Each chains its error handler to the one that was
    switched on before it, so only the last one can be switched off: they are tried in
    turn.
    """
    modules = []
    for module in MODULES * len(MODULES):
        if module.GetUseExceptions():
            with suppress(RuntimeError):
                module.DontUseExceptions()
                modules.append(module)
    return modules


_process_switch = _ProcessSwitch()
