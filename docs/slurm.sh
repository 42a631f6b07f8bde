#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Map sheets on a Slurm cluster: an array of runs that share the sheets, then one that searches what is missing, joins
# and outlines. From a checkout on a drive that all nodes see, as are FOLDER and OUTPUT:
#
#     RUNS=20 SEARCH="--gres=gpu:1 --time=4:00:00" OUTLINE="--mem=16G --time=8:00:00" \
#         bash docs/slurm.sh /shared/county.gpkg /shared/sheets [options of detect-sheets]
#
# A run that is lost, or requeued, costs the unfinished part of its sheet. The same command again searches what is missing.
set -euo pipefail
output=$1
folder=$2
shift 2
command=("${PYTHON:-.venv/bin/python}" -m models detect-sheets "$output" --folder "$folder" --probability "$output.sheets" "$@")
line=$(printf '%q ' "${command[@]}")

# shellcheck disable=SC2086  # options are several words
searched=$(sbatch --parsable --requeue --job-name=mrife-search --array=1-"${RUNS:-20}" ${SEARCH:-} \
    --wrap "$line --part \$SLURM_ARRAY_TASK_ID/\$SLURM_ARRAY_TASK_COUNT")
# shellcheck disable=SC2086
sbatch --job-name=mrife-outline --dependency=afterany:"${searched%%;*}" ${OUTLINE:-} --wrap "$line"
