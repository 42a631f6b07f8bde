# SPDX-License-Identifier: GPL-2.0-or-later
import errno
import itertools
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from running import ROOT
from samples import write_raster
from strips import GRID, VALUES, strips

from models.errors import MrifeError, UnsuitableRaster
from models.geo.grid import Window
from models.geo.missing import FILE_ALONE, LayerNodata
from models.inference import probability_writer
from models.inference.level_buffer import MIN_ROWS, LevelBuffer
from models.inference.levels import NODATA, Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter


def read_back(path):
    probability = Probability(path)
    return probability.grid, probability.strips()


@pytest.mark.parametrize("height", [1, 100, 256, 700])
def test_what_is_written_comes_back(tmp_path, height):
    path = str(tmp_path / "p.tif")
    with ProbabilityWriter(path, GRID, {"MODEL": "m"}) as writer:
        for strip in strips(height):
            writer.write(strip)
    grid, back = read_back(path)
    assert grid == GRID and (np.concatenate([s.values for s in back]) == VALUES).all()
    dataset = gdal.Open(path)
    band = dataset.GetRasterBand(1)
    assert (band.GetScale(), band.GetNoDataValue(), band.GetBlockSize()) == (
        1 / 250,
        255,
        [256, 256],
    )
    assert dataset.GetMetadata()["MODEL"] == "m" and os.listdir(tmp_path) == ["p.tif"]


@pytest.mark.parametrize("temporary", [False, True])
def test_what_is_thrown_away_is_not_compressed(tmp_path, temporary):
    path = str(tmp_path / "p.tif")
    with ProbabilityWriter(path, GRID, temporary=temporary) as writer:
        for strip in strips(300):
            writer.write(strip)
    _, back = read_back(path)
    assert (np.concatenate([s.values for s in back]) == VALUES).all()
    compression = gdal.Open(path).GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")
    assert compression == (None if temporary else "LZW")


@pytest.mark.parametrize("temporary", [True, False])
def test_tiles_of_nodata_alone_are_written_too(tmp_path, temporary):
    """Without compression GDAL writes them last."""
    values = np.full((300, 600), NODATA, np.uint8)
    values[:100, 400:] = 7
    grid = replace(GRID, width=600, height=300)
    path = str(tmp_path / "p.tif")
    with ProbabilityWriter(path, grid, {}, temporary=temporary) as writer:
        writer.write(Strip(0, values))
    _, back = read_back(path)
    assert (np.concatenate([strip.values for strip in back]) == values).all()


def test_same_strips_give_the_same_bytes_whatever_their_height(tmp_path):
    for height in (64, 300):
        with ProbabilityWriter(str(tmp_path / f"{height}.tif"), GRID) as writer:
            for strip in strips(height):
                writer.write(strip)
    assert (tmp_path / "64.tif").read_bytes() == (tmp_path / "300.tif").read_bytes()


def test_an_unfinished_raster_never_looks_finished(tmp_path):
    path = tmp_path / "p.tif"
    path.write_bytes(b"the result of yesterday")
    with pytest.raises(KeyboardInterrupt), ProbabilityWriter(str(path), GRID) as writer:
        writer.write(strips(300)[0])
        raise KeyboardInterrupt
    with ProbabilityWriter(str(path), GRID) as writer:
        writer.write(strips(300)[0])
    assert path.read_bytes() == b"the result of yesterday" and os.listdir(tmp_path) == [
        "p.tif"
    ]


def begun(path, rows, metadata, has_spread=False):
    """A part as a killed program leaves it: the first rows are on the disk, nothing
    was closed.
    """
    code = """
import os, sys
sys.path[:0] = sys.argv[2:4]
from running import ROOT
from strips import GRID, strips
from models.inference import probability_writer
probability_writer.CHECKPOINT = 256
writer = probability_writer.ProbabilityWriter(
    sys.argv[1], GRID, {"MRIFE_RUN": sys.argv[5]}, has_spread=sys.argv[6] == "True"
)
for strip in strips(64):
    if strip.row < int(sys.argv[4]):
        writer.write(strip._replace(spread=strip.values // 3))
os._exit(1)
"""
    folders = [str(ROOT / "tests" / "helpers"), str(ROOT)]
    arguments = [str(rows), metadata, str(has_spread)]
    subprocess.run(
        [sys.executable, "-c", code, str(path), *folders, *arguments], timeout=60
    )


@pytest.mark.parametrize("has_spread", [False, True])
def test_a_killed_run_is_continued_after_its_last_full_row_of_tiles(tmp_path, has_spread):
    path = tmp_path / "p.tif"
    begun(path, 600, "one", has_spread)
    metadata = {"MRIFE_RUN": "one"}
    with ProbabilityWriter(str(path), GRID, metadata, has_spread=has_spread) as writer:
        assert writer.done == 512
        for row in (512, 606):
            values = VALUES[row : row + 94]
            writer.write(Strip(row, values, values // 3))
    _, back = read_back(str(path))
    strips = list(back)
    assert (np.concatenate([s.values for s in strips]) == VALUES).all()
    assert os.listdir(tmp_path) == ["p.tif"]
    if has_spread:
        assert (np.concatenate([s.spread for s in strips]) == VALUES // 3).all()
    assert gdal.Open(str(path)).GetMetadata() == {
        "MRIFE_RUN": "one",
        "AREA_OR_POINT": "Area",
    }


@pytest.mark.parametrize("tile, rows", [("0_1", 256), ("0_0", 0)])
@pytest.mark.parametrize("has_spread", [False, True])
def test_what_a_power_cut_took_from_a_part_is_written_again(
    tmp_path, has_spread, tile, rows
):
    """The file has its length, and zeros where a tile was."""
    path = tmp_path / "p.tif"
    begun(path, 600, "one", has_spread)
    part = tmp_path / "p.tif.part"
    dataset = gdal.Open(str(part))
    band = dataset.GetRasterBand(dataset.RasterCount)
    offset, size = (
        int(band.GetMetadataItem(f"BLOCK_{what}_{tile}", "TIFF"))
        for what in ("OFFSET", "SIZE")
    )
    dataset = band = None  # closes the file
    with part.open("r+b") as file:
        file.seek(offset)
        file.write(bytes(size))
    metadata = {"MRIFE_RUN": "one"}
    with ProbabilityWriter(str(path), GRID, metadata, has_spread=has_spread) as writer:
        assert writer.done == rows
        values = VALUES[rows:]
        writer.write(Strip(rows, values, values // 3))
    _, back = read_back(str(path))
    assert (np.concatenate([strip.values for strip in back]) == VALUES).all()


@pytest.mark.parametrize(
    "options, times",
    [({}, 2), ({"named": False, "temporary": True}, 2), ({"temporary": True}, 0)],
)
def test_what_a_later_run_goes_on_with_is_on_the_disk_before_it_counts(
    tmp_path, monkeypatch, options, times
):
    """Not what is thrown away with its folder. A place without such a thing will do, a
    disk that says that it lost something will not.
    """
    monkeypatch.setattr(probability_writer, "CHECKPOINT", 256)
    rows = []

    def fsync(number):
        dataset = gdal.Open(str(tmp_path / "p.tif.part"))
        rows.append(dataset and dataset.GetMetadataItem(probability_writer.ROWS))
        raise OSError(code, "no")

    monkeypatch.setattr(os, "fsync", fsync)
    code = errno.EINVAL
    with ProbabilityWriter(str(tmp_path / "p.tif"), GRID, **options) as writer:
        for strip in strips(64):
            writer.write(strip)
    assert rows == [None, "256"][:times]
    if times:
        code = errno.EIO
        with pytest.raises(MrifeError, match="p.tif"):
            with ProbabilityWriter(str(tmp_path / "p.tif"), GRID, **options) as writer:
                for strip in strips(64):
                    writer.write(strip)


def test_the_part_of_another_run_is_not_continued(tmp_path):
    path = tmp_path / "p.tif"
    begun(path, 600, "one")
    assert (tmp_path / "p.tif.part").exists()
    with ProbabilityWriter(str(path), GRID, {"MRIFE_RUN": "two"}) as writer:
        assert writer.done == 0
    with ProbabilityWriter(
        str(path), GRID, {"MRIFE_RUN": "two"}, has_spread=True
    ) as writer:
        assert writer.done == 0
    begun(path, 600, "one")
    (tmp_path / "p.tif.part").write_bytes(b"no raster at all")
    with ProbabilityWriter(str(path), GRID, {"MRIFE_RUN": "one"}) as writer:
        assert writer.done == 0


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(MrifeError, match="no-folder"):
        ProbabilityWriter(str(tmp_path / "no-folder" / "p.tif"), GRID)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files here")
@pytest.mark.parametrize("limit", [300, 20_000])
@pytest.mark.parametrize("rows", [100, 700])
def test_a_full_disk_is_an_error_and_not_a_short_file(tmp_path, limit, rows):
    """A process that may write so many bytes a file stands in for a disk that runs full;
    of what fits into its own buffer GDAL 3.13 says nothing.
    """
    code = """
import resource, signal, sys
from dataclasses import replace
import numpy as np
sys.path[:0] = sys.argv[4:]
from models.errors import MrifeError
from models.inference.levels import NODATA, Strip
from models.inference.probability_writer import ProbabilityWriter
from strips import GRID, VALUES
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit, rows = map(int, sys.argv[2:4])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with ProbabilityWriter(sys.argv[1], replace(GRID, height=rows)) as writer:
        for row in range(0, rows, 256):
            writer.write(Strip(row, VALUES[row : min(rows, row + 256)]))
except MrifeError as error:
    print(error)
"""
    folders = [str(ROOT / "tests" / "helpers"), str(ROOT)]
    arguments = [str(tmp_path / "p.tif"), str(limit), str(rows)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, *folders],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "p.tif" in done.stdout and (
        "written" in done.stdout or "finished" in done.stdout
    ), done.stderr
    assert os.listdir(tmp_path) == []


def test_floats_are_read_as_levels(tmp_path):
    values = (VALUES / 250).astype(np.float32)
    values[3, 4] = np.nan
    grid, back = read_back(write_raster(tmp_path / "f.tif", values))
    levels = np.concatenate([s.values for s in back])
    assert levels[3, 4] == 255
    levels[3, 4] = VALUES[3, 4]
    assert (levels == VALUES).all()


def test_what_is_no_probability_is_refused(tmp_path):
    with pytest.raises(UnsuitableRaster, match="not a probability raster"):
        read_back(write_raster(tmp_path / "b.tif", VALUES))
    with pytest.raises(UnsuitableRaster, match="not a probability raster"):
        read_back(write_raster(tmp_path / "two.tif", np.stack([VALUES / 250] * 2)))
    for name, values in (("large", VALUES), ("negative", VALUES / 250 - 0.2)):
        with pytest.raises(UnsuitableRaster, match="between 0 and 1"):
            read_back(write_raster(tmp_path / f"{name}.tif", values.astype(np.float32)))


@pytest.mark.parametrize("floats", [False, True])
def test_a_window_is_a_cut_and_nodata_outside(tmp_path, floats):
    path = tmp_path / "p.tif"
    with ProbabilityWriter(str(path), GRID) as writer:
        writer.write(Strip(0, VALUES))
    if floats:
        path = write_raster(
            tmp_path / "f.tif", np.where(VALUES > 250, np.nan, VALUES / 250)
        )
    probability, around = Probability(str(path)), np.pad(VALUES, 3, constant_values=255)
    rows, cols = VALUES.shape
    for window in (
        probability.grid.whole,
        Window(-3, -3, 5, 6),
        Window(rows - 2, cols - 1, 5, 4),
        Window(1, 2, 3, 1),
        Window(-3, 0, 2, 4),
        Window(0, cols + 1, 3, 2),
    ):
        cut = around[window.row + 3 :, window.col + 3 :][: window.rows, : window.cols]
        assert (probability.read(window) == cut).all()


def test_a_buffer_passes_on_strips_when_it_has_them_together(tmp_path):
    with ProbabilityWriter(str(tmp_path / "p.tif"), GRID) as writer:
        buffer = LevelBuffer(GRID, writer)
        single = list(strips(64))
        for strip in buffer.add_all(iter(single), 100):
            rows = slice(strip.row, buffer.rows)
            assert len(strip.values) >= 100 or buffer.rows == GRID.height
            everything = np.concatenate([each.values for each in single])
            assert np.array_equal(strip.values, everything[rows])
        assert buffer.rows == GRID.height


def test_a_buffer_gives_what_the_finished_file_gives_also_of_rows_it_let_go(tmp_path):
    path = str(tmp_path / "p.tif")
    windows = []
    with ProbabilityWriter(path, GRID, has_spread=True) as writer:
        buffer = LevelBuffer(GRID, writer, max_bytes=1)
        for strip in strips(64):
            strip = strip._replace(spread=strip.values // 3)
            writer.write(strip)
            buffer.add(strip)
            for height, below in itertools.product((3, 70, MIN_ROWS + 64, 999), (0, 9)):
                height = min(height, buffer.rows - below)
                first = buffer.rows - below - height
                window = Window(first, -2, height, GRID.width + 5)
                levels = buffer.read(window)
                windows.append((window, levels, buffer.read_spread(window)))
                places = np.indices(levels.shape).reshape(2, -1)[:, ::-7]
                rows, cols = places + [[window.row], [window.col]]
                assert (buffer.at(rows, cols) == levels[tuple(places)]).all()
    with Probability(path) as probability:
        for window, levels, spread in windows:
            assert (levels == probability.read(window)).all()
            assert (spread == probability.read_spread(window)).all()
            assert (spread[levels < 255] == levels[levels < 255] // 3).all()
            rows, cols = np.indices(levels.shape).reshape(2, -1)[:, ::-7]
            at = probability.at(rows + window.row, cols + window.col)
            assert (at == levels[rows, cols]).all()


@pytest.mark.parametrize("kind", ["mask", "alpha", "largest float", "qgis"])
def test_what_is_missing_in_floats_by_any_way_is_nodata(tmp_path, kind):
    values = np.where(VALUES > 250, 0.5, VALUES / 250).astype(np.float32)
    values[0, 0] = -1e-7
    right = values.shape[1] // 2
    path = str(tmp_path / "f.tif")
    layer = FILE_ALONE
    seen = np.full(values.shape, 255, np.float32)
    seen[:, right:] = 0
    if kind == "alpha":
        write_raster(path, np.stack([values, seen]))
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    elif kind == "mask":
        write_raster(path, values)
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        dataset.GetRasterBand(1).GetMaskBand().WriteArray(seen.astype(np.uint8))
    elif kind == "largest float":
        values[:, right:] = 3.4028235e38
        write_raster(path, values)
    else:
        values[:, right:] = 7
        write_raster(path, values)
        layer = LayerNodata({1: ((6.5, 7.5),)})
    dataset = None
    with Probability(path, layer) as probability:
        levels = probability.read(probability.grid.whole)
        assert "counts as missing" in str(probability.notes[-1])
    assert (levels[:, right:] == 255).all()
    assert (levels[:, :right] == np.rint(values[:, :right] * 250)).all()


@pytest.mark.parametrize(
    "dtype, scale, offset",
    [
        (np.float32, 0.01, 0),
        (np.uint16, 1e-4, 0),
        (np.int16, 1e-4, 0.5),
        (np.uint8, 1 / 255, 0),
        (np.uint8, 1 / 250, 0.2),
        (np.int16, 1 / 250, 0.504),  # the first one is -1
    ],
)
def test_numbers_with_a_scale_are_what_qgis_shows(tmp_path, dtype, scale, offset):
    right = np.array([[0.5, 0.6, 0.8, 1.0]] * 3)
    numbers = np.rint((right - offset) / scale).astype(dtype)
    path = write_raster(tmp_path / "s.tif", numbers)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(scale)
    dataset.GetRasterBand(1).SetOffset(offset)
    dataset = None
    with Probability(path) as probability:
        levels = probability.read(probability.grid.whole)
    assert levels.tolist() == [[125, 150, 200, 250]] * 3
