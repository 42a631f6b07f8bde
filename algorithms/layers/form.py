# SPDX-License-Identifier: GPL-2.0-or-later
"""The attributes of a layer in words of the user's language: names, values, form."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    Qgis,
    QgsAttributeEditorAction,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsExpressionContext,
    QgsFeatureRequest,
    QgsProperty,
    QgsPropertyCollection,
)

from ..parameters.plain_values import is_null
from .attribute_table import set_table

NEW_FORMS = hasattr(Qgis, "AttributeFormLayout")  # from 3.32 on
LIST = "ValueMap"  # QGIS's name of the widget
# how a value map of QGIS stores NULL
NULL_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"


@dataclass(frozen=True)
class Contents:
    """What a layer holds."""

    filled: set  # names of fields with a value
    gaps: set  # names of fields that a feature lacks
    codes: dict  # the texts of codes that occur, by field: a form shows each as words
    classes: set  # of confidence, as the style by confidence has them


def contents_of(layer):
    from ...models.inventory.review.form import CLASS, CODES

    names = layer.fields().names()
    filled = set()
    gaps = set()
    codes = {name: set() for name in CODES if name in names}
    classes = set()
    expression = QgsExpression(CLASS)
    context = QgsExpressionContext()  # without the project, which is not this thread's
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    for feature in layer.getFeatures(request):
        values = dict(zip(names, feature.attributes()))
        empty = {name for name, value in values.items() if is_null(value)}
        gaps.update(empty)
        filled.update(values.keys() - empty)
        for name, texts in codes.items():
            if values[name]:
                texts.add(str(values[name]))
        context.setFeature(feature)
        classes.add(expression.evaluate(context))
    classes.discard(None)  # of a layer without these fields
    return Contents(filled, gaps, codes, classes)


def schema_fields():
    """Every field of an inventory by name, whatever layer it is of."""
    from ...models.evaluation.compare import COMPARISON_FIELDS
    from ...models.evaluation.fields import EVALUATION_FIELDS
    from ...models.evaluation.looknext import LOOK_FIELDS
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS
    from ...models.inventory.morphometry.lines import LINE_FIELDS
    from ...models.inventory.report.density import DENSITY_FIELDS
    from ...models.inventory.review.training_labels import (
        REVIEWED_FIELDS,
        TRAINING_FIELDS,
    )
    from ...models.inventory.schema import ALL
    from ...models.inventory.water.fields import WATER_FIELDS
    from ...models.preflight.checked import INPUT_FIELDS

    fields = (
        *COMPARISON_FIELDS,
        *EVALUATION_FIELDS,
        *LOOK_FIELDS,
        *TRAINING_FIELDS,
        *REVIEWED_FIELDS,
        *CONFLICT_FIELDS,
        *WATER_FIELDS,
        *DENSITY_FIELDS,
        *LINE_FIELDS,
        *INPUT_FIELDS,
        *ALL,
    )
    return {field.name: field for field in fields}


def set_form(layer, language, contents, others=()):
    """Names and values in words, tabs, table; what a person does not decide is
    read-only. The form has a button for each action of the layer. `others`: fields of
    ours that only this layer has.
    """
    from ...models.inventory.review.form import BY_PERSON, CODES, display

    own_fields = {**schema_fields(), **{field.name: field for field in others}}
    config = layer.editFormConfig()
    for index, name in enumerate(layer.fields().names()):
        field = own_fields.get(name)
        if field is None:
            continue
        setup = widget(field, language, contents.codes)
        layer.setFieldAlias(index, language.label(field))
        layer.setEditorWidgetSetup(index, setup)
        config.setReadOnly(index, name not in BY_PERSON)
        if name not in BY_PERSON and setup.type() == LIST:
            config.setDataDefinedFieldProperties(name, _word_beside(field, language))
        # as wide as the longest of their texts
        config.setLabelOnTop(index, name in CODES)
    _set_tabs(layer, config, language)
    layer.setEditFormConfig(config)
    if {"rev_rank", "status"} <= {*layer.fields().names()}:
        layer.setDisplayExpression(display(language, layer.featureCount()))
    set_table(layer, own_fields, contents, language)


def widget(field, language, codes):
    """How a field of ours is shown and filled in."""
    from ...models.inventory.review.points import POINTS
    from ...models.inventory.review.triage import wordings

    if field.name in codes:
        words = wordings(codes[field.name], language)
    else:
        words = language.choices(field.choices)
    if words:
        return _list_widget(field.name, words)
    if field.name in POINTS:
        return _points_widget()
    if field.kind == "date":
        return _time_widget("yyyy-MM-dd")
    if field.kind == "datetime":
        return _time_widget("yyyy-MM-dd HH:mm:ss")
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": False, "UseHtml": False})


def _list_widget(name, words):
    """One of the words by stored value; none, too, where a person decides it."""
    from ...models.inventory.review.form import BY_PERSON

    entries = [{word: value} for value, word in words.items()]
    if name in BY_PERSON and name != "status":
        entries.insert(0, {"": NULL_VALUE})
    return QgsEditorWidgetSetup(LIST, {"map": entries})


def _word_beside(field, language):
    """The value as a part of the label: QGIS greys a list that is read-only, beyond
    reading on a dark theme.
    """
    label = QgsExpression.quotedValue(f"{language.label(field)}: ")
    column = QgsExpression.quotedColumnRef(field.name)
    word = f"if({column} is null, '–', represent_value({column}))"
    properties = QgsPropertyCollection()
    properties.setProperty(
        QgsEditFormConfig.DataDefinedProperty.Alias,
        QgsProperty.fromExpression(f"{label} || {word}"),
    )
    return properties


def _points_widget():
    from ...models.inventory.review.points import MAX_POINTS

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


def _time_widget(shape):
    return QgsEditorWidgetSetup(
        "DateTime",
        {
            "display_format": shape,
            "field_format": shape,
            "calendar_popup": True,
            "allow_null": True,
        },
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
    ours = {name for _, names, *_ in (*FIRST, *TABS) for name in names}
    others = [
        field.name()
        for field in layer.fields()
        if field.name() not in ours and field.name().lower() != "fid"
    ]
    tabs = [_first_tab(layer, root, language)]
    for title, names in (*TABS, (OTHERS, others)):
        tab = _container(language(title), root, is_tab=True)
        _add_fields(layer, tab, names)
        tabs.append(tab)
    for tab in tabs:
        if tab.children():
            config.addTab(tab)


def _first_tab(layer, root, language):
    """What one decides by, a button for each decision, what was decided."""
    from ...models.inventory.review.form import DECISION, FIRST

    tab = _container(language("tab_review"), root, is_tab=True)
    for title, names, columns in FIRST:
        group = _container(language(title), tab)
        group.setColumnCount(columns)
        if title == DECISION:
            for action in layer.actions().actions("Feature"):
                group.addChildElement(QgsAttributeEditorAction(action, group))
        _add_fields(layer, group, names)
        if group.children():
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
