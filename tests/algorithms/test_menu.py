# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS shows after installing: a menu, icons, an order that is the order of work."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from qgis.core import QgsApplication

STEPS = ["detect", "merge", "preparereview", "applyreview", "statistics", "export"]


def test_steps_are_numbered_in_the_order_of_work_and_have_icons(provider):
    algorithms = {one.name(): one for one in provider.algorithms()}
    steps = [one for one in algorithms.values() if one.groupId() == "steps"]
    in_toolbox = sorted(steps, key=lambda one: one.displayName())
    assert [one.name() for one in in_toolbox] == STEPS
    assert algorithms["detect"].displayName() == "1. Detect relic landslides"
    assert len({one.svgIconPath() for one in algorithms.values()}) == len(algorithms)
    for one in algorithms.values():
        assert Path(one.svgIconPath()).is_file() and not one.icon().isNull()
    assert {one.group() for one in algorithms.values()} == {
        "Landslide mapping, step by step",
        "Landslide mapping, tools",
    }


def test_the_raster_menu_has_the_steps_while_the_plugin_is_on(
    package, provider, monkeypatch
):
    menu, opened = [], []
    monkeypatch.setattr(  # fails where this QGIS has it elsewhere
        "qgis.processing.execAlgorithmDialog", lambda name, _: opened.append(name)
    )
    iface = SimpleNamespace(
        addPluginToRasterMenu=lambda name, action: menu.append((name, action)),
        removePluginRasterMenu=lambda name, action: menu.remove((name, action)),
        messageBar=lambda: SimpleNamespace(pushWarning=lambda *_: opened.append("no")),
    )
    plugin = package.classFactory(iface)
    plugin.provider = provider  # the one that is registered
    plugin.initGui()
    names = [action.text() for _, action in menu]
    assert {name for name, _ in menu} == {"MRIFE landslides"}
    assert names[:2] == ["1. Detect relic landslides", "2. Merge into inventory"]
    assert names[6:] == sorted(names[6:]) and len(names) == 19
    assert not any(action.icon().isNull() for _, action in menu)
    menu[names.index("Check runtime")][1].trigger()
    assert opened == ["mrife:checkruntime"]
    plugin.provider = None
    plugin.unload()
    assert menu == []


def test_a_second_copy_of_the_plugin_says_so_and_leaves_the_first_alone(
    package, provider
):
    """As of the plugin site and of a checkout's zip, whose folders have other names."""
    warnings = []
    bar = SimpleNamespace(pushWarning=lambda *words: warnings.append(words))
    second = package.classFactory(SimpleNamespace(messageBar=lambda: bar))
    second.initGui()
    second.unload()
    (title, words), *others = warnings
    assert title == "MRIFE landslides" and others == []
    assert words.startswith("Another copy of this plugin is switched on already;")
    assert QgsApplication.processingRegistry().providerById("mrife") is provider


@pytest.mark.parametrize(
    "times, shares, said",
    [
        ([0, 60, 120], [0.0, 0.1, 0.2], ["", "10%, about 9 minutes left"] * 1),
        ([0, 2, 6], [0.0, 0.5, 0.6], ["", "", "60%, less than a minute left"]),
        # an interrupted run that is taken up at 80 %
        ([0, 60], [0.8, 0.9], ["", "90%, less than a minute left"]),
    ],
)
def test_minutes_left_are_those_at_the_pace_so_far(package, times, shares, said):
    from mrife.algorithms.messages.detection import Remaining

    clock = iter(times)
    remaining = Remaining(lambda: next(clock))
    sentences = [remaining.sentence(share) for share in shares]
    assert sentences[: len(said)] == said


def test_settings_are_in_the_metadata_of_the_layer(run, scene, model, tmp_path):
    from qgis.core import QgsVectorLayer

    path = str(tmp_path / "found.gpkg")
    steps = {"SPLIT": "no", "SCALE": 10000, "HOLE_SHARE": "12,5", "HOLE_AREA": 1500}
    asked = {"INPUT": scene, "MODEL": model, "THRESHOLD": 0.4, **steps}
    run("detect", {**asked, "OUTPUT": path})
    layer = QgsVectorLayer(path, "found", "ogr")
    layer.loadDefaultMetadata()  # as QGIS does when a user opens a file
    metadata = layer.metadata()
    history = " ".join(metadata.history())
    assert metadata.title() == "Landslide candidates, grey scene é"
    assert "identity-1" in history and "Threshold 0.4, seed 0.5" in history
    for words in (
        "Outline: contour of the probability; Fill holes: yes",
        "Join pieces closer than: 0 m; Map scale, sets the minimum area: 10,000",
        "(default: 10): 12.5",
        "What exclusions do: are cut out; Split what has grown together: no.",
        "Contour: ",
    ):
        assert words in history
    (hole_area,) = re.findall(r"the minimum area\)(.*?);", history)
    assert hole_area in (": 1,500 m²", " [m²]: 1,500")  # QGIS has areas from 3.40 on


def test_what_was_not_searched_is_in_the_metadata_of_the_layer(
    run, scene, model, tmp_path
):
    from qgis.core import QgsVectorLayer
    from samples import write_raster

    left_half_flat = np.repeat(np.maximum(0, np.arange(200) - 100)[None], 200, axis=0)
    dem = write_raster(tmp_path / "dem.tif", left_half_flat.astype(np.float32))
    path = str(tmp_path / "found.gpkg")
    asked = {"DEM": dem, "FLAT_BELOW": 2, "UNCERTAINTY": True}
    run("detect", {"INPUT": scene, "MODEL": model, **asked, "OUTPUT": path})
    layer = QgsVectorLayer(path, "found", "ogr")
    layer.loadDefaultMetadata()
    history = layer.metadata().history()
    sheets = str(tmp_path / "sheets.gpkg")
    run("detectsheets", {"INPUTS": [scene], "MODEL": model, **asked, "OUTPUT": sheets})
    of_sheets = QgsVectorLayer(sheets, "found", "ogr")
    of_sheets.loadDefaultMetadata()
    for sentences in (history, of_sheets.metadata().history()):
        (flat,) = [sentence for sentence in sentences if "flatter than 2°" in sentence]
        assert "are not searched" in flat and not flat.startswith("0 of")
        assert "Each window is looked at in 8 flips and rotations." in sentences


def test_the_pixel_is_that_of_the_image(run, tmp_path, model):
    """Not that of the network, to which the image is resampled."""
    import numpy as np
    from running import block_image, polygons
    from samples import write_raster

    fine = np.kron(block_image(), np.ones((2, 2), np.uint8))
    image = write_raster(tmp_path / "fine.tif", fine, (500000, 0.5, 0, 3000000, 0, -0.5))
    result = run(
        "detect", {"INPUT": image, "MODEL": model, "OUTPUT": str(tmp_path / "f.gpkg")}
    )
    pixels = [feature["gsd_m"] for feature in polygons(result["OUTPUT"])[1]]
    assert pixels and all(pixel == pytest.approx(0.5, rel=1e-3) for pixel in pixels)
