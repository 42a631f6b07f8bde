# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of the algorithms ask again and again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


WORKER_PYTHON = sys.executable


PIXEL_EDGES = {
    "OUTLINE": "pixel",
    "HOLES": False,
    "SMOOTH": False,
    "SIMPLIFY": 0,
}  # outlines untouched by any step


def block_image(rows=160, cols=200):
    array = np.full((rows, cols), 20, np.uint8)
    array[30:130, 40:140] = 200
    array[10:15, 180:185] = 150
    return array


def left(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def polygons(path: str):
    """Layer and features of a result, the largest first."""
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(path, "found", "ogr")
    assert layer.isValid()
    return layer, sorted(layer.getFeatures(), key=lambda f: -f["area_m2"])


def layer_in_degrees(wkt: str):
    """A layer in memory of one polygon, given in UTM 47N, that lies in WGS 84."""
    from qgis.core import (
        QgsCoordinateReferenceSystem,
        QgsCoordinateTransform,
        QgsFeature,
        QgsGeometry,
        QgsProject,
        QgsVectorLayer,
    )

    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "in degrees", "memory")
    shape = QgsGeometry.fromWkt(wkt)
    utm = QgsCoordinateReferenceSystem("EPSG:32647")
    shape.transform(QgsCoordinateTransform(utm, layer.crs(), QgsProject.instance()))
    feature = QgsFeature()
    feature.setGeometry(shape)
    layer.dataProvider().addFeatures([feature])
    return layer


def refused(run, name: str, parameters: dict, feedback=None) -> str:
    """The sentence with which an algorithm refuses to run."""
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    feedback = feedback or QgsProcessingFeedback(False)
    with pytest.raises(QgsProcessingException) as caught:
        run(name, parameters, feedback)
    return str(caught.value) + feedback.textLog()


def workers() -> list[int]:
    """Process ids of the workers that this process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if (
            int(fields[1]) == os.getpid()
            and b"models.inference.worker_server"
            in (stat.parent / "cmdline").read_bytes()
        ):
            found.append(int(stat.parent.name))
    return found
