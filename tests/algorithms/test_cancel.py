# SPDX-License-Identifier: GPL-2.0-or-later
"""Cancelling in the midst of what takes minutes with a hundred thousand polygons: the run
ends there, and leaves nothing.
"""

from __future__ import annotations

import sys

import pytest
from candidates import write_candidates
from osgeo import ogr

pytest.importorskip("qgis.core")

LONG = [
    ("compare", "_laid_on"),
    ("compare", "overlay"),
    ("evaluate", "layer"),
    ("evaluate", "areas_by_block"),
    ("evaluate", "overlay"),
    ("evaluate", "boundary_distances"),
    ("merge", "suppress_non_maxima"),
    ("merge", "changes"),
    ("merge", "mark_overlaps"),
    ("applyreview", "teach_once"),
    ("applyreview", "common_ground"),
    ("statistics", "common_ground"),
]


def cancelled_in(function):
    """A feedback whose user cancels while a function of this name is at work."""
    from qgis.core import QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        def isCanceled(self):
            frame = sys._getframe()
            while frame is not None:
                if frame.f_code.co_name == function:
                    self.cancel()
                frame = frame.f_back
            return super().isCanceled()

    return Feedback(False)


def write_confirmed(path):
    """Polygons of which a person said that they are landslides."""
    write_candidates(path, road=False)
    dataset = ogr.Open(str(path), 1)
    layer = dataset.GetLayer(0)
    layer.CreateField(ogr.FieldDefn("status"))
    for feature in layer:
        feature["status"] = "confirmed"
        layer.SetFeature(feature)
    dataset = None
    return str(path)


@pytest.mark.parametrize("algorithm, function", LONG)
def test_what_takes_long_can_be_cancelled(run, tmp_path, algorithm, function):
    first, second = (
        write_candidates(tmp_path / name, road=False) for name in ("a.gpkg", "b.gpkg")
    )
    confirmed = write_confirmed(tmp_path / "c.gpkg")
    (tmp_path / "out").mkdir()
    out = str(tmp_path / "out" / "out.gpkg")
    parameters = {
        "compare": {"EARLIER": first, "LATER": second, "OUTPUT": out},
        "evaluate": {"INPUT": first, "REFERENCE": second, "REPORT": f"{out}.html"},
        "applyreview": {"INPUT": confirmed, "INVENTORY": out},
        "statistics": {"INPUT": confirmed, "OUTPUT": f"{out}.html"},
        "merge": {"INPUTS": [first, second], "OUTPUT": out},
    }
    feedback = cancelled_in(function)
    run(algorithm, parameters[algorithm], feedback)
    assert feedback.isCanceled()
    assert not list((tmp_path / "out").iterdir())


def test_reading_outlines_of_a_merge_can_be_cancelled(run, tmp_path, monkeypatch):
    """Each is repaired and looked at, which takes longer than to read it."""
    from mrife.models.inventory.merge import outline as module
    from qgis.core import QgsProcessingFeedback

    source = write_candidates(tmp_path / "a.gpkg", road=False)
    feedback = QgsProcessingFeedback(False)
    outlines = []
    read_outline = module.read_outline

    def cancelling(*given):
        feedback.cancel()
        outlines.append(read_outline(*given))
        return outlines[-1]

    monkeypatch.setattr(module, "read_outline", cancelling)
    parameters = {"INPUTS": [source], "OUTPUT": str(tmp_path / "out.gpkg")}
    run("merge", parameters, feedback)
    assert len(outlines) == 1
