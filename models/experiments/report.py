# SPDX-License-Identifier: GPL-2.0-or-later
"""What the runs of `matrix` say together: tables with seeds and intervals, and plots
of the same numbers.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from . import plots
from .result_files import write_rows
from .run_summary import DRAWS, Arms, counts_of, each_run, read, shares, table

COLUMNS = {  # of the Markdown table: heading, and how a row says it
    "arm": "{arm}",
    "seeds": "{seeds}",
    "precision": "{precision:.3f}",
    "recall": "{recall:.3f}",
    "F1": "{f1:.3f}",
    "IoU": "{iou:.3f} ± {iou_sd:.3f}",
    "IoU - A0 (95 %)": "{difference:+.3f} ({difference_low:+.3f} to "
    "{difference_high:+.3f})",
    "precision at A0's recall": "{precision_at_a0_recall:.3f}",
    "mIoU": "{miou:.3f}",
    "AUPRC": "{average_precision:.3f}",
    "boundary F1": "{boundary_f1:.3f}",
    "painted negatives": "{false_windows:.3f}",
    "calibration error": "{calibration_error:.4f}",
    "parameters (M)": "{parameters:.2f}",
    "GMAC": "{gmac:.2f}",
    "s/step": "{seconds_per_step:.3f}",
}

NOTE = """Means over seeds; ± is the standard deviation over seeds. The difference, and the precision
at A0's recall, are of the seeds that both arms have. The interval of the difference holds 95 %
of {draws} paired draws of the {images} test images: it says how far the choice of images
matters, not how far the seed does.
Painted negatives: share of the windows without landslide of which more than 1 % is called landslide.
Computed on {devices}.
"""


def write_csv(file: Path, rows: list[dict]) -> None:
    """Numbers with five decimals, nothing where there is none."""
    write_rows(
        file, [{name: _written(value) for name, value in row.items()} for row in rows]
    )


def _written(value: object) -> object:
    if not isinstance(value, float):
        return value
    if np.isnan(value):
        return ""
    return round(value, 5)


def markdown(ground: str, budget: str, arms: Arms, rows: list[dict]) -> str:
    """The table in short, aligned so that it reads as plain text too."""
    cells = [list(COLUMNS)] + [
        [_cell(text, row) for text in COLUMNS.values()] for row in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    runs = [run for group in arms.values() for run in group]
    note = NOTE.format(
        draws=DRAWS,
        images=len({window[0] for window in runs[0]["images"]}),
        devices=" and ".join(sorted({run["device"] for run in runs})),
    )
    return "\n".join(
        [f"## {ground}, {plots.describe_budget(budget)}", "", *lines, "", note]
    )


def _cell(text: str, row: dict) -> str:
    """An empty cell where its first number does not exist; ± goes where there is only
    one seed.
    """
    cell = text.format(**row).replace(" ± nan", "")
    if "nan" in cell:
        return ""
    return cell


def blind(data: str) -> str:
    """One sentence on Bijie's floor: a predictor that never looks, its threshold
    chosen in its favour.
    """
    from .benchmark import blind as never_looks
    from .cases import windows

    floor = never_looks(data, windows(data, "test"))["all"]
    return (
        f"A predictor that never looks reaches IoU {floor.best().iou:.3f} and AUPRC "
        f"{floor.average_precision():.3f} on the test windows of Bijie.\n"
    )


def main(argv: list[str] | None = None) -> None:
    """`python -m models report --runs DIR --out DIR [--data DIR]`: tables and plots of
    all finished runs.
    """
    arguments = _parser().parse_args(argv)
    groups = read(Path(arguments.runs))
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    floor = ""
    if arguments.data:
        floor = blind(arguments.data)
    for (ground, budget), arms in groups.items():
        rows = table(arms)
        text = markdown(ground, budget, arms, rows)
        if ground.startswith("bijie"):
            text += floor
        print(text, flush=True)
        name = f"{ground}-{budget}"
        (out / f"{name}.md").write_text(text, encoding="utf-8")
        write_csv(out / f"{name}.csv", rows)
        write_csv(out / f"{name}-runs.csv", each_run(arms))
        title = f"{ground}, {plots.describe_budget(budget)}"
        plots.curves(out / f"{name}-curves.png", title, arms)
        plots.dots(out / f"{name}-iou.png", title, arms, rows)
        counts = {arm: (counts_of(*runs), runs) for arm, runs in arms.items()}
        plots.trade(out / f"{name}-pr.png", title, counts)
    for ground, panels in shares(groups).items():
        plots.portion(out / f"{ground}-portion.png", ground, panels)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument(
        "--runs",
        required=True,
        help="the folder that matrix filled: GROUND/BUDGET/ARM-SEED",
    )
    parser.add_argument(
        "--out", required=True, help="folder of the CSV, Markdown and PNG files"
    )
    parser.add_argument(
        "--data",
        help="folder holding bijie/; also says what a blind predictor scores there",
    )
    return parser
