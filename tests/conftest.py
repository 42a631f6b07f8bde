# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin loaded as QGIS loads it: a package of its own name, reached through the
registry only.
"""

from __future__ import annotations

import gc
import os
import sys

import pytest
from delivered import write_inventory
from plugin_package import plugin_package
from running import WORKER_PYTHON, block_image
from samples import IDENTITY, write_model, write_raster


def pytest_collection_finish():
    """What was imported stays: a collection after a test looks at what came since, not at
    the half million objects of QGIS, PyTorch and the tests.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """What the last test was given, and what a traceback still holds, goes before QGIS,
    which takes GDAL down with it: a dataset that is closed after that takes the process
    down.
    """
    if nextitem is None:
        item.funcargs.clear()
        gc.collect()


STATUS = pytest.StashKey[int]()


def pytest_sessionfinish(session, exitstatus):
    session.config.stash[STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """All is through and said, QGIS is down: the process ends here. What Python would
    still take down goes after the libraries that it hangs on, in no order, which now and
    then ended a run of tests that had all passed with a segmentation fault.
    """
    if STATUS in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[STATUS])


@pytest.fixture(scope="session")
def package():
    pytest.importorskip("qgis.core")
    return plugin_package()


@pytest.fixture(scope="session")
def provider(package, qgis_processing):
    plugin = package.classFactory(None)
    plugin.initProcessing()
    yield plugin.provider
    plugin.unload()


@pytest.fixture
def set_locale(qgis_app):
    """Sets the language of QGIS as its options do, until the test ends."""
    from qgis.core import QgsSettings

    settings = QgsSettings()

    def choose(locale):
        settings.setValue("locale/overrideFlag", True)
        settings.setValue("locale/userLocale", locale)

    yield choose
    settings.remove("locale/overrideFlag")
    settings.remove("locale/userLocale")


@pytest.fixture
def python_with_runtime(monkeypatch):
    """The Python of the tests, named as a user would name it."""
    monkeypatch.setenv("MRIFE_PYTHON", WORKER_PYTHON)


@pytest.fixture
def run(provider, python_with_runtime):
    """processing.run by id; the log is in `run.log`."""
    import processing
    from qgis.core import (
        QgsFeatureRequest,
        QgsProcessingContext,
        QgsProcessingFeedback,
        QgsProject,
    )

    def runner(name, parameters, feedback=None):
        runner.feedback = feedback or QgsProcessingFeedback(False)
        runner.context = QgsProcessingContext()
        runner.context.setProject(QgsProject.instance())
        # as in a fresh profile of QGIS
        runner.context.setInvalidGeometryCheck(
            QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid
        )
        result = processing.run(
            f"mrife:{name}", parameters, feedback=runner.feedback, context=runner.context
        )
        runner.log = runner.feedback.textLog()
        return result

    yield runner
    runner.context = None
    # a context that outlives QGIS, in some traceback, takes the process down with its
    # layers
    gc.collect()


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A network whose answer anyone can compute: first band / 250, in windows of 64."""
    return write_model(tmp_path_factory.mktemp("model") / "identity.onnx", IDENTITY)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The folder of a training set of a few drawn images."""
    import bijie

    return bijie.make(tmp_path_factory.mktemp("data"))


@pytest.fixture
def scene(tmp_path):
    """A grey raster of 1 m pixels with one bright block of 100 x 100 m and a small one
    of 5 x 5.
    """
    return write_raster(tmp_path / "grey scene é.tif", block_image())


@pytest.fixture
def folder(tmp_path):
    """Chinese, with a blank, as on the desks of surveys."""
    made = tmp_path / "滑坡 成果"
    made.mkdir()
    return made


@pytest.fixture
def inventory(tmp_path):
    """Three polygons with all that breaks exports."""
    return write_inventory(tmp_path / "编目 一.gpkg")
