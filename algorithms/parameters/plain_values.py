# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain values as they come from a dialog, a script, a batch table, a command line or an
expression. QGIS takes a text that is no number for 0, one that is no switch for on.
"""

from __future__ import annotations

import math
import re
import unicodedata

from qgis.core import (
    QgsExpression,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProperty,
)
from qgis.PyQt.QtCore import QVariant

from ...models.errors import MrifeError
from ...models.inventory.language import words_of_all
from ...models.numerals import number

SEPARATORS = r"[\s,;\uff0c\uff1b\u3001]+"  # and the Chinese commas and semicolon


def is_null(value):
    """Whether a value is none: NULL compares in Python, a tenth as fast."""
    return value is None or (isinstance(value, QVariant) and value.isNull())


def is_empty(value):
    """Whether a value says nothing: none, QGIS's NULL, blanks."""
    if isinstance(value, str):
        return not value.strip()
    return is_null(value)


def evaluated(value, label, context):
    """What an expression or a property gives, None where that is NULL; any other value as
    it is. Raises MrifeError.
    """
    if not isinstance(value, QgsProperty):
        return value
    variables = context.expressionContext()
    result, fine = value.value(variables, None)
    if fine or not value.isActive():
        return result
    expression = QgsExpression(value.asExpression())
    expression.evaluate(variables)
    if expression.hasParserError() or expression.hasEvalError():
        raise MrifeError(
            "{}: '{}' has no result; correct the expression.", label, value.asExpression()
        )
    return None


def number_of(value, label):
    """A finite number. Raises MrifeError."""
    read = float
    if isinstance(value, str):
        read = number
    try:
        converted = read(value)
    except (TypeError, ValueError, OverflowError):
        converted = math.nan
    if math.isfinite(converted):
        return converted
    raise MrifeError(
        "{}: '{}' cannot be read as a number; write it with digits and a decimal point, "
        "as 0.5 or 1000.",
        label,
        value,
    )


def whole_of(value, label):
    """A whole number. Raises MrifeError."""
    converted = number_of(value, label)
    if not converted.is_integer():
        raise MrifeError("{}: '{}' is no whole number; give one.", label, value)
    return int(converted)


def whole_numbers_of(value, label):
    """Those of a list, or of a text with commas, semicolons or blanks between them.
    Raises MrifeError.
    """
    if is_empty(value):
        return []
    if isinstance(value, str):
        value = [text for text in re.split(SEPARATORS, value.strip("[]() ")) if text]
    if not isinstance(value, (list, tuple)):
        value = [value]
    return [whole_of(one, label) for one in value]


def flag_of(text, label):
    """Whether a text says yes. Raises MrifeError where it says neither."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in words_of_all("switch_on"):
        return True
    if word in words_of_all("switch_off"):
        return False
    raise MrifeError("{}: '{}' is neither true nor false; give one of them.", label, text)


def with_numbers(given):
    """The parameters with numbers in the place of texts, for QGIS's own check."""
    numbers = {}
    for definition in given.algorithm.parameterDefinitions():
        name = definition.name()
        if isinstance(definition, QgsProcessingParameterNumber):
            value = given.number(name)
            if value is not None and isinstance(given.parameters[name], str):
                numbers[name] = value
    return {**given.parameters, **numbers}


def plain_parameters(algorithm, parameters, context):
    """The parameters without expressions, of which an enumeration that is left empty has
    its default. Raises MrifeError.
    """
    values = {}
    for name, value in parameters.items():
        definition = algorithm.parameterDefinition(name)
        if definition is not None:
            value = evaluated(value, definition.description(), context)
        if not (is_empty(value) and isinstance(definition, QgsProcessingParameterEnum)):
            values[name] = value
    return values


def flat(value):
    """The members of lists within lists."""
    if value is None:
        return
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for part in value:
        yield from flat(part)
