# SPDX-License-Identifier: GPL-2.0-or-later
"""Bookmarks and atlas of a review: the candidates one after the other by rank."""

from __future__ import annotations

import numpy as np
import pytest
from candidates import write_candidates
from samples import write_raster

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsBookmarkManager,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument


@pytest.fixture
def prepare(run, tmp_path):
    def prepared(**parameters):
        result = run(
            "preparereview",
            {
                "INPUT": write_candidates(tmp_path / "c.gpkg"),
                "LANGUAGE": "en",
                "OUTPUT": str(tmp_path / "review.gpkg"),
                **parameters,
            },
        )
        return QgsVectorLayer(result["OUTPUT"], "review", "ogr")

    return prepared


def test_bookmarks_of_the_first(prepare, tmp_path):
    layer = prepare(BOOKMARKS=str(tmp_path / "marks.xml"))
    manager = QgsBookmarkManager()
    assert manager.importFromFile(str(tmp_path / "marks.xml"))
    marks = sorted(manager.bookmarks(), key=lambda mark: mark.name())
    first = next(layer.getFeatures('"rev_rank" = 1'))
    assert len(marks) == 12 and marks[0].name() == f"001  {first['ls_id']}"
    view, box = marks[0].extent(), first.geometry().boundingBox()
    assert view.contains(box) and view.crs() == layer.crs()
    assert view.width() == pytest.approx(4 * box.width())


@pytest.mark.parametrize("hillshade", [True, False])
def test_an_atlas_page_for_each_by_rank(prepare, tmp_path, hillshade):
    image = write_raster(
        tmp_path / "image.tif",
        np.full((3, 20, 20), 90, np.uint8),
        (500000, 100, 0, 3000000, 0, -100),
    )
    shown = {"HILLSHADE": image} if hillshade else {}
    layer = prepare(IMAGE=image, ATLAS=str(tmp_path / "atlas.qpt"), **shown)
    project, document = QgsProject(), QDomDocument()
    project.addMapLayers([layer, QgsRasterLayer(image, "image")])
    document.setContent((tmp_path / "atlas.qpt").read_text(encoding="utf-8"))
    layout = QgsPrintLayout(project)
    layout.setName("atlas")
    assert project.layoutManager().addLayout(layout)  # which now owns it
    _, fine = layout.loadFromTemplate(document, QgsReadWriteContext())
    atlas = layout.atlas()
    assert fine and atlas.enabled() and atlas.coverageLayer() == layer
    assert atlas.beginRender() and atlas.count() == 12 and atlas.first()
    assert atlas.currentFilename() == "review_0001"
    assert [found.name() for found in layout.itemById("image").layers()] == [
        "review",
        "image",
    ]
    assert (layout.itemById("hillshade") is not None) == hillshade
    size = layout.itemById("image").rect()
    width = 139 if hillshade else 281
    assert (size.width(), size.height()) == pytest.approx((width, 130), abs=0.1)
    page, box = layout.itemById("image"), atlas.layout().reportContext().feature()
    wider = page.extent().width() / box.geometry().boundingBox().width()
    assert wider > 3.9
    assert layout.itemById("facts").currentText().startswith("Advice: accept ")
    atlas.endRender()
