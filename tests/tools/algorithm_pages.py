# SPDX-License-Identifier: GPL-2.0-or-later
"""One page per algorithm, from the algorithms themselves: docs/algorithms/*.md in English, and
resources/help/LANGUAGE/*.html, which the Help button of a dialog opens without internet.

    python3 tests/tools/algorithm_pages.py

writes them all anew, once a parameter, an output or a text has changed.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).with_name("pages")
MARKDOWN = ROOT / "docs" / "algorithms"
HTML = ROOT / "resources" / "help"
LANGUAGES = {"en": "en", "zh": "zh-Hans"}  # as reports name them, and as QGIS does
NO_LIMIT = 1e300  # QGIS's own is the largest double
# what depends on the computer: the packages it would fetch
OF_THIS_COMPUTER = re.compile(r"<p>[^<]*</p><ul>.*</ul>")
TITLES = {
    "en": {
        "inputs": "Parameters",
        "advanced": "Advanced parameters",
        "outputs": "Outputs",
        "results": "Results for scripts and models",
        "example": "Without a screen",
        "example_note": "In a script the same names go to processing.run.",
        "name": "Name",
        "label": "Parameter",
        "kind": "Kind",
        "default": "Default",
        "meaning": "What it is",
        "required": "required",
        "optional": "on request",
        "true": "on",
        "false": "off",
        "from": "from {}",
        "to": "to {}",
    },
    "zh": {
        "inputs": "参数",
        "advanced": "高级参数",
        "outputs": "输出",
        "results": "供脚本和模型使用的结果",
        "example": "命令行",
        "example_note": "脚本中 processing.run 使用相同的名称。",
        "name": "名称",
        "label": "参数",
        "kind": "类型",
        "default": "默认值",
        "meaning": "说明",
        "required": "必填",
        "optional": "可选",
        "true": "开",
        "false": "关",
        "from": "不小于 {}",
        "to": "不大于 {}",
    },
}
KINDS = {
    "en": {
        "raster": "raster",
        "source": "polygons",
        "multilayer": "several layers",
        "band": "bands",
        "number": "number",
        "distance": "length",
        "area": "number",
        "scale": "scale",
        "boolean": "on or off",
        "enum": "choice",
        "extent": "extent",
        "string": "text",
        "datetime": "date",
        "crs": "coordinate system",
        "field": "field",
        "sink": "layer",
        "vectorDestination": "layer",
        "rasterDestination": "raster",
        "fileDestination": "file",
        "folderDestination": "folder",
        "outputNumber": "number",
        "outputString": "text",
        "outputHtml": "page",
        "outputFile": "file",
    },
    "zh": {
        "raster": "栅格",
        "source": "多边形",
        "multilayer": "多个图层",
        "band": "波段",
        "number": "数值",
        "distance": "长度",
        "area": "数值",
        "scale": "比例尺",
        "boolean": "开或关",
        "enum": "选项",
        "extent": "范围",
        "string": "文本",
        "datetime": "日期",
        "crs": "坐标系",
        "field": "字段",
        "sink": "图层",
        "vectorDestination": "图层",
        "rasterDestination": "栅格",
        "fileDestination": "文件",
        "folderDestination": "文件夹",
        "outputNumber": "数值",
        "outputString": "文本",
        "outputHtml": "网页",
        "outputFile": "文件",
    },
}
# each was run on the scene of ./build.sh demo
EXAMPLES = {
    "applyreview": "--INPUT='review.gpkg|layername=review' --DEM=dem.tif"
    " --INVENTORY=inventory.gpkg --TRAINING=training.gpkg --REJECTED=rejected.gpkg",
    "calibrate": "--PROBABILITY=probability.tif --REFERENCE=known.gpkg"
    " --OUTPUT_MODEL=calibrated.onnx",
    "checkinputs": "--INPUTS=image.tif --DEM=dem.tif --REPORT=inputs.html",
    "checkruntime": "--HTML=runtime.html",
    "compare": "--EARLIER=candidates.gpkg --LATER=later.gpkg --OUTPUT=changes.gpkg",
    "detect": "--INPUT=image.tif --DEM=dem.tif --OUTPUT=candidates.gpkg"
    " --PROBABILITY=probability.tif",
    "detectsheets": "--FOLDER=sheets --DEM=dem.tif --OUTPUT=county.gpkg"
    " --STATUS=sheets.csv",
    "evaluate": "--INPUT=candidates.gpkg --PROBABILITY=probability.tif"
    " --REFERENCE=known.gpkg --REPORT=evaluation.html",
    "export": "--INPUT=inventory.gpkg --TARGET=kml --OUTPUT=inventory.kml",
    "looknext": "--INPUT=candidates.gpkg --OUTPUT=places.gpkg",
    "merge": "--INPUTS=candidates.gpkg --INPUTS=later.gpkg --OUTPUT=merged.gpkg",
    "modelinfo": "",
    "morphometry": "--INPUT=known.gpkg --DEM=dem.tif --OUTPUT=measured.gpkg",
    "preparereview": "--INPUT=candidates.gpkg --OUTPUT=review.gpkg",
    "proposewater": "--INPUT=image.tif --DEM=dem.tif --OUTPUT=water.gpkg",
    "setupruntime": "--DRY_RUN=1",
    "statistics": "--INPUT=inventory.gpkg --DEM=dem.tif --OUTPUT=report.html",
    "train": "--INPUTS=image.tif --POLYGONS=known.gpkg --WHOLE_EXTENT=1"
    " --OUTPUT_MODEL=tuned.onnx --REPORT=tuning.html",
    "vectorize": "--INPUT=probability.tif --THRESHOLD=0.3 --OUTPUT=later.gpkg",
}


@dataclass(frozen=True)
class Row:
    """A parameter, an output or a result."""

    name: str
    label: str
    kind: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Page:
    """What there is to say of an algorithm in a language; `text` is HTML."""

    id: str
    title: str
    group: str
    summary: str
    text: str
    inputs: list[Row]
    advanced: list[Row]
    outputs: list[Row]
    results: list[Row]
    example: str


def page(algorithm: object, language: str) -> Page:
    from qgis.core import QgsProcessingParameterDefinition

    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    definitions = algorithm.parameterDefinitions()
    inputs = [one for one in definitions if not one.isDestination()]
    destinations = [one for one in definitions if one.isDestination()]
    taken = {one.name() for one in destinations}
    command = f"qgis_process run {algorithm.id()} {EXAMPLES[algorithm.name()]}"
    return Page(
        id=algorithm.id(),
        title=algorithm.displayName(),
        group=algorithm.group(),
        summary=algorithm.shortDescription(),
        text=anywhere(OF_THIS_COMPUTER.sub("", algorithm.shortHelpString())),
        inputs=[row(one, language) for one in inputs if not one.flags() & advanced],
        advanced=[row(one, language) for one in inputs if one.flags() & advanced],
        outputs=[row(one, language) for one in destinations],
        results=[
            Row(one.name(), one.description(), KINDS[language][one.type()], "", "")
            for one in algorithm.outputDefinitions()
            if one.name() not in taken
        ],
        example=command.strip(),
    )


def anywhere(text: str) -> str:
    """Without the folder of this computer's user."""
    from mrife.algorithms.runtime.managed import parent_folder

    return text.replace(parent_folder(), "…")


def row(definition: object, language: str) -> Row:
    if definition.type() == "enum":
        kind = ", ".join(choices(definition))
    elif definition.type() == "file":
        folder = definition.behavior() == definition.Behavior.Folder
        kind = KINDS[language]["folderDestination" if folder else "fileDestination"]
    else:
        kind = KINDS[language][definition.type()]
    return Row(
        definition.name(),
        anywhere(label(definition)),
        f"{kind}{limits(definition, language)}",
        default(definition, TITLES[language]),
        definition.help(),
    )


def choices(definition: object) -> list[str]:
    """As scripts and commands write them: words that are translated go by their number."""
    options = definition.options()
    if definition.usesStaticStrings():
        return options
    return [f"{number} ({words})" for number, words in enumerate(options)]


def label(definition: object) -> str:
    """As QGIS before 3.40 has it, which shows no unit beside an area."""
    from qgis.core import Qgis

    words = definition.description()
    if definition.type() != "area":
        return words
    unit = "ha" if definition.defaultUnit() == Qgis.AreaUnit.Hectares else "m²"
    return words if unit in words else f"{words} [{unit}]"


def limits(definition: object, language: str) -> str:
    """Those of a number, as far as it has some."""
    if definition.type() not in ("number", "distance", "area"):
        return ""
    words = []
    if definition.minimum() > -NO_LIMIT:
        words.append(TITLES[language]["from"].format(f"{definition.minimum():g}"))
    if definition.maximum() < NO_LIMIT:
        words.append(TITLES[language]["to"].format(f"{definition.maximum():g}"))
    return "".join(f" {word}" for word in words)


def default(definition: object, words: dict[str, str]) -> str:
    from qgis.core import QgsProcessingParameterDefinition

    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    value = definition.defaultValue()
    if definition.type() == "boolean":
        return words["true" if value else "false"]
    if value is None or definition.isDestination():
        if not definition.flags() & optional:
            return words["required"]
        return words["optional"] if definition.isDestination() else ""
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def markdown_of(html: str) -> str:
    """Help text, which is of paragraphs, headings, bold and italic words."""
    text = html.replace("<br>", "\n\n")
    text = re.sub(r"<h3>(.*?)</h3>", r"\n\n## \1\n\n", text)
    text = re.sub(r"</?strong>", "**", text)
    text = re.sub(r"</?i>", "*", text)
    text = re.sub(r"</?p>", "\n\n", text)
    if left := re.search(r"</?[a-z]\w*>", text):
        raise ValueError(f"{left.group()} has no Markdown here")
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return unescape("\n\n".join(paragraphs))


def cell(text: str) -> str:
    """Of a table in Markdown."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def environment(autoescape: bool) -> Environment:
    templates = Environment(
        loader=FileSystemLoader(str(TEMPLATES)),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["markdown"] = markdown_of
    templates.filters["cell"] = cell
    templates.filters["unit"] = unit_of
    templates.filters["stored"] = stored_words
    return templates


def markdown(algorithms: list) -> dict[Path, str]:
    """Files of docs/algorithms and what belongs into them, in English."""
    template = environment(autoescape=False).get_template("algorithm.md")
    pages = [page(algorithm, "en") for algorithm in algorithms]
    texts = {
        MARKDOWN / f"{one.id.partition(':')[2]}.md": template.render(
            page=one, words=TITLES["en"]
        )
        for one in pages
    }
    overview = environment(autoescape=False).get_template("algorithms.md")
    ordered = sorted(pages, key=lambda one: (one.group, one.title))
    texts[MARKDOWN / "index.md"] = overview.render(pages=ordered)
    fields = environment(autoescape=False).get_template("fields.md")
    texts[MARKDOWN / "fields.md"] = fields.render(tables=field_tables())
    return texts


def field_tables() -> list[tuple[str, list]]:
    """Title and fields of each group of an inventory, then of each other layer what it
    has beside these.
    """
    from models.evaluation.compare import COMPARISON_FIELDS
    from models.evaluation.fields import EVALUATION_FIELDS
    from models.evaluation.looknext import LOOK_FIELDS
    from models.inventory.merge.conflicts import CONFLICT_FIELDS
    from models.inventory.morphometry.lines import LINE_FIELDS
    from models.inventory.report.density import DENSITY_FIELDS
    from models.inventory.review.training_labels import REVIEWED_FIELDS, TRAINING_FIELDS
    from models.inventory.schema import BY_NAME, GROUPS
    from models.inventory.water.fields import WATER_FIELDS
    from models.preflight.checked import INPUT_FIELDS

    tables = [
        (f"Candidates and inventories: {name}", list(GROUPS[name])) for name in GROUPS
    ]
    for title, fields in (
        ("Conflicts of Merge into inventory", CONFLICT_FIELDS),
        ("Training polygons and reviewed area", (*TRAINING_FIELDS, *REVIEWED_FIELDS)),
        ("Changes between two runs", COMPARISON_FIELDS),
        ("Right, missed and false ones of an evaluation", EVALUATION_FIELDS),
        ("Places to look at next", LOOK_FIELDS),
        ("Proposed water", WATER_FIELDS),
        ("Landslide density", DENSITY_FIELDS),
        ("Head scarps, flanks and toes", LINE_FIELDS),
        ("Checked inputs", INPUT_FIELDS),
    ):
        tables.append((title, [one for one in fields if one.name not in BY_NAME]))
    return tables


def stored_words(choices: object) -> str:
    """Each stored value, with its words where these are others."""
    entries = []
    for value, words in choices.english:
        plain = words in (value, value.replace("_", " "))
        words = words.removeprefix(f"{value}: ")
        entries.append(f"`{value}`" if plain else f"`{value}` {cell(words)}")
    return ", ".join(entries)


def unit_of(text: str) -> str:
    """As people write it."""
    return {"m2": "m²", "m3": "m³", "deg": "°", "1/km2": "1/km²"}.get(text, text)


def html(algorithms: list, language: str) -> dict[Path, str]:
    """Files of resources/help in the language that the algorithms speak now."""
    template = environment(autoescape=True).get_template("algorithm.html")
    return {
        HTML / language / f"{algorithm.name()}.html": template.render(
            page=page(algorithm, language), words=TITLES[language], language=language
        )
        for algorithm in algorithms
    }


def main() -> None:
    from plugin_in_qgis import plugin_package, started
    from qgis.core import QgsSettings

    plugin = started()
    texts = markdown(plugin.provider.algorithms())
    QgsSettings().setValue("locale/overrideFlag", True)
    for language, locale in LANGUAGES.items():
        plugin.unload()
        QgsSettings().setValue("locale/userLocale", locale)
        plugin = plugin_package().classFactory(None)
        plugin.initProcessing()
        texts.update(html(plugin.provider.algorithms(), language))
    for folder in (MARKDOWN, *(HTML / language for language in LANGUAGES)):
        folder.mkdir(parents=True, exist_ok=True)
        for path in set(folder.iterdir()) - set(texts):
            path.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(texts)} pages")
    sys.stdout.flush()
    os._exit(0)  # QGIS may fall over its own objects on the way out


if __name__ == "__main__":
    main()
