# SPDX-License-Identifier: GPL-2.0-or-later
"""The attribute table of a layer: the columns that matter come first, as wide as their
words, the others are hidden until somebody asks for them.
"""

from __future__ import annotations

from qgis.core import QgsAttributeTableConfig, QgsExpression

# pixels of a table on a common screen
LETTER = 9
CHINESE_LETTER = 17
CELL_ROOM = 16  # beside the text of a cell
SORT_ARROW = 20
MAX_COLUMN = 320
MAX_RANK = 2**31 - 1


def set_table(layer, own_fields, contents, language):
    """Columns of ours that matter, those of the user, then, hidden, the others and
    those without a value. What is decided in a review is shown while empty, and all that
    matters where there is no feature yet.
    """
    from ...models.inventory.review.form import COLUMNS, DECIDED, RANKS, TO_DECIDE

    filled = contents.filled
    asked = {TO_DECIDE}
    reviewing = bool(layer.actions().actions("Feature"))
    if reviewing:
        asked.update(DECIDED)
    config = QgsAttributeTableConfig()
    config.update(layer.fields())
    columns = {column.name: column for column in config.columns()}
    first = [columns.pop(name) for name in COLUMNS if name in columns]
    for column in first:
        column.width = COLUMNS[column.name]
        if column.name in own_fields:
            column.width = column_width(own_fields[column.name], language, column.width)
        shown = column.name in filled or column.name in asked
        column.hidden = column.name != "" and bool(filled) and not shown
    for name, column in columns.items():
        column.hidden = name in own_fields or name.lower() == "fid"
    config.setColumns(first + sorted(columns.values(), key=lambda one: one.hidden))
    for rank in RANKS:
        if rank in filled:
            config.setSortExpression(_order_by(rank, contents.gaps))
            break
    config.setActionWidgetVisible(reviewing)
    # a menu in each row
    config.setActionWidgetStyle(QgsAttributeTableConfig.ActionWidgetStyle.DropDown)
    layer.setAttributeTableConfig(config)


def _order_by(rank, gaps):
    """What has no rank comes last; QGIS itself puts it first."""
    column = QgsExpression.quotedColumnRef(rank)
    if rank in gaps:
        return f"coalesce({column}, {MAX_RANK})"
    return column


def column_width(field, language, least):
    """Pixels in which the heading of a field and each of its words are read, of very long
    ones the beginning.
    """
    words = language.choices(field.choices).values()
    widest = max(map(_text_width, words), default=0)
    heading = _text_width(language.label(field)) + SORT_ARROW
    return max(least, heading, min(widest, MAX_COLUMN))


def _text_width(text):
    """Pixels of a text on a common screen; without one no font can be asked."""
    letters = sum(CHINESE_LETTER if ord(one) > 0x2E7F else LETTER for one in text)
    return letters + CELL_ROOM
