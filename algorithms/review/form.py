# SPDX-License-Identifier: GPL-2.0-or-later
"""The form a reviewer fills in: tabs, words in the reviewer's language, widgets,
rules, defaults, order by rank; one click a decision.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    Qgis,
    QgsAction,
    QgsAttributeEditorAction,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeTableConfig,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
)

NEW_FORMS = hasattr(Qgis, "AttributeFormLayout")  # from 3.32 on
NULL_VALUE = (
    "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # how a value map of QGIS stores NULL
)
# what QGIS runs on one polygon; it fills in [% %]
DECIDE = """{code}

decide('[% @layer_id %]', [% $id %], {status!r}, {reason!r}, {progress!r})
"""


def codes_in(layer):
    """The texts of codes that occur in each field of them: a form shows each as words."""
    from ...models.inventory.review.form import CODES

    field_indexes = {name: layer.fields().lookupField(name) for name in CODES}
    return {
        name: {str(text) for text in layer.uniqueValues(index) if text}
        for name, index in field_indexes.items()
        if index >= 0
    }


def set_form(layer, language, codes):
    """All but symbols and labels of a review layer or a reviewed inventory; `codes` as
    of codes_in.
    """
    from ...models.inventory.review.form import BY_PERSON, CODES, display
    from ...models.inventory.schema import BY_NAME

    config = layer.editFormConfig()
    for index, name in enumerate(layer.fields().names()):
        field = BY_NAME.get(name)
        if field is None:
            continue
        layer.setFieldAlias(index, language.label(field))
        layer.setEditorWidgetSetup(index, widget(field, language, codes))
        config.setReadOnly(index, field.name not in BY_PERSON)
        # as wide as the longest of their texts
        config.setLabelOnTop(index, field.name in CODES)
        _set_rules(layer, index, field.name, language)
    _set_actions(layer, language)
    _set_tabs(layer, config, language)
    layer.setEditFormConfig(config)
    layer.setDisplayExpression(display(language))
    _set_table(layer)


def widget(field, language, codes):
    """How a field of ours is shown and filled in."""
    from ...models.inventory.review.form import BY_PERSON
    from ...models.inventory.review.points import MAX_POINTS, POINTS
    from ...models.inventory.review.triage import wordings

    if field.name in codes:
        words = wordings(codes[field.name], language)
    else:
        words = language.choices(field.choices)
    if words:
        if field.name in BY_PERSON and field.name != "status":
            empty = [{"": NULL_VALUE}]
        else:
            empty = []
        entries = [{word: value} for value, word in words.items()]
        return QgsEditorWidgetSetup("ValueMap", {"map": empty + entries})
    if field.name in POINTS:
        return QgsEditorWidgetSetup(
            "Range",
            {
                "Min": 0,
                "Max": MAX_POINTS,
                "Step": 1,
                "Style": "SpinBox",
                "AllowNull": True,
            },
        )
    if field.kind in ("date", "datetime"):
        if field.kind == "date":
            shape = "yyyy-MM-dd"
        else:
            shape = "yyyy-MM-dd HH:mm:ss"
        return QgsEditorWidgetSetup(
            "DateTime",
            {
                "display_format": shape,
                "field_format": shape,
                "calendar_popup": True,
                "allow_null": True,
            },
        )
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": False, "UseHtml": False})


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


def _set_tabs(layer, config, language):
    from ...models.inventory.review.form import FIRST, OTHERS, TABS

    config.setLayout(
        Qgis.AttributeFormLayout.DragAndDrop
        if NEW_FORMS
        else config.EditorLayout.TabLayout
    )
    config.clearTabs()
    root = config.invisibleRootContainer()
    config.addTab(_first_tab(layer, root, language))
    ours = {name for _, names, *_ in (*FIRST, *TABS) for name in names}
    others = [
        field.name()
        for field in layer.fields()
        if field.name() not in ours and field.name().lower() != "fid"
    ]
    tabs = list(TABS)
    if others:
        tabs.append((OTHERS, others))
    for title, names in tabs:
        tab = _container(language(title), root, is_tab=True)
        tab.setColumnCount(2 if len(names) > 10 else 1)
        _add_fields(layer, tab, names)
        config.addTab(tab)


def _first_tab(layer, root, language):
    """What the reviewer decides by, and a button for each decision."""
    from ...models.inventory.review.form import DECISION, FIRST

    tab = _container(language("tab_review"), root, is_tab=True)
    for title, names, columns in FIRST:
        group = _container(language(title), tab)
        group.setColumnCount(columns)
        if title == DECISION:
            for action in layer.actions().actions("Feature"):
                group.addChildElement(QgsAttributeEditorAction(action, group))
        _add_fields(layer, group, names)
        tab.addChildElement(group)
    return tab


def _container(title, parent, is_tab=False):
    container = QgsAttributeEditorContainer(title, parent)
    if not NEW_FORMS:
        container.setIsGroupBox(not is_tab)
    elif is_tab:
        container.setType(Qgis.AttributeEditorContainerType.Tab)
    else:
        container.setType(Qgis.AttributeEditorContainerType.GroupBox)
    return container


def _add_fields(layer, container, names):
    for name in names:
        index = layer.fields().lookupField(name)
        if index >= 0:
            container.addChildElement(QgsAttributeEditorField(name, index, container))


def _set_table(layer):
    from ...models.inventory.review.form import COLUMNS

    config = QgsAttributeTableConfig()
    config.update(layer.fields())
    columns = {column.name: column for column in config.columns()}
    first = [columns.pop(name) for name in COLUMNS if name in columns]
    for column in first:
        column.width = COLUMNS[column.name]
    config.setColumns(first + list(columns.values()))
    config.setSortExpression('"rev_rank"')
    _show_actions(config)
    layer.setAttributeTableConfig(config)


def _set_actions(layer, language):
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


def _show_actions(table):
    """As a menu in each row of the attribute table."""
    table.setActionWidgetVisible(True)
    table.setActionWidgetStyle(QgsAttributeTableConfig.ActionWidgetStyle.DropDown)


def _action(title, language, status, reason=None):
    progress = language("progress_done", done="{done}", total="{total}")
    text = DECIDE.format(
        code=Path(__file__).with_name("decide.py").read_text(encoding="utf-8"),
        status=status,
        reason=reason,
        progress=(language("tab_review"), progress),
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
