# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd inputs as real files have them: every row of ../shared/cases run headless through
qgis_process, each command against its right value.

    .venv/bin/python tests/tools/cases.py FOLDER [ROW ...] [--cases ../shared/cases]

Makes the inputs in FOLDER where they are not there yet, runs the rows named (by default
all), prints a line a command and, at the end, how many are as they should be.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

ROOT = Path(__file__).resolve().parents[2]
OUTPUTS = ("o.*", "p.tif", "i.gpkg", "r.gpkg")
# as the cases name them
INPUT_FILE = r"[\w-]+/[\w.-]+\.\w+"

gdal.UseExceptions()
ogr.UseExceptions()


@dataclass
class Outcome:
    """What one command left: its status, all it printed, the folder with its outputs."""

    folder: Path
    status: int
    text: str

    @property
    def log(self) -> str:
        """Without echoed inputs and names of files, which could hold the word looked
        for.
        """
        log = re.sub(
            r"^(?:(?!WARNING)[A-Z_]+:\t|Logged warning: ).*$",
            "",
            self.text,
            flags=re.MULTILINE,
        )
        return re.sub(INPUT_FILE, "", log)

    @property
    def warned(self) -> bool:
        return not self.status and "Traceback" not in self.text

    def result(self, name: str) -> str | None:
        match = re.findall(rf"^{name}:\t(.*)$", self.text, re.MULTILINE)
        return match[-1] if match else None

    def rows(self, name: str = "o.gpkg") -> list[dict]:
        """Attributes of the features of a layer."""
        path = self.folder / name
        if not path.exists():
            return []
        source = ogr.Open(str(path))  # a layer does not keep it open
        return [feature.items() for feature in source.GetLayer(0)]

    def raster(self) -> np.ndarray:
        dataset = gdal.Open(str(self.folder / "p.tif"))
        return dataset.ReadAsArray()


Check = Callable[[Outcome], bool]


def refused(*words: str) -> Check:
    """Status not 0, a sentence with one of these words, no traceback, no output left."""

    def check(outcome: Outcome) -> bool:
        left = [path for path in outcome.folder.glob("o.*") if path.name != "o.html"]
        return (
            outcome.status in (1, 2)
            and "Traceback" not in outcome.text
            and any(re.search(word, outcome.log) for word in words)
            and not left
        )

    return check


def said(*words: str) -> Check:
    """All of these in the log of a run that ended well."""
    return lambda o: o.warned and all(re.search(word, o.log) for word in words)


def result(**values: float) -> Check:
    """Results of the algorithm, to 1 in 2,000."""
    return lambda o: all(near(o.result(k), v, 5e-4) for k, v in values.items())


def area(right: float, share: float = 0.002) -> Check:
    """AREA_M2 within a share."""
    return lambda o: near(o.result("AREA_M2"), right, share)


def values(**right: object) -> Check:
    """Attributes of the first feature of the output, to 1 in 200; None: empty."""

    def check(outcome: Outcome) -> bool:
        rows = outcome.rows()
        if not rows:
            return False
        return all(equal(rows[0].get(name), value) for name, value in right.items())

    return check


def texts(name: str, *right: str) -> Check:
    """One field of all features."""
    return lambda o: [row.get(name) for row in o.rows()] == list(right)


def count(right: int, name: str = "o.gpkg") -> Check:
    return lambda o: len(o.rows(name)) == right


def share(right: float, tolerance: float = 0.005) -> Check:
    """Of the probability raster that holds nodata."""

    def check(outcome: Outcome) -> bool:
        path = outcome.folder / "p.tif"
        return path.exists() and abs((outcome.raster() == 255).mean() - right) < tolerance

    return check


def heights(right: float) -> Check:
    """What the elevation model of the cases saw in columns 20-40."""
    return lambda o: abs(o.raster()[:, 20:40].mean() / 250 * 10000 - right) < 45


def either(*checks: Check) -> Check:
    return lambda o: any(check(o) for check in checks)


def both(*checks: Check) -> Check:
    return lambda o: all(check(o) for check in checks)


def well(outcome: Outcome) -> bool:
    """Ended without a fault."""
    return outcome.status == 0 and "Traceback" not in outcome.text


def near(value: object, right: float, share: float) -> bool:
    try:
        return abs(float(value) - right) <= share * max(abs(right), 1e-9)
    except (TypeError, ValueError):
        return False


def equal(value: object, right: object) -> bool:
    if isinstance(right, (int, float)):
        return near(value, right, 0.005)
    return value == right


# --- the rows


@dataclass
class Row:
    """`before`: commands that only prepare this one."""

    number: int
    command: str
    check: Check = well
    before: tuple[str, ...] = ()


def detect(number: int, source: str, model: str, check: Check, more: str = "") -> Row:
    command = f"detect INPUT={source} MODEL={model}.onnx {more} OUTPUT=o.gpkg"
    return Row(number, command, check)


def measure(number: int, slides: str, check: Check, dem: str = "") -> Row:
    dem = f"DEM={dem}" if dem else ""
    return Row(number, f"morphometry INPUT={slides} {dem} OUTPUT=o.gpkg", check)


def three(folder: str, name: str, *counts: int) -> list[Row]:
    source = f"{folder}/{name}.gpkg"
    return [
        Row(
            1,
            f"statistics INPUT={source} OUTPUT=o.html",
            both(well, result(COUNT=counts[0])),
        ),
        Row(
            1,
            f"export INPUT={source} TARGET=usgs OUTPUT=o.gpkg",
            both(well, count(counts[1])),
        ),
        Row(1, f"merge INPUTS={source} OUTPUT=o.gpkg", both(well, count(counts[2]))),
    ]


P = "PROBABILITY=p.tif"
BODY = area(9552)
NONE = said("No candidates")
PARTIAL = values(relief_m=52.8, azim_deg=90, dem_cells=600)
WHOLE = values(relief_m=72.8, slope_mean=20)
VOID_SAID = both(
    said("(?i)warning|void|implausible|declare"), values(relief_m=None, slope_mean=None)
)
NO_PLACE = refused("(?i)geotransform|no place|georeferenc|rectif|warp")
PLACED = either(NO_PLACE, values(lon=105.0018, lat=27.12))
UNIT_SAID = both(well, said("(?i)unit|implausible|feet"), values(relief_m=None))
NAMES = texts("name", "古滑坡", "黄土滑坡", "基岩崩塌")
MASKS = "mask-layers"
VOIDS = "dem-voids"
UNITS = "dem-units"
VALID = "validity-of-a-band"

ROWS = [
    *three("chinese-words", "chinese", 2, 2, 2),
    *three("chinese-words", "capitals", 2, 2, 2),
    *(
        measure(
            2, f"{VOIDS}/slides.gpkg", either(PARTIAL, VOID_SAID), f"{VOIDS}/{name}.tif"
        )
        for name in ("max_float", "32767", "65535", "9999", "zero")
    ),
    detect(3, "basic/image.tif", "grey", either(BODY, refused("0,5")), "THRESHOLD=0,5"),
    detect(
        4,
        "nir-as-alpha/rgbn.tif",
        "rgb",
        either(share(0), said(r"(?i)alpha.*50(\.0)? ?%")),
        P,
    ),
    detect(
        5,
        f"{MASKS}/image.tif",
        "grey",
        share(0.832, 0.01),
        f"MASK={MASKS}/curve.gpkg {P}",
    ),
    detect(
        6, f"{MASKS}/image.tif", "grey", refused("polygon"), f"MASK={MASKS}/line.gpkg {P}"
    ),
    detect(
        6, f"{MASKS}/image.tif", "grey", refused("overlap"), f"MASK={MASKS}/far.gpkg {P}"
    ),
    detect(6, f"{MASKS}/image.tif", "grey", share(0), f"MASK={MASKS}/world.gpkg {P}"),
    detect(7, "pyramids/without.tif", "metre", result(COUNT=2, AREA_M2=2285)),
    detect(7, "pyramids/with.tif", "metre", result(COUNT=2, AREA_M2=2285)),
    detect(7, "pyramids/stale.tif", "metre", NONE),
    detect(
        8,
        "web-mercator/image.tif",
        "metre",
        said(r"resampled.*by 0\.50?\d? x 0\.(5|499)"),
    ),
    detect(8, "web-mercator/image.tif", "grey", values(gsd_m=0.5)),
    measure(8, "web-mercator/slides.gpkg", values(dem_res=5), "web-mercator/dem.tif"),
    Row(9, "preparereview INPUT=gbk-shapefiles/plain.shp OUTPUT=o.gpkg", NAMES),
    Row(9, "merge INPUTS=gbk-shapefiles/plain.shp OUTPUT=o.gpkg", NAMES),
    Row(
        9,
        "applyreview INPUT=gbk-shapefiles/status.shp INVENTORY=o.gpkg",
        both(well, count(1)),
    ),
    Row(
        10,
        "inside edits",
        lambda o: (
            o.text.count("'NEW', 'area_m2': 20016.0") == 2
            and o.text.count("'H00', 'area_m2': 40032.0") == 2
        ),
    ),
    Row(
        10,
        "inside join",
        lambda o: o.text.count("'t_depth': '10', 'virt': 'vH00'") == 2,
    ),
    detect(11, "sparse/sparse.tif", "stretch", area(9553)),
    detect(
        12,
        "sixteen-bit-foreign/16bit.tif",
        "deepness",
        either(area(9545), refused("255"), said("made for images of 8 bits")),
    ),
    Row(
        13,
        "inside user-nodata",
        lambda o: "share of nodata 0.25" in o.text and "'z_max': 928.1" in o.text,
    ),
    detect(14, "placed-otherwise/no_geotransform.tif", "grey", NO_PLACE),
    Row(
        15,
        "inside gcp",
        lambda o: (
            "polygons at 60,40" not in o.text
            and ("(?i)rectify" in o.text or bool(re.search("(?i)rectif|warp", o.text)))
        ),
    ),
    detect(15, "placed-otherwise/rpc.tif", "grey", PLACED),
    *(
        measure(
            16, f"{UNITS}/slides.gpkg", either(WHOLE, UNIT_SAID), f"{UNITS}/{name}.tif"
        )
        for name in ("cm", "dm", "ft_us")
    ),
    measure(
        16,
        f"{UNITS}/state_plane.gpkg",
        either(WHOLE, UNIT_SAID),
        f"{UNITS}/state_plane.tif",
    ),
    detect(
        17, f"{UNITS}/image.tif", "elevation", heights(978), f"DEM={UNITS}/foot.tif {P}"
    ),
    measure(
        18,
        "wrong-system/metres_as_degrees.gpkg",
        both(said("(?i)warning|degrees|coordinates"), values(area_m2=None, lat=None)),
    ),
    Row(19, "vectorize INPUT=probability/masked.tif OUTPUT=o.gpkg", area(6420, 0.01)),
    detect(20, f"{VALID}/nodata_of_band_1.vrt", "rgb", share(0.25), P),
    detect(20, f"{VALID}/mask_of_bands.vrt", "rgb", share(0.5), P),
    Row(
        21,
        "export INPUT=field-names/types.geojson TARGET=shapefile OUTPUT=o.shp",
        lambda o: any(
            "10:11:12" in map(str, row.values())
            and "x, y" in row.values()
            and not any("PyQt" in str(v) for v in row.values())
            for row in o.rows("o.shp")
        ),
    ),
    measure(
        22,
        "absurd-vertices/slides.gpkg",
        both(count(4), said("(?i)vert(ex|ices)")),
    ),
    Row(
        22,
        "merge INPUTS=absurd-vertices/slides.gpkg OUTPUT=o.gpkg",
        both(well, lambda o: "good" in [row.get("name") for row in o.rows()]),
    ),
    Row(
        23,
        "inside mask",
        lambda o: o.status == 0 and ("refused:" in o.text or "'OUTPUT'" in o.text),
    ),
    Row(
        23,
        "inside area",
        lambda o: o.status == 0 and ("refused:" in o.text or "'OUTPUT'" in o.text),
    ),
    Row(24, "merge INPUTS=curved/slides.gpkg OUTPUT=o.gpkg", both(well, count(1))),
    Row(
        25,
        "merge INPUTS=curved/plain.gpkg REJECTED=r.gpkg OUTPUT=o.gpkg",
        both(well, count(1)),
        ("applyreview INPUT=curved/slides.gpkg INVENTORY=i.gpkg REJECTED=r.gpkg",),
    ),
    detect(
        26,
        "curved/image.tif",
        "grey",
        both(well, lambda o: any(row.get("excl_fr") for row in o.rows())),
        "EXCLUDE=curved/circle.gpkg EXCLUDE_MODE=drop",
    ),
    *(
        measure(27, f"field-names/{name}.shp", both(well, count(4)))
        for name in ("fid_twice", "geom")
    ),
    detect(
        28,
        "systems/prefix36.tif",
        "grey",
        lambda o: refused("(?i)coordinate|zone|Earth")(o) and "Searching" not in o.text,
    ),
    Row(29, "vectorize INPUT=probability/below_zero.tif OUTPUT=o.gpkg", area(9620)),
    detect(30, "odd-pixels/alpha01.tif", "rgb", either(BODY, refused("(?i)alpha"))),
    detect(
        30,
        "odd-pixels/onebit.tif",
        "grey",
        refused("(?i)one bit|one-bit|two values|1-bit|0 and 1"),
    ),
    detect(30, "odd-pixels/palette.tif", "grey", refused("(?i)palette")),
    detect(30, "systems/rotated_pole.tif", "grey", refused("(?i)rotated pole|neither")),
    measure(30, "mixed-kinds/note_first.kml", either(count(2), refused("after points"))),
    *(
        detect(31, f"containers/image{name}", "rgb", BODY)
        for name in (".jp2", ".bil", ".gpkg", ".img", "_cog.tif")
    ),
    detect(31, "containers/image.mbtiles", "rgb", area(9603, 0.01)),
    detect(
        32,
        "south-up/south.tif",
        "grey",
        values(azim_deg=90, lon=105.0017, lat=27.121),
        "DEM=south-up/dem_south.tif",
    ),
    detect(32, "south-up/south_fine.tif", "metre", values(lon=105.0, lat=27.122)),
    detect(33, f"{VALID}/msk.tif", "rgb", share(0.5), P),
    detect(
        34,
        "missing-source/mosaic.vrt",
        "rgb",
        both(refused("cannot be read"), lambda o: "b.tif" in o.text),
    ),
    detect(35, "odd-pixels/complex.tif", "grey", refused("complex")),
    detect(35, "systems/local.tif", "grey", refused("coordinate reference system")),
    detect(
        35,
        f"{MASKS}/image.tif",
        "grey",
        refused("polygon"),
        f"MASK={MASKS}/null.gpkg {P}",
    ),
    detect(36, "systems/compound.tif", "grey", both(BODY, values(gsd_m=2))),
    detect(36, "systems/polar.tif", "grey", area(9826)),
    detect(36, "systems/feet.tif", "grey", both(area(9542), values(gsd_m=1.999))),
    detect(36, "systems/kilometres.tif", "grey", both(BODY, values(gsd_m=2))),
    Row(37, "vectorize INPUT=probability/nodata_text.tif OUTPUT=o.gpkg", area(9620)),
    Row(
        37,
        "vectorize INPUT=probability/percent.tif OUTPUT=o.gpkg",
        refused("between 0 and 1"),
    ),
    Row(
        37,
        "vectorize INPUT=probability/two_bands.tif OUTPUT=o.gpkg",
        refused("probability raster"),
    ),
    *(
        measure(38, f"{dem.split('/')[0]}/slides.gpkg", values(slope_mean=20), dem)
        for dem in (
            "dem-formats/dem.nc",
            "dem-formats/dem.asc",
            "dem-formats/scaled.tif",
            f"{UNITS}/us_survey_foot.tif",
            f"{UNITS}/foot.tif",
        )
    ),
    *(
        measure(39, f"{VOIDS}/slides.gpkg", PARTIAL, f"{VOIDS}/{name}.tif")
        for name in ("minus9999", "minus32768")
    ),
    measure(40, "gbk-shapefiles/plain.shp", NAMES),
    Row(
        40,
        "export INPUT=gbk-shapefiles/plain.shp TARGET=shapefile OUTPUT=o.shp",
        lambda o: "古滑坡" in str(o.rows("o.shp")),
    ),
    measure(41, "curved/slides.gpkg", lambda o: near(o.rows()[0]["area_m2"], 20127, 0.5)),
    Row(41, "statistics INPUT=curved/slides.gpkg OUTPUT=o.html"),
    Row(41, "export INPUT=curved/slides.gpkg TARGET=usgs OUTPUT=o.gpkg"),
    Row(41, "preparereview INPUT=curved/slides.gpkg OUTPUT=o.gpkg"),
    *(
        measure(
            42,
            f"wrong-system/{name}.gpkg",
            both(values(area_m2=None), said("(?i)feature")),
        )
        for name in ("prefix36", "noprefix", "swapped")
    ),
    *(
        measure(43, f"mixed-kinds/{name}", both(well, count(number)))
        for name, number in (
            ("polygons.kml", 2),
            ("polygons.kmz", 2),
            ("point_last.geojson", 2),
            ("any.gpkg", 1),
            ("slides.gdb", 1),
        )
    ),
    Row(44, "export INPUT=nasty-texts/slides.gpkg TARGET=kml OUTPUT=o.kml"),
    Row(44, "export INPUT=nasty-texts/slides.gpkg TARGET=inspire OUTPUT=o.gml"),
    Row(44, "export INPUT=nasty-texts/slides.gpkg TARGET=china OUTPUT=o.gpkg"),
    Row(
        44,
        "statistics INPUT=nasty-texts/slides.gpkg OUTPUT=o.html",
        lambda o: well(o) and "<script>alert" not in (o.folder / "o.html").read_text(),
    ),
    Row(
        45,
        "statistics INPUT=antimeridian/three.gpkg AREA=antimeridian/area.gpkg OUTPUT=o.html",
        result(COUNT=3),
    ),
]


# --- running them


def call(folder: Path, command: str, environment: dict[str, str]) -> Outcome:
    """One command in `folder`; a hang counts as a fault."""
    name, *arguments = shlex.split(command)
    if name == "inside":
        words = ["/usr/bin/python3", "in_qgis.py", str(ROOT), *arguments]
    else:
        words = ["qgis_process.bin", "run", f"mrife:{name}"]
        words += [f"--{argument}" for argument in arguments]
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=300,
        )
    except subprocess.TimeoutExpired:
        return Outcome(folder, -1, "no end after 300 s")
    return Outcome(folder, done.returncode, done.stdout + done.stderr)


def prepared(folder: Path, maker: Path) -> dict[str, str]:
    """The inputs made, and the environment with a profile that has the plugin."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "in_qgis.py").exists():
        words = ["/usr/bin/python3", str(maker), str(folder)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    profile = folder / "profile"
    plugins = profile / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    link = plugins / "mrife"
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT)
    environment = {
        **os.environ,
        "QGIS_CUSTOM_CONFIG_PATH": str(profile),
        "QT_QPA_PLATFORM": "offscreen",
        "MRIFE_PYTHON": sys.executable,
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTHONPATH", None)
    enable = ["qgis_process.bin", "plugins", "enable", "mrife"]
    subprocess.run(enable, env=environment, capture_output=True)  # fails where it is
    return environment


def remains(folder: Path) -> list[Path]:
    return [path for pattern in OUTPUTS for path in folder.glob(pattern)]


def last_words(outcome: Outcome) -> str:
    """The sentence of a refusal, or what came out, for a person to look at."""
    lines = [line.strip() for line in outcome.text.splitlines() if line.strip()]
    noise = ("QStandardPaths", "ERROR:", "Execution failed", "<string>", "import setapi")
    lines = [line for line in lines if not line.startswith(noise)]
    if outcome.status or not outcome.rows():
        return f"status {outcome.status}: {' '.join(lines[-2:])[-220:]}"
    rows = outcome.rows()
    names = ("area_m2", "relief_m", "slope_mean", "azim_deg", "gsd_m", "dem_res", "lon")
    first = {k: v for k, v in (rows[0] if rows else {}).items() if k in names}
    return f"{len(rows)} features {first}"


def run(folder: Path, maker: Path, numbers: set[int]) -> None:
    environment = prepared(folder, maker)
    right = 0
    faulty: list[int] = []
    rows = [row for row in ROWS if not numbers or row.number in numbers]
    for row in rows:
        for path in remains(folder):
            path.unlink()
        for command in row.before:
            call(folder, command, environment)
        outcome = call(folder, row.command, environment)
        try:
            passed = bool(row.check(outcome))
        except (RuntimeError, LookupError, TypeError, OSError) as error:
            passed = False
            print(f"    check: {error!r}")
        right += passed
        if not passed:
            faulty.append(row.number)
        word = "right" if passed else "WRONG"
        print(f"{row.number:3} {word} {row.command}", flush=True)
        if not passed:
            print(f"        {last_words(outcome)}", flush=True)
    print(f"{right} of {len(rows)} commands as they should be", flush=True)
    print(f"rows with a fault: {sorted(set(faulty))}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=int, nargs="*")
    parser.add_argument("--cases", type=Path, default=ROOT.parent / "shared" / "cases")
    options = parser.parse_args()
    run(options.folder.resolve(), options.cases / "cases.py", set(options.rows))


if __name__ == "__main__":
    main()
