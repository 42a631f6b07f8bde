# SPDX-License-Identifier: GPL-2.0-or-later
"""The Chinese of the plugin: complete, with the placeholders of the English, and seen
by who speaks it.
"""

from __future__ import annotations

import re
import sys
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


def test_the_compiled_file_is_that_of_the_table():
    assert TS.with_suffix(".qm").read_bytes() == compiled(translations())
    assert TS.read_text(encoding="utf-8") == written(translations())


def test_only_literals_can_be_translated(tmp_path, monkeypatch):
    (tmp_path / "algorithms").mkdir()
    (tmp_path / "algorithms" / "a.py").write_text(
        'tr("a" "b"), Qt.translate("MRIFE", "c")'
    )
    monkeypatch.setattr(sys.modules["translate"], "ROOT", tmp_path)
    assert set(strings()) == {"ab", "c"}
    (tmp_path / "algorithms" / "a.py").write_text('tr(f"{a}")')
    with pytest.raises(ValueError, match="a.py, line 1"):
        strings()


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
def test_the_language_of_qgis_is_spoken(package, qgis_app, monkeypatch, locale, shown):
    from importlib import import_module

    from qgis.core import QgsApplication

    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: locale))
    plugin = package.classFactory(None)
    algorithm = import_module("mrife.algorithms.checkruntime").CheckRuntime()
    assert algorithm.displayName() == shown
    plugin.unload()
    assert algorithm.displayName() == "Check runtime"


def test_an_error_of_the_models_is_said_in_the_users_language(
    run, package, monkeypatch, tmp_path
):
    from qgis.core import QgsApplication

    text = tmp_path / "a (b) {}.onnx"
    text.write_text("not a model")
    asked = "modelinfo", {"MODEL": str(text)}
    assert f"'{text}' is not an ONNX model; choose a file exported as .onnx." in refused(
        run, *asked
    )
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "zh-Hans"))
    plugin = package.classFactory(None)
    assert f"“{text}”不是 ONNX 模型；请选择导出为 .onnx 的文件。" in refused(run, *asked)
    plugin.unload()
