# SPDX-License-Identifier: GPL-2.0-or-later
"""Two checkouts on the same inputs: pixels, polygons and attributes side by side.

    python tests/tools/compare.py OLD NEW [--data ../shared/data]

Both search the demo's scene and Jinsha B (with and without elevation) with the model of
OLD, vectorize the same probability rasters with all steps in turn, and measure the 276
outlines of Serra do Mar. Thresholds are given, so that both are asked the same. The time
of the run is left out, and so is the image's name, which OLD's command line wrote as a
path.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr
from shapely import wkb

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"run_utc", "src_img", "sheet", "ls_id", "fid"}
ASKED = ["--threshold", "0.3", "--seed", "0.5", "--min-area", "50"]
STEPS = {
    "default": [],
    "pixel edges": [
        "--outline",
        "pixel",
        "--keep-holes",
        "--no-smooth",
        "--simplify",
        "0",
    ],
    "gaps and splitting": ["--gap", "5", "--split"],
}


def command(checkout: Path, *arguments: str) -> None:
    """python -m models of a checkout."""
    subprocess.run(
        [sys.executable, "-m", "models", *arguments],
        cwd=checkout,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def morphometry(checkout: Path, source: Path, output: Path) -> None:
    """mrife:morphometry through qgis_process, in a profile of the checkout's own."""
    home = output.parent / f"profile-{output.stem}"
    plugins = home / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    os.symlink(checkout, plugins / "mrife")
    environment = {
        **os.environ,
        "QGIS_CUSTOM_CONFIG_PATH": str(home),
        "QT_QPA_PLATFORM": "offscreen",
    }
    environment.pop("PYTHONPATH", None)
    for arguments in (
        ["plugins", "enable", "mrife"],
        ["run", "mrife:morphometry", "--", f"INPUT={source}", f"OUTPUT={output}"],
    ):
        subprocess.run(
            ["qgis_process.bin", *arguments],
            env=environment,
            check=True,
            capture_output=True,
        )


def pixels(old: Path, new: Path) -> str:
    """How two rasters differ."""
    first, second = (gdal.Open(str(path)).ReadAsArray() for path in (old, new))
    different = int((first != second).sum())
    return f"{first.size} pixels, {different} differ"


def records(path: Path) -> list[tuple[bytes, dict]]:
    """(WKB, attributes) of a layer, by place."""
    source = ogr.Open(str(path))
    rows = []
    for feature in source.GetLayer(0):
        values = {k: v for k, v in feature.items().items() if k not in LEFT_OUT}
        rows.append((bytes(feature.GetGeometryRef().ExportToWkb()), values))
    return sorted(rows, key=lambda row: row[0])


def layers(old: Path, new: Path) -> str:
    """How two layers differ: outlines, and the attributes of equal outlines."""
    first = records(old)
    second = records(new)
    shared = {row[0] for row in first} & {row[0] for row in second}
    text = f"{len(first)} and {len(second)} polygons, {len(shared)} equal to the last bit"
    if len(first) == len(second) > len(shared):
        overlaps = [iou(a[0], b[0]) for a, b in zip(first, second)]
        text += f", least IoU {min(overlaps):.9f}"
    others = dict(second)
    differences: dict[str, float] = {}
    for geometry, values in first:
        for name, value in values.items():
            other = others.get(geometry, values).get(name)
            if other == value:
                continue
            gap = float("nan")
            if isinstance(value, (int, float)) and isinstance(other, (int, float)):
                gap = abs(value - other)
            differences[name] = np.fmax(differences.get(name, gap), gap)
    if differences:
        text += "; attributes: " + ", ".join(
            f"{k} {v:.3g}" for k, v in differences.items()
        )
    else:
        text += "; attributes equal"
    return text


def iou(first: bytes, second: bytes) -> float:
    a, b = wkb.loads(first), wkb.loads(second)
    return a.intersection(b).area / a.union(b).area


def compare(old: Path, new: Path, data: Path, folder: Path) -> None:
    """Run all, print a line each."""
    model = str(old / "models" / "mrife.onnx")
    scene = folder / "scene"
    scene.mkdir()
    subprocess.run(
        [sys.executable, "-m", "models.scenes.scene", str(scene), "--seed", "7"]
        + ["--width", "1536", "--height", "1024"],
        cwd=new,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    images = {"demo": (scene / "orthophoto.tif", scene / "dem.tif")}
    jinsha = data / "jinsha"
    if jinsha.exists():
        images["Jinsha B"] = (jinsha / "region_B_rgb.tif", jinsha / "region_B_dsm.tif")
    for name, (image, dem) in images.items():
        for elevation in ([], ["--dem", str(dem)]):
            label = f"{name}{' with elevation' if elevation else ''}"
            stem = label.replace(" ", "_")
            made = []
            for which, checkout in (("old", old), ("new", new)):
                probability = folder / f"{stem}-{which}.tif"
                output = folder / f"{stem}-{which}.gpkg"
                command(
                    checkout,
                    *("detect", str(image), str(output), "--model", model),
                    *("--probability", str(probability)),
                    *ASKED,
                    *elevation,
                )
                made.append((probability, output))
            print(f"detect {label}: {pixels(made[0][0], made[1][0])}", flush=True)
            print(f"    {layers(made[0][1], made[1][1])}", flush=True)
            for step, arguments in STEPS.items():
                outputs = []
                for which, checkout in (("old", old), ("new", new)):
                    output = folder / f"{stem}-{step.replace(' ', '_')}-{which}.gpkg"
                    asked = [str(made[1][0]), str(output), *ASKED, *elevation, *arguments]
                    command(checkout, "vectorize", *asked)
                    outputs.append(output)
                print(f"vectorize {label}, {step}: {layers(*outputs)}", flush=True)
    outlines = next((data / "relict-polygons").glob("*.geojson"), None)
    if outlines:
        outputs = [folder / "measured-old.gpkg", folder / "measured-new.gpkg"]
        for checkout, output in zip((old, new), outputs):
            morphometry(checkout, outlines, output)
        print(f"measure {outlines.name}: {layers(*outputs)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mrife-compare-") as folder:
        compare(
            options.old.resolve(),
            options.new.resolve(),
            options.data.resolve(),
            Path(folder),
        )


if __name__ == "__main__":
    main()
