# SPDX-License-Identifier: GPL-2.0-or-later
"""What would be waited for in vain is refused, however it is named; files and folders
are not.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from models.errors import MrifeError
from models.geo.feature_file import polygons_by_layer, read_features
from models.geo.files import files_behind, open_raster
from models.geo.staging import Staging
from models.onnxfile import describe
from models.regular_file import check_regular
from models.sheets.folder import rasters_in

SPELLINGS = (
    "{}",
    "{}|layername=slides",
    "/vsigzip/{}",
    "/vsizip/{}/inner.tif",
    "/vsizip/vsigzip/{}/inner.tif",
    "/vsitar/{{{}}}/inner.tif",
    'GPKG:"{}":table',
    "NETCDF:{}:elevation",
    "ogr:dbname='{}' table=\"t\" (geom)",
    "file://{}?type=csv",
)


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "pipe.tif"
    os.mkfifo(path)
    return str(path)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_pipe_is_refused_however_it_is_named(pipe, spelling):
    with pytest.raises(MrifeError, match=f"'{pipe}' is a pipe or a device"):
        check_regular(spelling.format(pipe))


@pytest.mark.parametrize("read", [open_raster, describe, files_behind])
def test_nobody_waits_for_a_pipe(pipe, read, tmp_path):
    (tmp_path / "link.tif").symlink_to(pipe)
    for path in (pipe, str(tmp_path / "link.tif")):
        with pytest.raises(MrifeError, match="is a pipe or a device"):
            read(path)


def test_a_mosaic_of_a_pipe_is_refused(pipe, tmp_path):
    vrt = tmp_path / "mosaic.vrt"
    source = f'<SourceFilename relativeToVRT="0">{pipe}</SourceFilename>'
    source += '<SourceBand>1</SourceBand><SourceProperties RasterXSize="2" '
    source += 'RasterYSize="2" DataType="Byte"/><SrcRect xOff="0" yOff="0" xSize="2" '
    source += 'ySize="2"/><DstRect xOff="0" yOff="0" xSize="2" ySize="2"/>'
    band = f'<VRTRasterBand dataType="Byte" band="1"><SimpleSource>{source}'
    band += "</SimpleSource></VRTRasterBand>"
    head = '<VRTDataset rasterXSize="2" rasterYSize="2">'
    vrt.write_text(f"{head}{band}</VRTDataset>")
    with pytest.raises(MrifeError, match="is a pipe or a device"):
        files_behind(str(vrt))


def test_sockets_and_devices_are_refused(tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        for special in (path, "/dev/zero", "/dev/stdin"):
            if Path(special).is_file():  # whatever runs the tests may give them a file
                continue
            with pytest.raises(MrifeError, match="is a pipe or a device"):
                check_regular(special)


def test_files_folders_services_and_what_is_not_there_pass(tmp_path):
    (tmp_path / "x.gdb").mkdir()
    (tmp_path / "x.tif").write_text("")
    for source in (
        str(tmp_path / "x.gdb"),
        str(tmp_path / "x.tif"),
        str(tmp_path / "nowhere.tif"),
        "/vsicurl/https://example.org/a.tif",
        'postgres://dbname=\'x\' host=localhost table="a"."b"',
        "type=xyz&url=https://example.org/{z}/{x}/{y}.png",
        '<VRTDataset rasterXSize="2" rasterYSize="2"/>',
        "a\0b",
        "",
    ):
        check_regular(source)


@pytest.mark.parametrize(
    "read", [read_features, lambda path: next(polygons_by_layer(path))]
)
def test_polygons_are_not_read_from_a_pipe(pipe, read):
    with pytest.raises(MrifeError, match="is a pipe or a device"):
        read(pipe)


def test_a_name_that_is_no_utf_8_is_refused(tmp_path):
    name = os.fsdecode(bytes(tmp_path) + b"/g\xe4.tif")
    for refused in (open_raster, read_features, describe, Staging().path):
        with pytest.raises(MrifeError, match=r"g\\udce4.tif' is not written in UTF-8"):
            refused(name)


@pytest.mark.skipif(sys.platform != "linux", reason="others have no such names")
def test_a_folder_of_sheets_with_such_a_name_is_refused(tmp_path):
    with open(bytes(tmp_path) + b"/g\xe4.tif", "wb"):
        pass
    with pytest.raises(MrifeError, match="is not written in UTF-8"):
        rasters_in(str(tmp_path))
