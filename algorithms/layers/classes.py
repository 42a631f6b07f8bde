# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons on the map: an outline in the colour of their class, its words in a legend
under the name of the field.
"""

from __future__ import annotations

from typing import NamedTuple

from qgis.core import QgsExpression, QgsFillSymbol, QgsRuleBasedRenderer

from .symbols import dashed, filled, labels_of, outlined, part_symbol, style_symbols

# of Okabe and Ito's palette, told apart by everyone; in the order of the reasons
CONFLICT_COLOURS = (
    "#e69f00",
    "#cc79a7",
    "#d55e00",
    "#f0e442",
    "#0072b2",
    "#000000",
    "#009e73",
)
AREA_COLOUR = "#3c3c3c"
COMPARISON_COLOURS = {
    "same": "#8c8c8c",
    "changed": "#0072b2",
    "gained": "#009e73",
    "lost": "#d55e00",
}
EVALUATION_COLOURS = {
    "right": "#009e73",
    "merging": "#56b4e9",
    "missed": "#cc79a7",
    "false": "#d55e00",
}
REASON_COLOURS = {
    "uncertain": "#d55e00",
    "diverse": "#cc79a7",
    "random": "#0072b2",
    "large": "#e69f00",
}
VERDICT_COLOURS = {  # "pass" is a verdict, not a password
    "pass": "#009e73",  # nosec B105
    "warn": "#e69f00",
    "fail": "#d55e00",
}
# of what shows the water: image, elevation model, both
WATER_COLOURS = ("#56b4e9", "#8c6bb1", "#0072b2")
# of the share under landslides, from pale to dark
DENSITY_COLOURS = (
    "#fee5d9",
    "#fcbba1",
    "#fc9272",
    "#fb6a4a",
    "#de2d26",
    "#a50f15",
)


HEADING_KEYS = ("heading 0", "heading 1")  # by which the legend knows them


class MapClass(NamedTuple):
    """A class in the legend; `condition` is an expression of QGIS."""

    condition: str
    symbol: QgsFillSymbol
    label: str


def show_confidence(layer, language, contents):
    """By class of confidence, or by mean probability where nothing is calibrated."""
    from ...models.inventory.review.form import CLASS, class_groups, class_labels

    symbols = style_symbols(layer, "landslides.qml")
    labels = class_labels(language)
    headings = []
    for name, values in class_groups(contents.classes):
        entries = [
            MapClass(equals(CLASS, value), symbols[value], labels[value])
            for value in values
        ]
        headings.append((language.field(name), entries))
    show_headed(layer, headings)


def show_status(layer, language, contents):
    """By status of the review; what a person draws into an inventory has none."""
    from ...models.inventory.schema import BY_NAME, STATUS

    symbols = style_symbols(layer, "review_status.qml")
    words = language.choices(STATUS)
    column = QgsExpression.quotedColumnRef("status")
    entries = [
        MapClass(equals(column, value), symbols[value], words[value]) for value in STATUS
    ]
    entries.append(MapClass("ELSE", symbols[""], language("legend_unknown")))
    show_headed(layer, [(language.label(BY_NAME["status"]), entries)])


def show_rejected(layer, language, contents):
    """All as the style by status shows what is rejected."""
    from ...models.inventory.schema import BY_NAME, STATUS

    symbol = style_symbols(layer, "review_status.qml")["rejected"]
    entry = MapClass("", symbol, language.choices(STATUS)["rejected"])
    show_headed(layer, [(language.label(BY_NAME["status"]), [entry])])


def show_training(layer, language, contents):
    """Landslides, and what only looks like one."""
    from ...models.inventory.review.training_labels import TRAINING_FIELDS

    symbols = style_symbols(layer, "review_status.qml")
    of_class = {"1": symbols["confirmed"], "0": symbols["rejected"]}
    show_choices(layer, language, TRAINING_FIELDS[0], of_class.get)


def show_conflicts(layer, language, contents):
    """Dashed outlines in the colour of the reason, over the inventory."""
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS

    reason = CONFLICT_FIELDS[0]
    colours = dict(zip(reason.choices, CONFLICT_COLOURS))
    show_choices(layer, language, reason, lambda value: dashed(colours[value]))


def show_evaluated(results):
    """By what an evaluation says; `results` are those that the layer can hold."""
    from ...models.evaluation.fields import EVALUATION_FIELDS

    def symbol(value):
        return outlined(EVALUATION_COLOURS[value])

    def show(layer, language, contents):
        show_choices(layer, language, EVALUATION_FIELDS[0], symbol, results)

    return show


def show_change(changes=None):
    """By what became of a polygon from one run, or network, to the next; `changes` are
    those that the layer can hold, None for all.
    """
    from ...models.evaluation.compare import COMPARISON_FIELDS

    def symbol(value):
        return outlined(COMPARISON_COLOURS[value])

    def show(layer, language, contents):
        show_choices(layer, language, COMPARISON_FIELDS[0], symbol, changes)

    return show


def show_density(layer, language, contents):
    """By the share of the ground under landslides."""
    from ...models.inventory.report.density import SHARE, SHARE_CLASSES

    column = QgsExpression.quotedColumnRef(SHARE.name)
    lows = [language.number(low, "g") for low in SHARE_CLASSES]
    entries = [MapClass(f"{column} = 0", filled(), "0")]
    for place, low in enumerate(SHARE_CLASSES):
        condition = f"{column} > {low:g}"
        if place:
            condition = f"{column} >= {low:g}"
        if place + 1 < len(SHARE_CLASSES):
            condition += f" and {column} < {SHARE_CLASSES[place + 1]:g}"
            label = f"{lows[place]} – {lows[place + 1]}"
        else:
            label = f"≥ {lows[place]}"
        entries.append(MapClass(condition, filled(DENSITY_COLOURS[place]), label))
    show_headed(layer, [(language.label(SHARE), entries)])


def show_places(layer, language, contents):
    """By the reason to look there, each with its rank."""
    from ...models.evaluation.looknext import LOOK_FIELDS, REASON_FIELD

    def symbol(value):
        return outlined(REASON_COLOURS[value])

    show_choices(layer, language, REASON_FIELD, symbol)
    layer.setLabeling(labels_of(LOOK_FIELDS[0].name))


def show_water(layer, language, contents):
    """Dashed, as a proposal, in the colour of what shows the water."""
    from ...models.inventory.water.fields import SOURCE

    colours = dict(zip(SOURCE.choices, WATER_COLOURS))
    show_choices(layer, language, SOURCE, lambda value: dashed(colours[value]))


def show_verdicts(layer, language, contents):
    """By the worst of the checks: images with their names, elevation models dashed, since
    both may end at the same edge.
    """
    from ...models.preflight.checked import DEM, IMAGE, KINDS, VERDICTS

    kinds = language.choices(KINDS)
    words = language.choices(VERDICTS)
    headings = []
    for kind, symbol in ((IMAGE, outlined), (DEM, dashed)):
        entries = [
            MapClass(
                f"{equals('in_kind', kind)} and {equals('in_verdict', verdict)}",
                symbol(colour),
                words[verdict],
            )
            for verdict, colour in VERDICT_COLOURS.items()
        ]
        headings.append((kinds[kind], entries))
    show_headed(layer, headings)
    layer.setLabeling(labels_of(f"if({equals('in_kind', IMAGE)}, in_name, NULL)"))


def show_lines(layer, language, contents):
    """As geological maps draw them: ticks on the lower side of the head scarp."""
    from ...models.inventory.morphometry.lines import LINE_FIELDS

    show_choices(layer, language, LINE_FIELDS[1], part_symbol)


def show_choices(layer, language, field, symbol, values=None):
    """A class for each value of a field of ours, or for some `values` of it, by its
    `symbol(value)`, under the field's name.
    """
    column = QgsExpression.quotedColumnRef(field.name)
    entries = [
        MapClass(equals(column, value), symbol(value), word)
        for value, word in language.choices(field.choices).items()
        if values is None or value in values
    ]
    show_headed(layer, [(language.label(field), entries)])


def show_area(layer, language, contents):
    """A reviewed area: where it ends, nothing over the ground in it."""
    entry = MapClass("", dashed(AREA_COLOUR), language("reviewed_area"))
    show_headed(layer, [("", [entry])])


def show_headed(layer, headings):
    """`headings`: (words over the classes, "" for none; their MapClass) from top to
    bottom.
    """
    root = QgsRuleBasedRenderer.Rule(None)
    for place, (words, entries) in enumerate(headings):
        parent = root
        if words:
            parent = QgsRuleBasedRenderer.Rule(None, 0, 0, "", words)
            parent.setRuleKey(HEADING_KEYS[place])
            root.appendChild(parent)
        for number, entry in enumerate(entries):
            rule = QgsRuleBasedRenderer.Rule(
                entry.symbol, 0, 0, entry.condition, entry.label
            )
            rule.setRuleKey(f"class {place} {number}")
            parent.appendChild(rule)
    layer.setRenderer(QgsRuleBasedRenderer(root))


def equals(expression, value):
    return f"{expression} = {QgsExpression.quotedValue(value)}"
