#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The suite, without what needs PyTorch, in the QGIS of other Debian releases: a chroot each, kept in build/matrix.
#
#     ./build.sh matrix [3.22 | 3.40 | 3.44 ...] [-- arguments of pytest]
#     ./build.sh matrix --lifecycle [3.40 ...]     instead the package of the last commit on a system with QGIS alone, from
#                                                  its installation to the removal of its runtime; the runtime comes from PyPI
#     tests/tools/matrix.sh --package mrife.zip    a package instead, in the chroots that are there
#
# Nothing of this machine is changed: a mount namespace of its own, a copy of the working tree, Debian's own packages.
# MRIFE_MIRROR names another Debian mirror. For --lifecycle MRIFE_WHEELS names a folder of wheels, and MRIFE_BASE a folder
# with bin/python3, which is copied to the same place in the chroot, for those of fine-tuning.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
FOLDER=$ROOT/build/matrix
MIRROR=${MRIFE_MIRROR:-http://deb.debian.org/debian}
PACKAGES=ca-certificates,fonts-dejavu-core,gdal-bin,git,python3-gdal,python3-jinja2,python3-numpy,python3-pyproj
PACKAGES+=,python3-pyqt6,python3-qgis,python3-shapely,python3-venv,qgis,qgis-providers
QGIS_ALONE=ca-certificates,qgis
NEEDED_MB=2600  # the largest chroot and its wheels

say() { printf '%s\n' "$*" >&2; }

suite_of() {
    case $1 in
        3.22) echo bookworm ;;
        3.40) echo trixie ;;
        3.44) echo sid ;;
        *) say "'$1' is no version that a Debian release has: 3.22, 3.40 or 3.44"; return 2 ;;
    esac
}

can_mount() {
    [ "$(id -u)" -eq 0 ] && unshare --mount --pid --fork true 2>/dev/null && return 0
    say "A chroot needs root and the right to mount, which containers often lack: run it as root on a machine of its own."
    return 1
}

make_chroot() { # version suite packages; $FOLDER/version
    local place=$FOLDER/$1 free
    if [ -d "$place" ]; then return 0; fi
    free=$(df -m --output=avail "$FOLDER" | tail -n 1)
    if [ "$free" -lt "$NEEDED_MB" ]; then
        say "Debian $2 with QGIS needs $NEEDED_MB MB in $FOLDER; $free MB are free."
        return 1
    fi
    say "Making Debian $2 with QGIS in $place: about 600 MB to fetch from $MIRROR, 2 GB on the disk, 2 to 12 minutes"
    rm -rf --one-file-system "$place.part"
    # a mirror may keep an older state of a release than its date allows
    if ! mmdebstrap --variant=apt --mode=root --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io --include="$3" "$2" "$place.part" \
        "$MIRROR" >&2; then
        rm -rf --one-file-system "$place.part"
        say "Debian $2 could not be made; the lines above say why."
        return 1
    fi
    mv -- "$place.part" "$place"
}

copy_tree() { # chroot: the working tree as a checkout of its own, because the package is made from one
    local tree=$1/mrife
    rm -rf --one-file-system "$tree"
    mkdir -p "$tree"
    (cd "$ROOT" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' path; do
        if [ -e "$path" ]; then printf '%s\0' "$path"; fi
    done | tar --create --null --files-from=-) | tar --extract --no-same-owner --directory="$tree"
    git -C "$tree" init --quiet
    git -C "$tree" add --all
    git -C "$tree" -c user.name=matrix -c user.email=matrix@localhost commit --quiet --message="working tree"
}

inside() { # chroot command...: with devices and processes, this machine's resolver, certificates and pip's settings
    local chroot=$1 name settings=()
    shift
    for name in "${!PIP_@}" http_proxy https_proxy no_proxy; do
        if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
    done
    cp --dereference /etc/resolv.conf "$chroot/etc/resolv.conf"
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$chroot/etc/ssl/certs/ca-certificates.crt"
    unshare --mount --pid --fork --kill-child bash -euc '
        mount --bind /dev "$0/dev"
        mount -t tmpfs tmpfs "$0/dev/shm"
        mount -t proc proc "$0/proc"
        exec chroot "$0" env -i "$@"' "$chroot" HOME=/root PATH=/usr/bin:/bin LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 \
        QT_QPA_PLATFORM=offscreen PYTHONPATH=/usr/share/qgis/python/plugins PROJ_DATA=/usr/share/proj "${settings[@]}" "$@"
}

run_suite() { # version arguments of pytest
    local chroot=$FOLDER/$1
    shift
    copy_tree "$chroot"
    rm -rf "$chroot/results"
    inside "$chroot" bash /mrife/tests/tools/matrix_inside.sh "$@"
}

try_package() { # zip
    local chroot
    for chroot in "$FOLDER"/3.*; do
        if [ ! -x "$chroot/venv/bin/python" ]; then continue; fi
        rm -rf --one-file-system "$chroot/package"
        mkdir "$chroot/package"
        cp "$1" "$ROOT/tests/tools/try_package.sh" "$chroot/package"
        inside "$chroot" MRIFE_PYTHON=/venv/bin/python bash /package/try_package.sh "/package/$(basename "$1")"
    done
}

suites() { # arguments of pytest
    local version status=0
    for version in "${versions[@]}"; do
        if ! make_chroot "$version" "$(suite_of "$version")" "$PACKAGES"; then
            status=1
            continue
        fi
        say "QGIS $version: the tests run, 15 minutes or more; their log: $FOLDER/$version.log"
        run_suite "$version" "$@" >"$FOLDER/$version.log" 2>&1 || status=1
    done
    /usr/bin/python3 "$ROOT/tests/tools/matrix_table.py" "${versions[@]/#/$FOLDER/}" || status=1
    return "$status"
}

life_in() { # chroot, changed for good
    mkdir "$1/package"
    cp "$ROOT/build/mrife.zip" "$ROOT/tests/tools/try_package.sh" "$1/package"
    mkdir "$1/package/wheels"
    if [ -n "${MRIFE_WHEELS:-}" ]; then cp -- "$MRIFE_WHEELS"/*.whl "$1/package/wheels"; fi
    if [ -n "${MRIFE_BASE:-}" ]; then
        mkdir -p "$1$MRIFE_BASE"
        cp --archive -- "$MRIFE_BASE/." "$1$MRIFE_BASE"
    fi
    inside "$1" env -u PYTHONPATH -u PROJ_DATA -u OMP_NUM_THREADS MRIFE_WHEELS=/package/wheels \
        MRIFE_BASE="${MRIFE_BASE:+$MRIFE_BASE/bin/python3}" bash /package/try_package.sh /package/mrife.zip /package/lifecycle.tsv
}

lifecycle() {
    local version place tables=() status=0
    /usr/bin/python3 "$ROOT/tests/tools/package.py" "$ROOT/build/mrife.zip"
    for version in "${versions[@]}"; do
        place=$FOLDER/$version-alone
        if ! make_chroot "$version-alone" "$(suite_of "$version")" "$QGIS_ALONE"; then
            status=1
            continue
        fi
        say "QGIS $version: the package from its installation to the removal of its runtime"
        rm -rf --one-file-system "$place.fresh"
        cp --archive -- "$place" "$place.fresh"
        life_in "$place.fresh" >"$FOLDER/$version-lifecycle.log" 2>&1 || status=1
        tables+=("$FOLDER/$version-lifecycle.tsv")
        cp "$place.fresh/package/lifecycle.tsv" "$FOLDER/$version-lifecycle.tsv"
        rm -rf --one-file-system "$place.fresh"
    done
    /usr/bin/python3 "$ROOT/tests/tools/lifecycle_table.py" "${tables[@]}"
    return "$status"
}

if [ "${1:-}" = --package ]; then
    if compgen -G "$FOLDER/3.*/venv" >/dev/null; then can_mount && try_package "$2"; fi
    exit
fi

job=suites
if [ "${1:-}" = --lifecycle ]; then
    job=lifecycle
    shift
fi
versions=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    suite_of "$1" >/dev/null
    versions+=("$1")
    shift
done
shift || true
if [ "${#versions[@]}" -eq 0 ]; then versions=(3.22 3.40 3.44); fi
can_mount
mkdir -p "$FOLDER"
"$job" "$@"
