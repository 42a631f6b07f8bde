# SPDX-License-Identifier: GPL-2.0-or-later
"""What a layer shows a user: legend, words of a field, columns of the table."""

from __future__ import annotations


def labels(layer, name: str) -> dict:
    """What the form offers for a field: words by stored value."""
    entries = layer.editorWidgetSetup(layer.fields().lookupField(name)).config()["map"]
    return {value: word for entry in entries for word, value in entry.items()}


def legend(layer) -> dict:
    """Words of the classes by the heading over them."""
    return {
        heading.label(): [rule.label() for rule in heading.children()]
        for heading in layer.renderer().rootRule().children()
    }


def columns(layer) -> list[str]:
    """Columns of the attribute table that are not hidden, "" for the menu of actions."""
    config = layer.attributeTableConfig()
    return [
        column.name
        for column in config.columns()
        if not column.hidden and (column.name or config.actionWidgetVisible())
    ]
