# SPDX-License-Identifier: GPL-2.0-or-later
"""What one click of a reviewer runs: the decision, then on to the next polygon.

The review's GeoPackage holds a copy of this text, which has to run where the plugin is
not installed: it imports QGIS only.
"""

from qgis.core import QgsCoordinateTransform, QgsFeatureRequest, QgsProject
from qgis.gui import QgsDualView
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QApplication
from qgis.utils import iface

AROUND = 4.0  # width of the view by that of the polygon
LAST = 1 << 30  # rank of what has none: drawn by the reviewer
MESSAGE_SECONDS = 5


def decide(layer_id, feature_id, status, reason, texts):
    """One decision as one step to undo. `texts`: title of what is said then; how many
    are done, with {done} and {total} in it; that the layer cannot be edited.
    """
    title, progress, read_only = texts
    layer = QgsProject.instance().mapLayer(layer_id)
    if not layer.isEditable() and not layer.startEditing():
        say(title, read_only)
        return
    layer.beginEditCommand(title)
    for name, value in (("status", status), ("rej_why", reason)):
        layer.changeAttributeValue(feature_id, layer.fields().indexOf(name), value)
    layer.endEditCommand()
    rows = review_rows(layer)
    following = next_open(rows, feature_id)
    done = sum(decided for _, _, decided in rows)
    say(title, progress.format(done=done, total=len(rows)))
    if following is None:
        layer.removeSelection()
        return
    show_in_forms(layer, following)
    # only now: a form whose feature is not selected goes to the first one in QGIS 3.22
    layer.selectByIds([following])
    show_on_map(layer, following)


def review_rows(layer):
    """(rank, feature, whether it is decided) by rank, edits that are not saved
    included: QGIS misses those of a request with a filter and a limit.
    """
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    rows = []
    for feature in layer.getFeatures(request):
        rank = feature["rev_rank"]
        if not isinstance(rank, int):
            rank = LAST
        status = feature["status"]
        decided = isinstance(status, str) and status not in ("", "candidate")
        rows.append((rank, feature.id(), decided))
    return sorted(rows)


def next_open(rows, feature_id):
    """The next one that is not decided, after the last rank the first; None where all
    are.
    """
    place = [row[1] for row in rows].index(feature_id)
    for _, following, decided in rows[place + 1 :] + rows[:place]:
        if not decided:
            return following
    return None


def say(title, text):
    """Takes the place of what was said before under this title."""
    if iface is None:
        return
    bar = iface.messageBar()
    for item in bar.items():
        if item.title() == title:
            bar.popWidget(item)
    bar.pushMessage(title, text, duration=MESSAGE_SECONDS)


def show_in_forms(layer, feature_id):
    """In attribute tables of the layer that show its form. Those that QGIS itself made
    come to Python as a class that they are made of.
    """
    for widget in QApplication.allWidgets():
        if widget.inherits("QgsDualView"):
            view = sip.cast(widget, QgsDualView)
            if view.masterModel().layer() == layer:
                view.setCurrentEditSelection([feature_id])


def show_on_map(layer, feature_id):
    if iface is None:
        return
    canvas = iface.mapCanvas()
    map_crs = canvas.mapSettings().destinationCrs()
    to_map = QgsCoordinateTransform(layer.crs(), map_crs, QgsProject.instance())
    box = layer.getFeature(feature_id).geometry().boundingBox()
    view = to_map.transformBoundingBox(box)
    view.scale(AROUND)
    canvas.setExtent(view)
    canvas.refresh()
