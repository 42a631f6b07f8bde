#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A package as a user has it: unpacked into a fresh profile whose path is not ASCII, switched on, and its main job run
# on a made-up scene. Here, and inside the chroots of matrix.sh.
#
#     MRIFE_PYTHON=.venv/bin/python tests/tools/try_package.sh mrife.zip
set -euo pipefail

ZIP=$(realpath -- "$1")
FOLDER=$(mktemp -d)
trap 'rm -rf -- "$FOLDER"' EXIT
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 QGIS_CUSTOM_CONFIG_PATH="$FOLDER/profile 滑坡"
PLUGINS=$QGIS_CUSTOM_CONFIG_PATH/profiles/default/python/plugins
LOG=$FOLDER/log

fail() {
    cat "$LOG" >&2
    printf '%s\n' "$*" >&2
    exit 1
}

qgis() { # the wrapper of Debian 12 passes an option that its program refuses
    if command -v qgis_process.bin >/dev/null; then qgis_process.bin "$@"; else qgis_process "$@"; fi
}

mkdir -p "$PLUGINS"
/usr/bin/python3 -m zipfile -e "$ZIP" "$PLUGINS"
(cd "$PLUGINS/mrife" && /usr/bin/python3 -B -m models scene "$FOLDER/scene" --seed 7 --width 768 --height 512) \
    >"$LOG" 2>&1 || fail "The package cannot make a scene."
qgis plugins enable mrife >"$LOG" 2>&1 || fail "QGIS cannot switch the plugin on."
qgis run mrife:detect --json --INPUT="$FOLDER/scene/orthophoto.tif" --DEM="$FOLDER/scene/dem.tif" \
    --OUTPUT="$FOLDER/found.gpkg" --PROBABILITY="$FOLDER/probability.tif" >"$FOLDER/result" 2>"$LOG" ||
    fail "mrife:detect failed from the package."
/usr/bin/python3 - "$FOLDER" <<'PY' || fail "mrife:detect left no polygons, or no probability."
import json
import sys
from pathlib import Path

from osgeo import gdal

gdal.UseExceptions()
folder = Path(sys.argv[1])
text = (folder / "result").read_text()
answer = json.loads(text[text.index("{") :])
layers = gdal.OpenEx(str(folder / "found.gpkg"))
polygons = layers.GetLayer(0)
probability = gdal.Open(str(folder / "probability.tif"))
size = (probability.RasterXSize, probability.RasterYSize)
if polygons.GetFeatureCount() != answer["results"]["COUNT"] or size != (768, 512):
    sys.exit(1)
if not polygons.GetFeatureCount():
    sys.exit(1)
print(f"QGIS {answer['qgis_version']}: {polygons.GetFeatureCount()} polygons")
PY
