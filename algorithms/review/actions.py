# SPDX-License-Identifier: GPL-2.0-or-later
"""One click a decision: actions of the layer that set the status and go on to the next
open candidate by rank.
"""

from __future__ import annotations

from qgis.core import QgsAction, QgsAttributeTableConfig

# what QGIS runs; [% %] is filled in by QGIS
DECIDE = """from qgis.core import QgsFeatureRequest, QgsProject
from qgis.utils import iface
layer = QgsProject.instance().mapLayer('[% @layer_id %]')
if layer.isEditable() or layer.startEditing():
    layer.beginEditCommand('STATUS')
    for name, value in (('status', 'STATUS'), ('rej_why', REASON)):
        layer.changeAttributeValue([% $id %], layer.fields().indexOf(name), value)
    layer.endEditCommand()
    request = QgsFeatureRequest().setFilterExpression("status = 'candidate'").addOrderBy('rev_rank').setLimit(1)
    following = [feature.id() for feature in layer.getFeatures(request)]
    layer.selectByIds(following)
    if iface and following:
        iface.mapCanvas().zoomToFeatureIds(layer, following)
        iface.mapCanvas().zoomByFactor(2)
"""


def set_actions(layer, language):
    """Confirm, send to a field check, reject for each reason; a click on the map
    confirms unless another is chosen.
    """
    from ...models.inventory.schema import REASONS, STATUS

    words = language.choices(STATUS)
    manager = layer.actions()
    manager.clearActions()
    confirm = _action(f"→ {words['confirmed']}", "confirmed")
    manager.addAction(confirm)
    manager.addAction(_action(f"→ {words['field_check']}", "field_check"))
    for value, word in language.choices(REASONS).items():
        manager.addAction(_action(f"→ {words['rejected']}: {word}", "rejected", value))
    manager.setDefaultAction("Canvas", confirm.id())


def show_actions(table):
    """As a menu in each row of the attribute table."""
    table.setActionWidgetVisible(True)
    table.setActionWidgetStyle(QgsAttributeTableConfig.ActionWidgetStyle.DropDown)


def _action(title, status, reason=None):
    text = DECIDE.replace("STATUS", status).replace("REASON", repr(reason))
    return QgsAction(
        QgsAction.ActionType.GenericPython,
        title,
        text,
        "",
        False,
        title,
        {"Canvas", "Feature"},
    )
