# SPDX-License-Identifier: GPL-2.0-or-later
"""No algorithm writes over anything that it reads, nor twice to one place."""

import os
import stat

import numpy as np
import pytest
from everything import NAMES
from running import block_image, left, refused
from samples import write_raster

RASTERS = 3  # QgsProcessing.TypeRaster


def definitions(provider, name):
    return provider.algorithm(name).parameterDefinitions()


@pytest.fixture
def files(tmp_path, inventory, model):
    """A raster and a layer that fit every parameter of their kind."""
    folder = tmp_path / "输入 in"
    folder.mkdir()
    image = write_raster(folder / "image.tif", block_image())
    levels = write_raster(folder / "p.tif", block_image().astype(np.float32) / 250)
    return {"raster": image, "probability": levels, "vector": inventory, "model": model}


def value_for(name, definition, files):
    """A value for a parameter that reads a file, else None."""
    kind = definition.type()
    if kind == "raster":
        return files[
            "probability"
            if (name, definition.name()) == ("vectorize", "INPUT")
            else "raster"
        ]
    if kind in ("source", "vector"):
        return files["vector"]
    if kind == "multilayer":
        rasters = definition.layerType() == RASTERS
        return [files["raster" if rasters else "vector"]]
    if kind == "file":
        return files["model"]
    return None


def cases(provider, files):
    """(algorithm, input parameter, destination parameter, parameters)."""
    for name in NAMES:
        inputs = {}
        destinations = []
        for definition in definitions(provider, name):
            value = value_for(name, definition, files)
            if definition.isDestination():
                destinations.append(definition)
            elif value is not None:
                inputs[definition.name()] = (definition, value)
        needed = {
            key: value
            for key, (definition, value) in inputs.items()
            if not definition.flags() & definition.FlagOptional
        }
        for key, (_, value) in inputs.items():
            for destination in destinations:
                yield name, key, destination, {**needed, key: value}


def state(path):
    with open(path, "rb") as file:
        return file.read()


def test_no_output_goes_where_something_is_read(run, provider, files):
    count = 0
    for name, key, destination, parameters in cases(provider, files):
        value = parameters[key]
        path = value[0] if isinstance(value, list) else value
        before = state(path)
        asked = {**parameters, destination.name(): path}
        for other in definitions(provider, name):
            if other.isDestination() and other.name() != destination.name():
                asked.setdefault(other.name(), "TEMPORARY_OUTPUT")
        said = refused(run, name, asked)
        assert "is one of the inputs" in said, (name, key, destination.name(), said)
        assert state(path) == before, (name, key, destination.name())
        count += 1
    assert count > 30


def test_the_users_exclusions_survive(run, scene, model, inventory):
    """As it was lost: EXCLUDE and OUTPUT on one file."""
    before = state(inventory)
    asked = {"INPUT": scene, "MODEL": model, "EXCLUDE": [inventory], "OUTPUT": inventory}
    assert "is one of the inputs" in refused(run, "detect", asked)
    assert state(inventory) == before


@pytest.mark.parametrize(
    "spelling",
    [
        lambda path, folder: path + "|layername=编目 一",
        lambda path, folder: f"ogr:dbname='{path}' table=\"new\" (geom)",
        lambda path, folder: os.path.join(
            os.path.dirname(path), ".", os.path.basename(path)
        ),
        lambda path, folder: linked(path, folder),
        lambda path, folder: linked(path, folder, os.link),
        lambda path, folder: os.path.relpath(path),
        lambda path, folder: f"/proc/self/cwd/{os.path.relpath(path)}",
        lambda path, folder: path[: -len(".gpkg")],
    ],
    ids=[
        "layer of the file",
        "other table of the file",
        "dots",
        "link",
        "hard link",
        "relative",
        "by the process",
        "without its ending",
    ],
)
def test_a_file_is_known_by_any_name(run, scene, model, inventory, folder, spelling):
    asked = {"INPUT": scene, "MODEL": model, "EXCLUDE": [inventory]}
    asked["OUTPUT"] = spelling(inventory, folder)
    before = state(inventory)
    assert "is one of the inputs" in refused(run, "detect", asked)
    assert state(inventory) == before


def linked(path, folder, link=os.symlink):
    link(path, folder / "link.gpkg")
    return str(folder / "link.gpkg")


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("name", ["modelinfo", "checkruntime"])
def test_the_plugin_s_own_model_is_never_overwritten(run, folder, name, link):
    """Nobody named it, and still it is read."""
    from models.onnxfile import shipped_model

    shipped = shipped_model()
    before = state(shipped)
    try:
        link(shipped, folder / "report.html")
    except OSError:  # on another disk
        pytest.skip("no hard link from disk to disk")
    said = refused(run, name, {"HTML": str(folder / "report.html")})
    assert "is one of the inputs" in said and state(shipped) == before


def test_a_report_through_a_link_leaves_the_link(run, folder):
    (folder / "far").mkdir()
    os.symlink(folder / "far" / "report.html", folder / "report.html")
    run("modelinfo", {"HTML": str(folder / "report.html")})
    assert os.path.islink(folder / "report.html")
    assert left(folder / "far") == {"report.html"}


def test_parts_of_a_shapefile_are_one_file(run, scene, model, inventory, folder):
    import processing

    shape = str(folder / "water.shp")
    processing.run("native:savefeatures", {"INPUT": inventory, "OUTPUT": shape})
    asked = {"INPUT": scene, "MODEL": model, "EXCLUDE": [shape]}
    before = state(str(folder / "water.dbf"))
    asked["OUTPUT"] = str(folder / "water.dbf")
    assert "is one of the inputs" in refused(run, "detect", asked)
    assert state(str(folder / "water.dbf")) == before


def test_sources_and_sidecars_of_a_raster_are_read_too(run, scene, model, folder):
    from osgeo import gdal

    mosaic = str(folder / "mosaic.vrt")
    outer = str(folder / "outer.vrt")
    gdal.BuildVRT(mosaic, [scene]).FlushCache()
    gdal.BuildVRT(outer, [mosaic]).FlushCache()
    before = state(scene)
    asked = {"INPUT": outer, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    for path in (scene, mosaic):
        assert "is one of the inputs" in refused(
            run, "detect", {**asked, "PROBABILITY": path}
        )
    assert state(scene) == before


def test_layers_of_the_project_are_files_too(run, scene, model, inventory):
    from qgis.core import QgsProject, QgsVectorLayer

    layer = QgsVectorLayer(inventory, "water", "ogr")
    QgsProject.instance().addMapLayer(layer)
    try:
        for value in (layer, layer.id(), "water"):
            asked = {"INPUT": scene, "MODEL": model, "EXCLUDE": [value]}
            asked["OUTPUT"] = inventory
            assert "is one of the inputs" in refused(run, "detect", asked)
    finally:
        QgsProject.instance().removeMapLayer(layer.id())


def test_two_outputs_in_one_place_are_refused(run, inventory, folder):
    path = str(folder / "out.gpkg")
    asked = {"INPUT": inventory, "INVENTORY": path, "REJECTED": path}
    assert "Two outputs have the same name" in refused(run, "applyreview", asked)
    assert not os.path.exists(path)


def test_outputs_that_differ_in_capitals_only_are_refused(run, inventory, folder):
    """On many a disk they are one file."""
    asked = {"INPUT": inventory, "INVENTORY": str(folder / "a.gpkg")}
    asked["REJECTED"] = str(folder / "A.gpkg")
    assert "Two outputs have the same name" in refused(run, "applyreview", asked)


def test_a_pipe_as_any_input_is_refused_at_once(run, provider, files, folder):
    """Whoever opens one waits for somebody to write into it, the dialog's check too."""
    pipe = str(folder / "pipe")
    os.mkfifo(pipe)
    count = 0
    for name, key, destination, parameters in cases(provider, files):
        value = [pipe] if isinstance(parameters[key], list) else pipe
        output = {destination.name(): "TEMPORARY_OUTPUT"}
        said = refused(run, name, {**parameters, **output, key: value})
        assert "is a pipe or a device" in said, (name, key)
        count += 1
    assert count > 30


@pytest.mark.parametrize("name", NAMES)
def test_a_device_is_never_replaced(run, provider, files, name):
    """`/dev/null` as an output would be gone, where the user may do that."""
    (_, _, _, parameters) = (
        next(case for case in cases(provider, files) if case[0] == name)
        if name not in ("checkruntime", "setupruntime")
        else (None, None, None, {})
    )
    for definition in provider.algorithm(name).destinationParameterDefinitions():
        outputs = {definition.name(): "/dev/null"}
        for other in provider.algorithm(name).destinationParameterDefinitions():
            outputs.setdefault(other.name(), "TEMPORARY_OUTPUT")
        said = refused(run, name, {**parameters, **outputs})
        assert (
            "is a pipe or a device" in said
            or "must end in" in said
            or ("is no GeoPackage" in said)
        )
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_pipe_as_the_extent_s_layer_is_refused(run, files, folder):
    pipe = str(folder / "pipe")
    os.mkfifo(pipe)
    asked = {"INPUT": files["raster"], "MODEL": files["model"], "EXTENT": pipe}
    asked["OUTPUT"] = "TEMPORARY_OUTPUT"
    assert "is a pipe or a device" in refused(run, "detect", asked)
