# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of docs/ as a site: ./build.sh docs. The checkout is the source, so that links from a
page to any file are the same on the site and in the repository.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
project = "MRIFE landslides"
release = next(
    line.partition("=")[2]
    for line in (ROOT / "metadata.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith("version=")
)
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "models/README.md", "CHANGELOG.md"]
exclude_patterns = ["build", "dist", "runs", ".venv", ".git", ".qgis-settings", "tests"]
myst_heading_anchors = 3
suppress_warnings = [
    "myst.header"
]  # tables of runs begin below the page that they belong to
html_theme = "furo"
html_title = f"MRIFE landslides {release}"
html_favicon = "../resources/icon.png"
html_logo = "../resources/icon.png"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
NEW = "the rest"  # pages that have no place of their own yet
# Sphinx's own list of contents, here, because elsewhere a page in Markdown would show it
CONTENTS = {
    "docs/index": (
        ("For geologists", "first-result review walkthrough inputs-outputs confidence"),
        ("", "fine-tuning sheets modeler algorithms/index faq runtime command-line"),
        ("", "/models/README citation"),
        ("Measured", "benchmarks/* robustness versions /CHANGELOG"),
        ("For developers", "developers training"),
        ("More", NEW),
    ),
    "docs/algorithms/index": (("", "*"),),
    "docs/benchmarks/method": (("", "method/*/*"),),
}


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_contents)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    placed = {name for _, names in CONTENTS["docs/index"] for name in names.split()}
    for caption, names in CONTENTS.get(page, ()):
        if names == NEW:
            pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
            names = " ".join(sorted(pages - placed))
        lines = ["", "```{toctree}", ":hidden:", ":glob:"]
        if caption:
            lines.append(f":caption: {caption}")
        source[0] += "\n".join([*lines, "", *names.split(), "```", ""])
