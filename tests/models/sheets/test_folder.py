# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files of a folder are sheets."""

import os

import pytest
from osgeo import gdal
from samples import write_model, write_raster
from survey import SheetsRun, ground, quarters

from models.contract import Contract
from models.errors import MrifeError
from models.onnxfile import describe
from models.sheets.folder import rasters_in


def names(folder):
    return [os.path.relpath(source.path, folder) for source in rasters_in(str(folder))]


def test_rasters_of_a_folder_and_of_those_in_it(tmp_path):
    for folder in ("b 滑坡", ".hidden", "a"):
        (tmp_path / folder).mkdir()
        write_raster(tmp_path / folder / "sheet.tif", ground())
    image = write_raster(tmp_path / "whole.tif", ground())
    gdal.Open(image, gdal.GA_Update).BuildOverviews("NEAREST", [2])
    gdal.SetConfigOption("USE_RRD", None)
    write_raster(tmp_path / "whole.tif.ovr", ground())
    (tmp_path / "whole.tif.aux.xml").write_text("<PAMDataset></PAMDataset>")
    (tmp_path / "notes.txt").write_text("a text")
    broken = tmp_path / "broken.tif"
    broken.write_bytes((tmp_path / "whole.tif").read_bytes()[:200])
    expected = ["broken.tif", "whole.tif", "a/sheet.tif", "b 滑坡/sheet.tif"]
    assert names(tmp_path) == expected


def test_layers_and_our_own_rasters_are_no_sheets(tmp_path):
    contract = Contract(name="identity", version="1", bands=("red",), window=64)
    model = describe(write_model(tmp_path / "identity.onnx", contract))
    sheets = quarters(tmp_path, ground())
    run = SheetsRun(sheets, model, tmp_path / "p")
    gdal.GetDriverByName("GPKG").Create(str(tmp_path / "o.gpkg"), 0, 0, 0)
    assert run.polygons and len(os.listdir(tmp_path / "p")) == 5
    assert sorted(names(tmp_path)) == ["ne.tif", "nw.tif", "se.tif", "sw.tif"]


def test_a_file_of_several_rasters_is_no_sheet_but_said(tmp_path):
    """It was passed over in silence."""
    model = describe(
        write_model(
            tmp_path / "identity.onnx",
            Contract(name="identity", version="1", bands=("red",), window=64),
        )
    )
    folder = tmp_path / "sheets"
    folder.mkdir()
    sheets = quarters(folder, ground())
    for number, sheet in enumerate(sheets[:2]):
        gdal.Translate(
            str(folder / "two.gpkg"),
            sheet,
            format="GPKG",
            creationOptions=[
                f"RASTER_TABLE=t{number}",
                "TILING_SCHEME=CUSTOM",
                f"APPEND_SUBDATASET={'YES' if number else 'NO'}",
            ],
        )
    run = SheetsRun(rasters_in(str(folder)), model, tmp_path / "p")
    assert run.states["two"] == "failed" and run.states["nw"] == "done"
    assert "holds 2 rasters" in run.reasons["two"]
    assert f"the first as 'GPKG:{folder}/two.gpkg:t0'" in run.reasons["two"]


def test_a_folder_without_rasters_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("a text")
    with pytest.raises(MrifeError, match="holds no raster"):
        rasters_in(str(tmp_path))
    with pytest.raises(MrifeError, match="does not exist"):
        rasters_in(str(tmp_path / "nowhere"))
