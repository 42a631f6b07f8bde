# SPDX-License-Identifier: GPL-2.0-or-later
"""A model file that the user names."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterFile

from ..texts import tr
from .declare import with_help


def model_file(name, label, text):
    file = QgsProcessingParameterFile(
        name, label, fileFilter=tr("ONNX model (*.onnx)"), optional=True
    )
    return with_help(file, text)
