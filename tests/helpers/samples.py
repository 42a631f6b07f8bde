# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiny rasters, models and channels that the tests and the bench are made of."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

import numpy as np
from osgeo import gdal, ogr, osr

from models.contract import Contract
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster
from models.inference.symmetries import AS_IT_LIES
from models.inference.worker_protocol import worker_arguments

# a network that gives back its first band / 250
IDENTITY = Contract(
    name="identity",
    version="1",
    bands=("red",),
    window=64,
    threshold=0.5,
    seed=0.5,
    min_area=0.0,
)
ONE_PIXEL_CONTRACT = Contract(name="identity", version="1", bands=("gray",), window=64)
PLACE = (500000.0, 1.0, 0.0, 3000000.0, 0.0, -1.0)


def wkt(epsg: int) -> str:
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    return srs.ExportToWkt()


def write_raster(
    path, array, geotransform=PLACE, epsg=32647, nodata=None, alpha=False, options=()
):
    """A GeoTIFF of (rows, cols) or (bands, rows, cols); with `alpha` the last band is
    one. Returns its path as text.
    """
    array = array[None] if array.ndim == 2 else array
    kind = (
        gdal.GDT_Byte
        if array.dtype == np.uint8
        else gdal.GetDataTypeByName(
            {
                "uint16": "UInt16",
                "int16": "Int16",
                "float32": "Float32",
                "float64": "Float64",
            }[array.dtype.name]
        )
    )
    photometric = ["PHOTOMETRIC=RGB"] if len(array) - alpha == 3 else []
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path),
        array.shape[2],
        array.shape[1],
        len(array),
        kind,
        options=[*photometric, *(["ALPHA=YES"] if alpha else []), *options],
    )
    dataset.SetGeoTransform(geotransform)
    if epsg:
        dataset.SetProjection(wkt(epsg))
    for number, band in enumerate(array, 1):
        dataset.GetRasterBand(number).WriteArray(band)
        if nodata is not None:
            dataset.GetRasterBand(number).SetNoDataValue(nodata)
    dataset = None
    return str(path)


def read_raster(path) -> np.ndarray:
    return gdal.Open(str(path)).ReadAsArray()


class FakeDetector:
    """A function on batches in the place of a network."""

    def __init__(self, function, device="cpu"):
        self.function = function
        self.device = device
        self.batches = []

    def stream(self, batches):
        for key, batch in batches:
            if batch is not None:
                self.batches.append(len(batch))
            yield key, None if batch is None else self.function(batch)


def first_band(batch: np.ndarray) -> np.ndarray:
    """Identity: the probability is the first band / 250."""
    return batch[:, 0].astype(np.float32) / 250


def result_of(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def constant(value: float):
    return lambda batch: np.full((len(batch),) + batch.shape[2:], value, np.float32)


def run(
    path, contract, function=first_band, batch=8, overlap=None, extent=None, area=None
) -> np.ndarray:
    """All strips of a run, joined."""
    raster = Raster(str(path), contract=contract)
    strips = list(
        predict(
            raster,
            FakeDetector(function),
            plan(raster, contract, overlap, extent, area),
            batch,
        )
    )
    rows = [0, *np.cumsum([len(strip.values) for strip in strips])]
    assert [strip.row for strip in strips] == rows[:-1]
    return np.concatenate([strip.values for strip in strips])


def run_strips(
    path,
    contract,
    function,
    symmetries=AS_IT_LIES,
    extent=None,
    batch=8,
    begin=0,
    joined=True,
):
    """Levels and spread of a run in some symmetries and the detector that it called; not
    `joined`, its strips and their grid.
    """
    raster = Raster(str(path), contract=contract)
    windows = plan(raster, contract, extent=extent, symmetries=symmetries)
    detector = FakeDetector(function)
    strips = list(predict(raster, detector, windows, batch, begin))
    if not joined:
        return strips, windows.grid
    values = np.concatenate([strip.values for strip in strips])
    spread = None
    if windows.has_spread:
        spread = np.concatenate([strip.spread for strip in strips])
    return (values, spread), detector


def write_model(
    path,
    contract=None,
    channels=1,
    window=64,
    batch="n",
    factor=1 / 250,
    metadata=None,
    offset=0.0,
):
    """An ONNX model whose answer anyone can compute: first band x factor + offset.
    Returns its path as text.
    """
    import onnx
    from onnx import TensorProto, helper

    def fixed(name, kind, value):
        return helper.make_tensor(
            name,
            kind,
            [len(value)] if isinstance(value, list) else [],
            value if isinstance(value, list) else [value],
        )

    image = helper.make_tensor_value_info(
        "image", TensorProto.FLOAT, [batch, channels, window, window]
    )
    answer = helper.make_tensor_value_info(
        "probability", TensorProto.FLOAT, [batch, 1, window, window]
    )
    graph = helper.make_graph(
        [
            helper.make_node("Slice", ["image", "zero", "one", "one"], ["first"]),
            helper.make_node("Mul", ["first", "factor"], ["scaled"]),
            helper.make_node("Add", ["scaled", "offset"], ["probability"]),
        ],
        "identity",
        [image],
        [answer],
        [
            fixed("zero", TensorProto.INT64, [0]),
            fixed("one", TensorProto.INT64, [1]),
            fixed("factor", TensorProto.FLOAT, factor),
            fixed("offset", TensorProto.FLOAT, offset),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    helper.set_model_props(
        model,
        metadata if metadata is not None else contract.to_metadata() if contract else {},
    )
    onnx.save(model, str(path))
    return str(path)


def records_of(path):
    """Geometry and attributes of each feature of a layer, in order; the time of the run
    left out.
    """
    source = ogr.Open(str(path))
    records = []
    for feature in source.GetLayer(0):
        values = feature.items()
        values.pop("run_utc")
        wkb = bytes(feature.GetGeometryRef().ExportToWkb())
        records.append((wkb, {k: v for k, v in values.items() if v is not None}))
    return records


class Pipe:
    """A channel to a worker process without Qt."""

    def __init__(self, python=sys.executable):
        self.process = subprocess.Popen(
            [python, *worker_arguments("run")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self):
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.kill()
        self.process.wait(10)
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
