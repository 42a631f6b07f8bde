#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A package as a user has it: unpacked into a fresh profile whose path is not ASCII, switched on, and its main job run
# on a made-up scene. Here, and inside the chroots of matrix.sh.
#
#     MRIFE_PYTHON=.venv/bin/python tests/tools/try_package.sh mrife.zip
#     tests/tools/try_package.sh mrife.zip TABLE    from a system with QGIS alone to the removal of the runtime; of each
#                                                   step its name, seconds and what came of it, tabs between them
#
# MRIFE_WHEELS names a folder of wheels, for packages whose index cannot be reached, and MRIFE_BASE the Python that
# those for fine-tuning are for.
set -euo pipefail

ZIP=$(realpath -- "$1")
TABLE=${2:-/dev/null}
FOLDER=$(mktemp -d)
trap 'rm -rf -- "$FOLDER"' EXIT
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 QGIS_CUSTOM_CONFIG_PATH="$FOLDER/profile 滑坡"
PLUGINS=$QGIS_CUSTOM_CONFIG_PATH/profiles/default/python/plugins
SCENE=$FOLDER/scene
LOG=$FOLDER/log
RESULT=$FOLDER/result
DETECT=(detect --INPUT="$SCENE/orthophoto.tif" --DEM="$SCENE/dem.tif" --OUTPUT="$FOLDER/found.gpkg"
    --PROBABILITY="$FOLDER/probability.tif")

fail() {
    cat "$LOG" >&2
    printf '%s\n' "$*" >&2
    exit 1
}

qgis() { # the wrapper of Debian 12 passes an option that its program refuses
    if command -v qgis_process.bin >/dev/null; then qgis_process.bin "$@"; else qgis_process "$@"; fi
}

mrife() { # algorithm arguments: its answer in $RESULT, what it says in $LOG
    qgis run "mrife:$1" --json "${@:2}" >"$RESULT" 2>"$LOG"
}

install_zip() {
    mkdir -p "$PLUGINS"
    /usr/bin/python3 -m zipfile -e "$ZIP" "$PLUGINS"
    qgis plugins enable mrife >"$LOG" 2>&1 || fail "QGIS cannot switch the plugin on."
    echo "$(megabytes "$ZIP") MB of zip, $(megabytes "$PLUGINS/mrife") MB unpacked"
}

make_scene() { # landslides
    (cd "$PLUGINS/mrife" &&
        /usr/bin/python3 -B -m models scene "$SCENE" --seed 7 --width 768 --height 512 ${1:+--slides "$1"}) \
        >"$LOG" 2>&1 || fail "The package cannot make a scene."
}

detect() {
    mrife "${DETECT[@]}" || fail "mrife:detect failed from the package."
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
}

# --- from a system with QGIS alone -----------------------------------------------------------------------------------

step() { # name command...: a line of the table
    local name=$1 begin=$SECONDS words
    shift
    words=$("$@") || exit 1
    printf '%s\t%s\t%s\n' "$name" "$((SECONDS - begin))" "$words" | tee -a "$TABLE"
}

megabytes() { du --apparent-size --summarize --block-size=100K -- "$1" 2>/dev/null | awk '{ printf "%.1f", $1 / 10 }'; }

refused() { # algorithm arguments: the sentence with which it is refused
    if mrife "$@"; then fail "mrife:$1 was to be refused."; fi
    grep -q 'ERROR' "$LOG" || fail "mrife:$1 is not refused by a sentence."
    printf 'refused: '
    grep -v '^[[:space:]]*$' "$LOG" | tail -n 1 | sed 's/^[[:space:]]*//'
}

answer() { # words with {NAME} where a result goes
    /usr/bin/python3 - "$RESULT" "$1" <<'PY'
import json
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text()
print(sys.argv[2].format_map(json.loads(text[text.index("{") :])["results"]))
PY
}

packages() { # as the sentence of the plugin asks
    apt-get -qq update >"$LOG" 2>&1
    apt-get -qq install --no-install-recommends -y "$@" >"$LOG" 2>&1 || fail "Debian's packages are not to be had."
    echo "$*"
}

set_up() { # packages, and the Python to start from
    mrife setupruntime --PACKAGES="$1" --WHEELS="${MRIFE_WHEELS:-}" --BASE_PYTHON="${2:-}" || fail "No runtime."
    answer "{SIZE_MB:.0f} MB, runs on {DEVICE}"
}

evaluate() {
    mrife evaluate --INPUT="$FOLDER/found.gpkg" --PROBABILITY="$FOLDER/probability.tif" \
        --REFERENCE="$SCENE/slides.gpkg" --REPORT="$FOLDER/evaluation.html" || fail "mrife:evaluate failed."
    answer "IoU {IOU:.3f}"
}

train() { # words arguments
    mrife train --INPUTS="$SCENE/orthophoto.tif" --POLYGONS="$SCENE/slides.gpkg" --WHOLE_EXTENT=1 \
        --OUTPUT_MODEL="$FOLDER/tuned.onnx" --REPORT="$FOLDER/tuning.html" "${@:2}" || fail "mrife:train failed."
    answer "$1"
}

remove() {
    mrife setupruntime --REMOVE=1 || fail "The runtime cannot be removed."
    if [ -e "$HOME/.local/share/mrife-runtime" ]; then fail "Something of the runtime is left."; fi
    echo "nothing left"
}

whole_life() {
    local learns="threshold {THRESHOLD:.2f}, AP {AP_BEFORE:.3f} before and {AP_AFTER:.3f} after"
    step "install the zip" install_zip
    if ! /usr/bin/python3 -c 'import shapely' 2>/dev/null; then
        step "detect, without shapely" refused "${DETECT[@]}"
        step "install what it names" packages python3-shapely
    fi
    make_scene 16
    step "detect, without a runtime" refused "${DETECT[@]}"
    step "set up the runtime for detection" set_up detection
    step "detect" detect
    step "evaluate" evaluate
    if mrife setupruntime --PACKAGES=training --DRY_RUN=1 --BASE_PYTHON="${MRIFE_BASE:-}"; then
        step "set up the runtime for fine-tuning" set_up training "${MRIFE_BASE:-}"
        step "fine-tune, 4 steps" train "$learns" --STEPS=4
    else
        step "set up the runtime for fine-tuning" refused setupruntime --PACKAGES=training
        step "fine-tune" refused train --INPUTS="$SCENE/orthophoto.tif" --POLYGONS="$SCENE/slides.gpkg" \
            --WHOLE_EXTENT=1 --OUTPUT_MODEL="$FOLDER/tuned.onnx"
        step "set the threshold anew" train "threshold {THRESHOLD:.2f}" --STAGE=recalibrate
    fi
    step "remove the runtime" remove
    step "detect, after that" refused "${DETECT[@]}"
}

if [ "$TABLE" != /dev/null ]; then
    : >"$TABLE"
    whole_life
else
    install_zip >/dev/null
    make_scene
    detect
fi
