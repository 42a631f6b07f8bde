# SPDX-License-Identifier: GPL-2.0-or-later
"""What a review adds to the form of a layer: rules, defaults, one click a decision."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsAction, QgsDefaultValue, QgsFieldConstraints

# what QGIS runs on one polygon; it fills in [% %]
DECIDE = """{code}

decide('[% @layer_id %]', [% $id %], {status!r}, {reason!r}, {texts!r})
"""


def set_rules(layer, language):
    """What a reviewer may fill in, and what is filled in for him."""
    from ...models.inventory.review.form import STAMPS

    config = layer.editFormConfig()
    for index, name in enumerate(layer.fields().names()):
        _set_rules(layer, index, name, language)
        if name in STAMPS:
            config.setReadOnly(index, True)
    layer.setEditFormConfig(config)


def _set_rules(layer, index, name, language):
    from ...models.inventory.review.form import DEFAULTS, RULES

    if name in DEFAULTS:
        layer.setDefaultValueDefinition(index, QgsDefaultValue(*DEFAULTS[name]))
    if name in RULES:
        rule, sentence = RULES[name]
        layer.setConstraintExpression(index, rule, language(sentence))
        layer.setFieldConstraint(
            index,
            QgsFieldConstraints.Constraint.ConstraintExpression,
            QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard,
        )


def set_actions(layer, language):
    """Confirm, send to a field check, reject for each reason; a click on the map
    confirms unless another is chosen.
    """
    from ...models.inventory.schema import REASONS, STATUS

    words = language.choices(STATUS)
    manager = layer.actions()
    manager.clearActions()
    confirm = _action(f"→ {words['confirmed']}", language, "confirmed")
    manager.addAction(confirm)
    title = f"→ {words['field_check']}"
    manager.addAction(_action(title, language, "field_check"))
    for value, word in language.choices(REASONS).items():
        title = language("action_rejected", status=words["rejected"], reason=word)
        manager.addAction(_action(title, language, "rejected", value))
    manager.setDefaultAction("Canvas", confirm.id())


def _action(title, language, status, reason=None):
    progress = language("progress_done", done="{done}", total="{total}")
    text = DECIDE.format(
        code=Path(__file__).with_name("decide.py").read_text(encoding="utf-8"),
        status=status,
        reason=reason,
        texts=(language("tab_review"), progress, language("review_read_only")),
    )
    return QgsAction(
        QgsAction.ActionType.GenericPython,
        title,
        text,
        "",
        False,
        title,
        {"Canvas", "Feature"},
    )
