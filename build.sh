#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything a developer or a user of a checkout needs, one verb at a time. Debian or Ubuntu, as root or with sudo.
set -euo pipefail

CALLER=$PWD
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
ROOT=$PWD
PYTHON=$ROOT/.venv/bin/python
APT=(qgis python3-qgis qgis-providers python3-gdal python3-jinja2 python3-numpy python3-pyproj python3-shapely python3-venv)
TORCH_CPU=https://download.pytorch.org/whl/cpu

usage() {
    cat >&2 <<'TEXT'
usage: ./build.sh VERB [arguments]
  demo      make a scene, run mrife:detect on its image and on its elevation model alone, say where polygons and
            pictures lie
  test      run the tests (arguments go to pytest)
  matrix    run the tests in the QGIS of other Debian releases, a chroot of 2 GB each, as root:
            ./build.sh matrix 3.40 3.44
            ./build.sh matrix --lifecycle 3.40: instead, where there is QGIS alone, from the zip to the removal of its runtime
  setup     install what tests and training need, PyTorch too (each verb installs what it needs by itself)
  bench     time the whole job against the bare network (arguments go to tests/tools/bench.py)
  docs      make the pages of docs/ into a site in build/site; a broken link fails
  run ID    run any algorithm headless with this checkout as the plugin; --json puts the result on standard output:
            ./build.sh run mrife:detect --INPUT=image.tif --OUTPUT=slides.gpkg
  package   make the zip for QGIS's plugin manager in dist/, once it keeps the plugin site's rules and runs from a
            fresh profile here and in the chroots of matrix
  install   put the plugin, as last committed, into your QGIS profile
TEXT
}

say() { printf '%s\n' "$*" >&2; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# --- setup -----------------------------------------------------------------------------------------------------------

missing_packages() {
    local package
    for package; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

apt_packages() {
    local missing bytes
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Debian packages to install: ${missing[*]}"
    as_root apt-get update >&2
    bytes=$(apt-get install -qq --print-uris --no-install-recommends "${missing[@]}" | awk '{ sum += $3 } END { print sum + 0 }')
    say "With all that they depend on, $((bytes / 1000000 + 1)) MB to fetch"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >&2
}

reachable() {
    /usr/bin/python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10)' "$1" 2>/dev/null
}

python_packages() { # what the requirement files name and .venv lacks; asks no index where nothing is missing
    local missing=.venv/missing.txt constraints=.venv/constraints.txt index=()
    if ! "$PYTHON" -c 'import pip' 2>/dev/null; then
        say "Making .venv"
        /usr/bin/python3 -m venv --system-site-packages .venv
    fi
    "$PYTHON" tests/tools/missing_requirements.py "$@" > "$missing"
    [ -s "$missing" ] || return 0
    say "Python packages to fetch into .venv, with their sizes:"
    sed 's/^/    /' "$missing" >&2
    /usr/bin/python3 -c 'import numpy; print("numpy==" + numpy.__version__)' > "$constraints"
    if grep -q '^torch' "$missing" && reachable "$TORCH_CPU/torch/"; then index=(--extra-index-url "$TORCH_CPU"); fi
    "$PYTHON" -m pip install --disable-pip-version-check "${index[@]}" -c "$constraints" -r "$missing" >&2 && return 0
    if grep -q '^torch' "$missing" && [ "${#index[@]}" -eq 0 ]; then
        say "No answer from $TORCH_CPU, so pip had only its own sources for PyTorch's CPU build;" \
            "PyPI's build is not taken, because it brings several GB of CUDA along."
    fi
    return 1
}

setup() { # what demo and run need
    apt_packages "${APT[@]}"
    python_packages requirements.txt
}

setup_all() { # what tests and training need
    apt_packages "${APT[@]}" git
    apt_packages python3-pyqt6 || say "Without PyQt6 the tests do not import the plugin on the Qt of QGIS 4."
    python_packages requirements.txt requirements-dev.txt requirements-package.txt
}

# --- this checkout as a plugin, in a profile of its own --------------------------------------------------------------

headless() {
    export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} MRIFE_PYTHON=${MRIFE_PYTHON:-$PYTHON}
    if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then export LC_ALL=C.UTF-8; fi  # or Qt loses non-ASCII paths
}

qgis_process() { # the wrapper of Debian 12 passes an option that its program refuses
    if command -v qgis_process.bin >/dev/null; then qgis_process.bin "$@"; else command qgis_process "$@"; fi
}

profile_folder() { # QGIS takes the folder of plugins for a pattern of names, and puts it between quotes
    case $ROOT in
        *[]['"\*?']*) printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/mrife/$(cksum <<<"$ROOT" | tr ' ' -)" ;;
        *) printf '%s\n' "$ROOT/build/profile" ;;
    esac
}

profile() {
    headless
    QGIS_CUSTOM_CONFIG_PATH=$(profile_folder)
    export QGIS_CUSTOM_CONFIG_PATH
    local home=$QGIS_CUSTOM_CONFIG_PATH/profiles/default words
    mkdir -p "$home/python/plugins"
    ln -sfn "$ROOT" "$home/python/plugins/mrife"
    grep -qsx 'mrife=true' "$home"/QGIS/QGIS*.ini && return
    if ! words=$(qgis_process plugins enable mrife 2>&1); then
        say "QGIS cannot switch the plugin on in $home:"
        say "$words"
        return 1
    fi
}

run() { # relative paths are the caller's
    profile
    local argument json=() arguments=()
    for argument; do
        if [ "$argument" = --json ]; then json=(--json); else arguments+=("$argument"); fi
    done
    cd -- "$CALLER"
    case ${arguments[0]:-} in
        '' | list | help | plugins) qgis_process "${json[@]}" "${arguments[@]}" ;;
        *) qgis_process "${json[@]}" run "${arguments[@]}" ;;
    esac
}

demo() {
    local folder=$ROOT/build/demo
    mkdir -p "$folder"
    if [ ! -f "$folder/done" ]; then
        say "Making a scene: terrain with old landslides, orthophoto, elevation model, true outlines"
        "$PYTHON" -m models.scenes.scene "$folder" --seed 7 --width 1536 --height 1024 >&2
        touch "$folder/done"
    fi
    rm -f "$folder"/found.* "$folder"/forms.* "$folder"/probability.*
    run mrife:detect --INPUT="$folder/orthophoto.tif" --DEM="$folder/dem.tif" --OUTPUT="$folder/found.gpkg" \
        --PROBABILITY="$folder/probability.tif" >&2
    run mrife:detect --INPUT="$folder/dem.tif" --DEM="$folder/dem.tif" --OUTPUT="$folder/forms.gpkg" >&2
    cd -- "$ROOT"
    local name
    for name in found forms; do
        "$PYTHON" tests/tools/picture.py "$folder/orthophoto.tif" "$folder/$name.gpkg" "$folder/$name.png" --truth "$folder"/slides.*
    done
    printf '%s\n' "from image and elevation: $folder/found.gpkg, probability.tif, picture found.png" \
        "from elevation alone:     $folder/forms.gpkg, picture forms.png"
}

# --- tests ----------------------------------------------------------------------------------------------------------

# What a part says is shown when it is through. By this name pytest-qgis gives each part QGIS settings of its own: a part
# that sets a language would else set it for the one beside it.
test_part() {
    local log=$ROOT/build/tests/$1.log
    PYTEST_XDIST_WORKER=$1 "$PYTHON" -m pytest -p no:cacheprovider "${@:2}" >"$log" 2>&1 || echo "$1" >> "$ROOT/build/tests/failed"
    say "--- tests: $1"
    cat "$log"
}

test_all() { # in parts, two at a time, the longest first; two threads of PyTorch in each would wait for each other
    export OMP_NUM_THREADS=1 OMP_THREAD_LIMIT=1  # the second holds for those that ask for two, too
    rm -rf "$ROOT/build/tests"
    mkdir -p "$ROOT/build/tests"
    trap 'for part in $(jobs -p); do pkill -P "$part" || true; done' EXIT
    local tuning=tests/algorithms/test_train.py
    test_part qgis tests/algorithms --ignore "$tuning" &
    test_part tuning "$tuning" tests/house &
    wait -n
    test_part training tests/models/training tests/models/experiments &
    wait -n
    test_part models tests/models --ignore tests/models/training --ignore tests/models/experiments \
        --ignore tests/models/geo --ignore tests/models/inventory &
    wait -n
    test_part polygons tests/models/geo tests/models/inventory &
    wait
    [ ! -e "$ROOT/build/tests/failed" ]
}

# --- the package -----------------------------------------------------------------------------------------------------

package() {
    apt_packages "${APT[@]}" git
    python_packages requirements.txt requirements-package.txt
    MRIFE_PYTHON=${MRIFE_PYTHON:-$PYTHON} "$PYTHON" tests/tools/package.py
}

install_plugin() {
    local data=${XDG_DATA_HOME:-$HOME/.local/share}/QGIS version plugins zip=$ROOT/build/mrife.zip
    mkdir -p build
    /usr/bin/python3 tests/tools/package.py "$zip"
    for version in QGIS3 QGIS4; do
        if [ "$version" = QGIS4 ] && [ ! -d "$data/QGIS4" ]; then continue; fi
        plugins=$data/$version/profiles/default/python/plugins
        mkdir -p "$plugins"
        rm -rf "$plugins/mrife"
        /usr/bin/python3 -m zipfile -e "$zip" "$plugins"
        echo "installed: $plugins/mrife"
    done
    echo "Switch it on in QGIS: Plugins > Manage and Install Plugins > Installed > MRIFE Landslides."
    if [ -x "$PYTHON" ]; then
        echo "Python for Settings > Options > Processing > Providers > MRIFE landslides: $PYTHON"
    fi
}

# --- the site --------------------------------------------------------------------------------------------------------

site() { # for good, so that a page that is gone is gone from the site, too
    python_packages requirements-docs.txt
    rm -rf build/site
    "$PYTHON" -m sphinx -q -W --keep-going -E -c docs -d build/doctrees . build/site
    printf '<meta charset="utf-8"><meta http-equiv="refresh" content="0; url=docs/index.html">\n' > build/site/index.html
    echo "$ROOT/build/site/index.html"
}

# --- verbs -----------------------------------------------------------------------------------------------------------

verb=${1:-}
shift || true
case $verb in
    setup) setup_all ;;
    demo) setup; demo ;;
    test)
        setup_all
        headless
        unset MRIFE_PYTHON  # the tests say which
        export PYTHONPATH=/usr/share/qgis/python/plugins${PYTHONPATH:+:$PYTHONPATH}
        "$PYTHON" -m ruff check .
        "$PYTHON" -m flake8 __init__.py algorithms mrife_plugin
        if [ $# -gt 0 ]; then exec "$PYTHON" -m pytest "$@"; fi
        test_all
        ;;
    matrix) apt_packages mmdebstrap debian-archive-keyring; exec tests/tools/matrix.sh "$@" ;;
    bench) setup_all; headless; exec "$PYTHON" -m tests.tools.bench "$@" ;;
    run) setup; run "$@" ;;
    package) package ;;
    docs) site ;;
    install) install_plugin ;;
    *) usage; exit 2 ;;
esac
