# SPDX-License-Identifier: GPL-2.0-or-later
"""The Chinese of the plugin: complete, with the placeholders of the English, and seen
by who speaks it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter

import pytest
from running import refused
from translate import (
    TS,
    compiled,
    sentences,
    strings,
    translations,
    written,
)

from models.inventory.language import Language
from models.inventory.schema import BY_NAME

I18N = TS.parent
PLACEHOLDERS = re.compile(r"\{[^{}]*\}")
TAGS = re.compile(r"</?\w+>")


def test_every_string_is_translated():
    table, found = translations(), {**strings(), **sentences()}
    assert [source for source in found if not table.get(source)] == []
    assert set(table) == set(found), (
        "python tests/tools/translate.py drops what has vanished"
    )


def test_placeholders_and_tags_are_those_of_the_english():
    for source, text in translations().items():
        if text:
            assert Counter(PLACEHOLDERS.findall(text)) == Counter(
                PLACEHOLDERS.findall(source)
            ), source
            assert Counter(TAGS.findall(text)) == Counter(TAGS.findall(source)), source
            assert text.strip() == text or source.strip() != source, source


QUOTED = re.compile(r"'([A-Z][^'{}]+)'")
# what stands on QGIS's own menus and in its options, which one looks for by its name
OF_QGIS = {
    "> Providers >": "> 数据源 >",
    "> Authentication >": "> 认证 >",
    "(Layer > Georeferencer)": "（图层 > 配准工具）",
    "'Fix geometries'": "“修正几何图形”",
    "'Run feature action'": "“执行要素动作”",
}


def test_what_one_is_sent_to_is_called_as_it_is_on_the_screen():
    table = translations()
    for source, text in table.items():
        for name in QUOTED.findall(source):
            if name in table:
                assert f"“{table[name]}”" in text, source
        for english, chinese in OF_QGIS.items():
            if english in source:
                assert chinese in text, source
        assert "坐标参考系" not in text, source  # QGIS: 坐标参照系


def test_what_a_machine_numbers_is_no_number_of_an_authority():
    """The record form leaves the body's own number, 统一编号, empty."""
    form = json.loads((I18N / "record_form.json").read_text(encoding="utf-8"))
    chinese = Language.of("zh")
    assert chinese.field("ls_id") == form["ls_id"] != form["official_id"]
    assert form["official_id"] not in "".join(translations().values())


def test_each_step_of_the_usgs_confidence_is_surer_than_the_one_before():
    words = Language.of("zh").choices(BY_NAME["usgs_conf"].choices)
    sure = ("可能有", "较可能有", "很可能为", "确信", "高度可信")
    assert [word in text for word, text in zip(sure, words.values())] == [True] * 5


def test_the_compiled_file_is_that_of_the_table():
    assert TS.with_suffix(".qm").read_bytes() == compiled(translations())
    assert TS.read_text(encoding="utf-8") == written(translations())


def test_only_literals_can_be_translated(tmp_path):
    (tmp_path / "algorithms").mkdir()
    (tmp_path / "algorithms" / "a.py").write_text(
        'tr("a" "b"), Qt.translate("MRIFE", "c")'
    )
    assert set(strings(tmp_path)) == {"ab", "c"}
    (tmp_path / "algorithms" / "a.py").write_text('tr(f"{a}")')
    with pytest.raises(ValueError, match="a.py, line 1"):
        strings(tmp_path)


def test_each_part_of_the_tests_has_settings_of_its_own(qgis_app):
    """Parts run beside each other, and one of them speaks Chinese for a while."""
    from qgis.core import QgsSettings

    part = os.environ.get("PYTEST_XDIST_WORKER", "")
    assert f"/.qgis-settings/{part}" in QgsSettings().fileName()


@pytest.mark.parametrize(
    "locale, shown",
    [
        ("zh-Hans", "检查运行环境"),
        ("zh_CN", "检查运行环境"),
        ("zh", "检查运行环境"),
        ("zh-Hant", "Check runtime"),
        ("en", "Check runtime"),
    ],
)
def test_the_language_of_qgis_is_spoken(package, set_locale, locale, shown):
    from importlib import import_module

    set_locale(locale)
    plugin = package.classFactory(None)
    algorithm = import_module("mrife.algorithms.checkruntime").CheckRuntime()
    assert algorithm.displayName() == shown
    plugin.unload()
    assert algorithm.displayName() == "Check runtime"


def test_an_error_of_the_models_is_said_in_the_users_language(
    run, package, set_locale, tmp_path
):
    text = tmp_path / "a (b) {}.onnx"
    text.write_text("not a model")
    asked = "modelinfo", {"MODEL": str(text)}
    assert f"'{text}' is not an ONNX model; choose a file exported as .onnx." in refused(
        run, *asked
    )
    set_locale("zh-Hans")
    plugin = package.classFactory(None)
    assert f"“{text}”不是 ONNX 模型；请选择导出为 .onnx 的文件。" in refused(run, *asked)
    plugin.unload()


LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")
# names, formats, values and fields as they are stored: the same in all languages
NAMES = {
    *"MRIFE QGIS ONNX Deepness Python GDAL CUDA CPU GPU GeoPackage Shapefile KML".split(),
    *"HTML CSV GB GBK UTF arXiv Taubin He Varnes WGS Debian Ubuntu English".split(),
    *"SLIDO USGS IFFI INSPIRE numpy onnxruntime log cpg onnx gpkg html csv xml".split(),
    *"ArcMap Big5 Windows EUC-KR ETRS Clauset Malamud HazardArea ObservedEvent".split(),
    *"Excel GML kmz clip drop auto cuda cpu en zh contour pixel contract shp kml dbf gml qml id ha".split(),
    *"cls code fid original review READY china iffi inspire slido usgs".split(),
    *"NVIDIA cuDNN nvidia BSD MIT Apache- MB PyPI pypi org files pythonhosted com".split(),
    *"done empty failed skipped probability vrt".split(),  # as a table, a file has them
    *"https simple wheel docs eula download pytorch Linux macOS".split(),
    *"CPython PSF MIT uv releases astral sh github".split(),
    *"mrife mrife-dem mrife-terrain VRT".split(),
    *"Big UTF- windows- shapefile DESCRIPTION NAME YEAR PyTorch pip install python torch".split(),
}


@pytest.fixture
def in_chinese(package, set_locale):
    set_locale("zh-Hans")
    plugin = package.classFactory(None)
    yield
    plugin.unload()


def test_bands_of_a_model_are_words_where_they_are_usual_ones(in_chinese):
    from mrife.algorithms.messages.errors import bands_in_words, translated
    from mrife.algorithms.parameters.model_labels import model_labels
    from mrife.models.contract import Contract
    from mrife.models.inference.bands import choose_bands
    from osgeo import gdal

    bands = ("Red", "nir", "band 4", "wetness", "elevation")
    contract = Contract(bands=bands)
    assert model_labels(contract)["BANDS"] == "波段（模型：红、近红外、波段 4、wetness）"
    assert bands_in_words(bands) == "红、近红外、波段 4、wetness、高程"
    grey = gdal.GetDriverByName("MEM").Create("", 1, 1, 1)
    with pytest.raises(Exception) as refusal:
        choose_bands(grey, (), contract, strict=True)
    assert "需要 4（红、近红外、波段 4、wetness）" in translated(refusal.value)


def visible(algorithm):
    """Every text that QGIS shows of an algorithm before it runs."""
    yield algorithm.displayName()
    yield algorithm.group()
    yield algorithm.shortDescription()
    yield algorithm.shortHelpString()
    for definition in algorithm.parameterDefinitions():
        yield definition.description()
        yield definition.help()
        widget = definition.metadata().get("widget_wrapper", {})
        if definition.type() == "enum":
            yield from widget.get("words", {}).values() or definition.options()
    for definition in algorithm.outputDefinitions():
        yield definition.description()


def test_nothing_that_is_seen_is_english(provider, in_chinese):
    """Words of Latin letters that are no name, by algorithm."""
    from models.environment.requirements import read_requirements
    from models.evaluation.compare import COMPARISON_FIELDS
    from models.evaluation.fields import EVALUATION_FIELDS
    from models.evaluation.looknext import LOOK_FIELDS
    from models.inventory.merge.conflicts import CONFLICT_FIELDS
    from models.inventory.review.training_labels import TRAINING_FIELDS
    from models.inventory.schema import ALL

    compared = (*EVALUATION_FIELDS, *COMPARISON_FIELDS, *LOOK_FIELDS)
    ours = (*ALL, *CONFLICT_FIELDS, *TRAINING_FIELDS, *compared)
    fields = {field.name for field in ours}
    values = {value for field in ours for value in field.choices}
    listed = [read_requirements(kind) for kind in ("cpu", "cuda13", "training")]
    packages = [one.name for packages in listed for one in packages.requirements]
    names = {*NAMES, *LATIN.findall(" ".join(packages))}
    english = {}
    for algorithm in provider.algorithms():
        for text in visible(algorithm.create()):
            words = set(
                LATIN.findall(re.sub(r"<[^>]*>|\w+_\w+|\*\.\w+|/[\w./-]+", " ", text))
            )
            rest = words - names - fields - values
            if rest:
                english.setdefault(algorithm.name(), []).append((sorted(rest), text[:60]))
    assert english == {}


def test_one_word_for_a_candidate(in_chinese):
    from models.inventory.language import Language

    texts = [*translations().values(), *Language.of("zh").words.values()]
    for other in ("候选", "图斑"):
        assert not [text for text in texts if other in text]
    assert len([text for text in texts if "疑似滑坡" in text]) > 20


def test_a_choice_is_shown_in_chinese_and_stored_as_ever(provider, in_chinese):
    from processing.gui.wrappers import WidgetWrapperFactory

    algorithm = provider.algorithm("detect").create()
    definition = algorithm.parameterDefinition("OUTLINE")
    wrapper = WidgetWrapperFactory.create_wrapper(definition, None)
    box = wrapper.widget
    shown = [box.itemText(place) for place in range(box.count())]
    assert shown == ["概率等值线", "像元边缘"]
    assert wrapper.value() == "contour"
    wrapper.setValue("pixel")
    assert (wrapper.value(), box.currentText()) == ("pixel", "像元边缘")
    algorithm = provider.algorithm("statistics").create()
    statuses = algorithm.parameterDefinition("STATUS")
    wrapper = WidgetWrapperFactory.create_wrapper(statuses, None)
    assert wrapper.value() == "candidate,confirmed,modified,field_check"
    assert wrapper.widget.itemText(1) == "确认"
    wrapper.setValue(["rejected"])
    assert wrapper.value() == "rejected"


def test_the_language_of_the_command_line_of_qgis_is_spoken(package):
    """qgis --lang zh-Hans, whatever the settings say."""
    from importlib import import_module

    from qgis.core import QgsApplication

    QgsApplication.setTranslation("zh-Hans")
    plugin = package.classFactory(None)
    algorithm = import_module("mrife.algorithms.checkruntime").CheckRuntime()
    shown = algorithm.displayName()
    QgsApplication.setTranslation("")
    plugin.unload()
    assert shown == "检查运行环境"


def test_the_command_line_stays_english():
    import os
    import subprocess

    from running import ROOT, WORKER_PYTHON

    said = subprocess.run(
        [WORKER_PYTHON, "-m", "models", "detect", "--help"],
        cwd=ROOT,
        env={**os.environ, "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.startswith("usage:") and not re.search("[\u4e00-\u9fff]", said)
