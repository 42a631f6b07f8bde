# SPDX-License-Identifier: GPL-2.0-or-later
"""How conflicts of a merge look on the map: outlines in the colour of their reason,
over the inventory.
"""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsRendererCategory,
)

from ..parameters.declare import qgis_language

# of Okabe and Ito's palette, told apart by everyone; in the order of the reasons
COLOURS = ("#e69f00", "#cc79a7", "#d55e00", "#f0e442", "#0072b2", "#000000")


def style_conflicts(layer):
    """Categories by reason, and words for the fields that only conflicts have, in
    QGIS's language.
    """
    from ...models.inventory.language import Language
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS

    language = Language.of(qgis_language())
    reason, *_ = CONFLICT_FIELDS
    words = language.choices(reason.choices)
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            reason.name,
            [
                QgsRendererCategory(value, _outline(colour), label)
                for (value, label), colour in zip(words.items(), COLOURS)
            ],
        )
    )
    for field in CONFLICT_FIELDS:
        layer.setFieldAlias(layer.fields().lookupField(field.name), language.label(field))
    layer.setEditorWidgetSetup(
        layer.fields().lookupField(reason.name),
        QgsEditorWidgetSetup(
            "ValueMap", {"map": [{label: value} for value, label in words.items()]}
        ),
    )


def _outline(colour):
    return QgsFillSymbol.createSimple(
        {
            "style": "no",
            "outline_color": colour,
            "outline_width": "0.7",
            "outline_style": "dash",
        }
    )
