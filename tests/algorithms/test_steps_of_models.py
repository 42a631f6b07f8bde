# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of models, whose values QGIS does not check, and parameters by expressions."""

from __future__ import annotations

import pytest
from everything import inputs, places
from running import refused

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProject,
    QgsProperty,
)
from qgis.PyQt.QtCore import QDate

FIXED = QgsProcessingModelChildParameterSource.fromStaticValue


@pytest.fixture
def asked(folder, inventory, model, python_with_runtime):
    return inputs(folder, inventory, model)


def run_without_check(algorithm, parameters):
    """As a model runs its steps: (result, whether it ran, log)."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    feedback = QgsProcessingFeedback(False)
    result, fine = algorithm.create().run(parameters, context, feedback)
    return result, fine, feedback.textLog()


def wrong_values(algorithm):
    """(name, value) of numbers beyond their limits, and of what is none of a choice."""
    for definition in algorithm.parameterDefinitions():
        name = definition.name()
        if isinstance(definition, QgsProcessingParameterNumber):
            yield name, definition.minimum() - 1
            if definition.maximum() < 1e300:
                yield name, definition.maximum() + 1
        elif isinstance(definition, QgsProcessingParameterEnum):
            yield name, "no choice"
            yield name, len(definition.options())


def test_a_wrong_value_in_a_step_of_a_model_is_refused(provider, asked, folder):
    """Also what the work would have taken: an overlap of 3, an outline of no kind."""
    count = 0
    for algorithm in provider.algorithms():
        name = algorithm.name()
        for parameter, value in wrong_values(algorithm):
            parameters = {**asked[name], **places(provider, name, folder)}
            parameters[parameter] = value
            _, fine, log = run_without_check(algorithm, parameters)
            assert not fine, (name, parameter, value)
            assert "must be" in log or "is none of the choices" in log, log
            count += 1
    assert count > 100


def test_a_step_of_a_model_without_what_it_needs_is_refused(provider, asked, folder):
    """As of an optional input of the model that was left empty."""
    for algorithm in provider.algorithms():
        name = algorithm.name()
        for definition in algorithm.parameterDefinitions():
            is_optional = definition.flags() & definition.FlagOptional
            if is_optional or definition.isDestination():
                continue
            parameters = {**asked[name], **places(provider, name, folder)}
            parameters[definition.name()] = None
            _, fine, log = run_without_check(algorithm, parameters)
            assert not fine and log.strip(), (name, definition.name())
            assert "Traceback" not in log


def test_a_model_names_what_is_wrong_in_its_step(provider, asked, folder):
    child = QgsProcessingModelChildAlgorithm("mrife:merge")
    values = {**asked["merge"], "IOU": 2.0}
    for name, value in values.items():
        child.addParameterSources(name, [FIXED(value)])
    model = QgsProcessingModelAlgorithm("merging", "merging")
    model.addChildAlgorithm(child)
    _, fine, log = run_without_check(model, {})
    assert not fine and "is 2; it must be between 0 and 1" in log


# --- expressions ------------------------------------------------------------------------

NOTHING = [QgsProperty.fromExpression("NULL"), QgsProperty()]


@pytest.mark.parametrize("nothing", NOTHING, ids=["NULL", "no property"])
def test_an_expression_without_a_value_leaves_a_parameter_empty(
    run, provider, asked, nothing
):
    """As `if(@sure, 0.7, NULL)`, and as QGIS's own algorithms take it."""
    given = {**asked["detect"], "OUTPUT": "memory:"}
    count = run("detect", given)["COUNT"]
    for definition in provider.algorithm("detect").parameterDefinitions():
        if definition.name() not in given:
            result = run("detect", {**given, definition.name(): nothing})
            assert result["COUNT"] == count == 2, definition.name()
            assert "PROBABILITY" not in result


def test_an_image_date_by_an_expression(run, asked):
    given = {**asked["vectorize"], "OUTPUT": "memory:"}
    given["IMG_DATE"] = QgsProperty.fromExpression("to_date('2019-05-28')")
    days = {row["img_date"] for row in run("vectorize", given)["OUTPUT"].getFeatures()}
    assert days == {QDate(2019, 5, 28)}


def test_an_expression_that_fails_is_named(run, asked):
    given = {**asked["vectorize"], "OUTPUT": "memory:"}
    given["IMG_DATE"] = QgsProperty.fromExpression("to_date('2019' || )")
    assert "has no result; correct the expression" in refused(run, "vectorize", given)
