# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run costs: seconds, CPU seconds and memory of the bare network, and of the whole
job around it.

    ./build.sh bench                          identity model on 256 Mpx, shipped model on 16 Mpx
    ./build.sh bench --identity 64 256 1024   sizes in Mpx; memory must not grow with them
    ./build.sh bench --shipped 256            hours on two cores
    ./build.sh bench --kept ...               the probability raster is asked for, too: it is compressed
    ./build.sh bench --identity --shipped --morphometry --vectorize 400
                                              a probability raster of that many Mpx to an inventory, all steps
    ./build.sh bench --identity --shipped --vectorize --morphometry 2000
                                              that many polygons measured on a 5 m elevation model
    ./build.sh bench --windows FILE ...       only what one window costs each model file, one thread
    ./build.sh bench --growth 500 1000 2000   only what is done to so many polygons of an inventory
    ./build.sh bench --deepness FOLDER        only beside Deepness (tests/tools/bench_deepness.py says what
                                              FOLDER holds), the sizes of --shipped and --identity

At its end it says beside each goal what was measured of it, and whether it is reached.

Each figure comes from a process of its own. The bare session computes the same number of
windows in the same batches on pixels that already lie in memory, with the threads that
onnxruntime takes, the detector alone as in the worker, each core on windows of its own;
the job reads the raster, runs the worker process, blends, writes the probability raster
(a temporary one, where it is not asked for), outlines the polygons with all steps and
writes them with their attributes, as detection does by default. Ratios are what counts: all run on the
same machine, one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers"), str(ROOT / "tests" / "tools")]

from bench_deepness import beside, is_deepness
from bench_morphometry import morphometry
from bench_polygons import growth
from samples import PLACE, Pipe, wkt, write_model

from models.contract import Contract
from models.inference.batch_size import windows_at_once
from models.onnxfile import describe, shipped_model

BATCH = 8  # windows, on one thread
IDENTITY = Contract(
    name="identity",
    version="1",
    bands=("gray",),
    window=512,
    overlap=0.15,
    threshold=0.72,
    seed=0.8,
    min_area=500,
)
ROUNDS = 20
DEEPNESS_ROUNDS = 3
GRAIN = 80  # pixels between the random values of the made image: blobs of this size


def make_raster(path: Path, megapixels: float, bands: int, pixel: float) -> None:
    """A smooth random image without missing pixels (a border of 0 would be a collar),
    tiled and compressed as orthophotos come.
    """
    side = round((megapixels * 1e6) ** 0.5)
    coarse = (
        np.random.default_rng(0)
        .integers(30, 231, (bands, side // GRAIN + 2, side // GRAIN + 2))
        .astype(np.uint8)
    )
    small = gdal.GetDriverByName("MEM").Create(
        "", coarse.shape[2], coarse.shape[1], bands
    )
    for number, band in enumerate(coarse, 1):
        small.GetRasterBand(number).WriteArray(band)
    photometric = ["PHOTOMETRIC=RGB"] if bands == 3 else []
    large = gdal.Translate(
        str(path),
        small,
        width=side,
        height=side,
        resampleAlg="cubic",
        creationOptions=[
            "TILED=YES",
            "COMPRESS=DEFLATE",
            "ZLEVEL=1",
            "PREDICTOR=2",
            "BIGTIFF=IF_SAFER",
            *photometric,
        ],
    )
    large.SetGeoTransform((PLACE[0], pixel, 0, PLACE[3], 0, -pixel))
    large.SetProjection(wkt(32647))


def job(raster_path: str, model_path: str, folder: str, kept: str = "") -> dict:
    """The whole job as QGIS runs it, over a plain pipe instead of QProcess; `kept`: the
    probability raster is asked for.
    """
    from models import pipeline
    from models.inference.raster import Raster
    from models.inference.worker_client import RemoteDetector
    from models.inventory.candidates.attributes import Collection
    from models.inventory.export.vector_file import write_geopackage
    from models.jobs import OutlineRequest, prepare_detect

    model = describe(model_path)
    raster = Raster(raster_path, contract=model.contract)
    run = prepare_detect(raster, model, OutlineRequest())
    path = os.path.join(folder, "probability.tif")
    out = os.path.join(folder, "slides.gpkg")
    channel = Pipe()
    with RemoteDetector(channel, model, batch_size=run.batch_size) as detector:
        with Collection(run.outline.inventory) as candidates:
            for step in pipeline.detect(
                run, detector, path, candidates, temporary=not kept
            ):
                if step.rows < step.total:
                    searched = time.monotonic()
            worker = _peak(channel.process.pid)
            shared = _megabytes(channel.process.pid, "RssShmem")
            count = write_geopackage(
                out, run.outline.grid, candidates, run.outline.inventory.fields
            )
    return {
        "tiles": run.plan.tiles,
        "polygons": count,
        "after": time.monotonic() - searched,
        "worker_peak_mb": worker,
        "shared_mb": shared,
    }


def delineate(path: str, out: str, threshold: float, min_area: float) -> dict:
    """A probability raster to an inventory with all steps and attributes, as
    vectorizing does by default.
    """
    from models import pipeline
    from models.inventory.candidates.attributes import Collection
    from models.inventory.export.vector_file import write_geopackage
    from models.jobs import OutlineRequest, prepare_outline

    started = time.monotonic()
    request = OutlineRequest(threshold, threshold, min_area)
    run = prepare_outline(path, request)
    with Collection(run.inventory) as candidates:
        for _ in pipeline.outline(path, run, candidates):
            pass
        outlined = time.monotonic() - started
        count = write_geopackage(out, run.grid, candidates, run.inventory.fields)
    return {
        "polygons": count,
        "outlined": outlined,
        "whole": time.monotonic() - started,
        "steps": {
            name: [counters["polygons"], round(counters["area"])]
            for name, counters in candidates.report.to_dict().items()
        },
    }


def bare(model_path: str, tiles: int) -> dict:
    """The session alone, threads as onnxruntime has them, on pixels in memory; on a GPU
    where there is one, in the floats in which the job runs it.
    """
    import onnxruntime

    from models.inference.session import half_session, open_session

    contract = describe(model_path).contract
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session, device, _ = open_session(model_path, "auto", options)
    size = windows_at_once(contract.window)
    shape = (size, len(contract.bands), contract.window, contract.window)
    batch = np.random.default_rng(0).integers(0, 251, shape).astype(np.float32)
    if device != "cpu":
        session, _ = half_session(model_path, options, session, batch)
    for at in range(0, tiles, size):
        session.run(None, {"image": batch[: min(size, tiles - at)]})
    return {"device": device}


def alone(model_path: str, tiles: int) -> dict:
    """The detector as the worker calls it, on pixels in memory."""
    from models.inference.detector import Detector
    from models.inference.worker_server import AT_ONCE

    contract = describe(model_path).contract
    size = windows_at_once(contract.window)
    detector = Detector(model_path, contract=contract, batch_size=size)
    shape = (size, len(contract.bands), contract.window, contract.window)
    batch = np.random.default_rng(0).integers(0, 251, shape).astype(np.float32)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = [min(size, tiles - at) for at in range(0, tiles, size)]
        for _ in pool.map(lambda count: len(detector(batch[:count])), counts):
            pass
    return {}


def window_times(paths: list[str]) -> None:
    """CPU milliseconds a window of each model file on one thread, in batches of BATCH;
    the least of several rounds in turn, and print.
    """
    from models.inference.detector import Detector

    detectors = [Detector(path, device="cpu", threads=1) for path in paths]
    best = [float("inf")] * len(paths)
    for _ in range(ROUNDS):
        for number, detector in enumerate(detectors):
            side = detector.contract.window
            shape = (BATCH, len(detector.contract.bands), side, side)
            pixels = np.random.default_rng(0).integers(0, 251, shape).astype(np.float32)
            started = time.process_time()
            detector(pixels)
            seconds = time.process_time() - started
            best[number] = min(best[number], seconds / BATCH)
    for path, seconds in zip(paths, best):
        print(f"{path}: {1000 * seconds:.2f} CPU ms a window, one thread")


def _peak(pid: int) -> float:
    """Peak resident memory of a living process in MB."""
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, name: str) -> float:
    """A line of a living process's status, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kilobytes,) = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(kilobytes) / 1024


def measured(*arguments: str) -> dict:
    """Run one of the parts in a process of its own and weigh it."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": time.monotonic() - started,
        "cpu": cpu,
        **json.loads(done.stdout.splitlines()[-1]),
    }


class Goal(NamedTuple):
    """What was measured of one thing, and the most that it may be."""

    what: str
    measured: float
    limit: float

    def __str__(self) -> str:
        verdict = "reached" if self.measured <= self.limit else "NOT REACHED"
        return f"{self.what}: {self.measured:.2f}, at most {self.limit:g}: {verdict}"


def compare(
    name: str, model: str, megapixels: float, bands: int, pixel: float, kept: str
) -> list[Goal]:
    """Measure one model on one raster, and print."""
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as folder:
        raster = Path(folder) / "image.tif"
        make_raster(raster, megapixels, bands, pixel)
        whole = measured("job", str(raster), model, folder, kept)
        session = measured("bare", model, str(whole["tiles"]))
        detector = measured("alone", model, str(whole["tiles"]))
    around = whole["cpu"] - session["cpu"]
    in_all = whole["peak_mb"] + whole["worker_peak_mb"] - whole["shared_mb"]
    print(
        f"{name}{kept}, {megapixels:g} Mpx x {bands} band(s) of {pixel:g} m: {whole['tiles']} "
        f"windows, {whole['polygons']} polygons; bare session on "
        f"{session['device']} {session['seconds']:.1f} s, {session['cpu']:.1f} CPU s, "
        f"detector alone {detector['seconds']:.1f} s\n"
        f"  whole job {whole['seconds']:.1f} s, "
        f"{whole['cpu']:.1f} CPU s, {whole['tiles'] / whole['seconds']:.1f} windows/s; "
        f"{whole['after']:.1f} s of it after the last rows of the network\n    ratio of wall times "
        f"{whole['seconds'] / session['seconds']:.2f}, by the detector alone "
        f"{whole['seconds'] / detector['seconds']:.2f}; around the network {around:.1f} "
        f"CPU s = {around * 256 / megapixels:.1f} per 256 Mpx\n    peak memory: job "
        f"{whole['peak_mb']:.0f} MB, worker {whole['worker_peak_mb']:.0f} MB, of which "
        f"they share {whole['shared_mb']:.0f}: {in_all:.0f} MB in all",
        flush=True,
    )
    of_it = f"{name}, {megapixels:g} Mpx"
    memory = Goal(
        f"memory beside the network's process, MB; {of_it}", whole["peak_mb"], 400
    )
    if model_is_identity(model):
        words = f"CPU seconds around the network for 256 Mpx; {of_it}"
        return [Goal(words, around * 256 / megapixels, 5), memory]
    ratio = whole["seconds"] / session["seconds"]
    cpu = whole["cpu"] / session["cpu"]
    limit = 1.05
    if session["device"] != "cpu":
        limit = 1 / 0.9  # nine in ten of its windows a second
    return [
        Goal(f"whole job by the bare session, by the clock; {of_it}", ratio, limit),
        Goal(f"the same in CPU seconds; {of_it}", cpu, 1.05),
        memory,
    ]


def beside_deepness(folder: str, model: str, megapixels: float) -> list[Goal]:
    """`mrife:detect` and Deepness in turn on one raster, and print."""
    contract = describe(model).contract
    bands = len(contract.bands)
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as place:
        raster = Path(place) / "image.tif"
        make_raster(raster, megapixels, bands, contract.pixel_size or 1.0)
        batch = str(windows_at_once(contract.window))
        found = measured("beside", str(raster), model, batch, folder)
    goals = []
    for figure, words in (("seconds", "by the clock"), ("cpu", "in CPU seconds")):
        ours, theirs = (found[name][figure] for name in ("ours", "deepness"))
        print(
            f"{contract.name}, {megapixels:g} Mpx, {words}: {ours:.1f}, Deepness {theirs:.1f}",
            flush=True,
        )
        what = f"{contract.name}, {megapixels:g} Mpx, by Deepness, {words}"
        goals.append(Goal(what, ours / theirs, 0.5))
    return goals


def model_is_identity(model: str) -> bool:
    """Whether the network takes no time."""
    return describe(model).contract.name == IDENTITY.name


def revectorize(
    megapixels: float, grain: int, threshold: float, min_area: float
) -> list[Goal]:
    """Measure a made probability raster to an inventory, and print."""
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as folder:
        path = Path(folder) / "probability.tif"
        make_probability(path, megapixels, grain)
        found = measured(
            "delineate",
            str(path),
            str(Path(folder) / "slides.gpkg"),
            str(threshold),
            str(min_area),
        )
    print(
        f"probability raster of {megapixels:g} Mpx, structures of {grain} pixels, to "
        f"{found['polygons']} polygons: {found['seconds']:.1f} s ({found['cpu']:.1f} "
        f"CPU s), outlines and attributes {found['outlined']:.1f} s, writing "
        f"{found['whole'] - found['outlined']:.1f} s; peak memory "
        f"{found['peak_mb']:.0f} MB\n    steps, polygons and m2: {found['steps']}",
        flush=True,
    )
    of_it = f"probability raster of {megapixels:g} Mpx"
    return [
        Goal(
            f"seconds to outline 400 Mpx; {of_it}",
            found["seconds"] * 400 / megapixels,
            60,
        ),
        Goal(f"memory, MB; {of_it}", found["peak_mb"], 600),
    ]


def at_once(rounds: int) -> list[Goal]:
    """Two sheets at once against one after the other, and print; the least of rounds."""
    from bench_sheets import make_sheets, seconds_at_once

    if not rounds:
        return []
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as name:
        folder = Path(name)
        paths = make_sheets(folder, 2, 4)
        seconds = [
            [seconds_at_once(paths, workers, folder) for workers in (1, 2)]
            for _ in range(rounds)
        ]
    one, two = map(min, zip(*seconds))
    print(f"two sheets of 4 Mpx one after the other {one:.1f} s, at once {two:.1f} s")
    return [Goal("two sheets at once by one after the other", two / one, 1)]


def make_probability(path: Path, megapixels: float, grain: int) -> None:
    """Smooth random levels 0-250 with structures of `grain` pixels, as detection
    writes them.
    """
    from models.inference.probability_writer import OPTIONS

    side = round((megapixels * 1e6) ** 0.5)
    values = (
        np.random.default_rng(0)
        .integers(0, 251, (side // grain + 2,) * 2)
        .astype(np.uint8)
    )
    small = gdal.GetDriverByName("MEM").Create("", values.shape[1], values.shape[0], 1)
    small.GetRasterBand(1).WriteArray(values)
    large = gdal.Translate(
        str(path),
        small,
        width=side,
        height=side,
        resampleAlg="cubicspline",
        creationOptions=list(OPTIONS),
        noData=255,
    )
    large.SetGeoTransform((PLACE[0], 1, 0, PLACE[3], 0, -1))
    large.SetProjection(wkt(32647))
    large.GetRasterBand(1).SetScale(1 / 250)


def main() -> None:
    """The bench, or one of its parts in a process of its own."""
    parts = {
        "job": job,
        "bare": lambda model, tiles: bare(model, int(tiles)),
        "alone": lambda model, tiles: alone(model, int(tiles)),
        "delineate": lambda path, out, *numbers: delineate(
            path, out, *map(float, numbers)
        ),
        "beside": lambda raster, model, batch, folder: beside(
            raster, model, int(batch), folder, DEEPNESS_ROUNDS
        ),
    }
    if sys.argv[1:2] and sys.argv[1] in parts:
        result = parts[sys.argv[1]](*sys.argv[2:])
        print(json.dumps({**result, "peak_mb": _peak(os.getpid())}))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--identity", type=float, nargs="*", default=[256], metavar="MPX")
    parser.add_argument("--shipped", type=float, nargs="*", default=[16], metavar="MPX")
    parser.add_argument(
        "--vectorize", type=float, nargs="*", default=[400], metavar="MPX"
    )
    parser.add_argument(
        "--morphometry", type=int, nargs="*", default=[2000], metavar="POLYGONS"
    )
    parser.add_argument(
        "--grain",
        type=int,
        default=100,
        help="pixels of a structure; 40: many small polygons",
    )
    parser.add_argument("--at-once", type=int, default=2, metavar="ROUNDS")
    parser.add_argument("--windows", nargs="*", metavar="FILE")
    parser.add_argument("--growth", type=int, nargs="+", metavar="POLYGONS")
    parser.add_argument("--deepness", metavar="FOLDER")
    parser.add_argument("--kept", action="store_const", const=", raster kept", default="")
    chosen = parser.parse_args()
    if chosen.windows:
        window_times(chosen.windows)
        return
    if chosen.growth:
        growth(chosen.growth)
        return
    if chosen.deepness:
        goals = against_deepness(chosen.deepness, chosen.shipped, chosen.identity)
    else:
        goals = all_goals(chosen)
    print("Goals:", *goals, sep="\n    ")


def all_goals(chosen: argparse.Namespace) -> list[Goal]:
    """All that was chosen, measured and printed."""
    goals = []
    for count in chosen.morphometry:
        seconds = morphometry(count, 5.0)
        goals.append(Goal(f"morphometry of {count} polygons, s", seconds, 60))
    for size in chosen.vectorize:
        min_area = 2500.0 if chosen.grain >= 100 else 50.0
        goals += revectorize(size, chosen.grain, 0.68, min_area)
    goals += at_once(chosen.at_once)
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as folder:
        identity = identity_model(folder)
        for size in chosen.identity:
            goals += compare("identity model", identity, size, 1, 1.0, chosen.kept)
    contract = describe(shipped_model()).contract
    for size in chosen.shipped:
        for name, path in (
            ("shipped model", shipped_model()),
            ("its 8-bit twin", shipped_model(fast=True)),
        ):
            pixel = contract.pixel_size or 1.0
            goals += compare(name, path, size, len(contract.bands), pixel, chosen.kept)
    return goals


def against_deepness(
    folder: str, shipped: list[float], identity: list[float]
) -> list[Goal]:
    """The shipped models and the identity model on rasters of some Mpx, beside
    Deepness.
    """
    if not is_deepness(folder):
        sys.exit(f"{folder} holds no src/deepness: give a checkout of Deepness.")
    goals = []
    for size in shipped:
        for fast in (False, True):
            goals += beside_deepness(folder, shipped_model(fast=fast), size)
    with tempfile.TemporaryDirectory(prefix="mrife-bench-") as place:
        model = identity_model(place)
        for size in identity:
            goals += beside_deepness(folder, model, size)
    return goals


def identity_model(folder: str) -> str:
    """A network that takes no time."""
    return write_model(
        Path(folder) / "identity.onnx",
        IDENTITY,
        window=IDENTITY.window,
        factor=1 / 255,
    )


if __name__ == "__main__":
    main()
