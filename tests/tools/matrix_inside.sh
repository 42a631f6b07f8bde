#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What matrix.sh runs inside a chroot: a venv on Debian's Python, then the tests in two processes. Debian's own numpy,
# shapely and pyproj are used, as a user's QGIS has them; from PyPI comes what Debian lacks or has too old for the tests.
set -euo pipefail

cd /mrife
PYTHON=/venv/bin/python
mkdir -p /results
if [ ! -x "$PYTHON" ]; then python3 -m venv --system-site-packages /venv; fi
python3 -c 'import numpy; print("numpy==" + numpy.__version__)' >/results/constraints.txt
grep -hE '^(onnx|onnxruntime|pytest|pytest-qgis|ruff)==' requirements.txt requirements-dev.txt >/results/wanted.txt
"$PYTHON" tests/tools/missing_requirements.py /results/wanted.txt >/results/missing.txt
while IFS= read -r line; do
    printf '%s\n' "$line" >/results/line.txt
    "$PYTHON" -m pip install --quiet --only-binary :all: --constraint /results/constraints.txt --requirement \
        /results/line.txt || echo "No wheel for this Python: $line; the tests that need it are skipped."
done </results/missing.txt

"$PYTHON" - >/results/versions.json <<'PY'
import json
import platform
from importlib.metadata import version

import numpy
from osgeo import gdal
from qgis.core import Qgis

print(json.dumps({
    "QGIS": Qgis.QGIS_VERSION.split("-")[0],
    "Python": platform.python_version(),
    "GDAL": gdal.__version__,
    "numpy": numpy.__version__,
    "shapely": version("shapely"),
}))
PY

export PYTHONPATH=$PYTHONPATH:/mrife/tests/helpers
TESTS=("$PYTHON" -m pytest -p gdal_exceptions -p no:cacheprovider) # GDAL raises, as in newer QGIS
if [ $# -gt 0 ]; then
    "${TESTS[@]}" --junitxml=/results/chosen.xml "$@"
    exit
fi
"${TESTS[@]}" --junitxml=/results/models.xml tests/models tests/house >/results/models.log 2>&1 &
status=0
"${TESTS[@]}" --junitxml=/results/algorithms.xml tests/algorithms || status=$?
wait $! || status=$?
cat /results/models.log
exit "$status"
