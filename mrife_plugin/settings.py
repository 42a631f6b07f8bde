# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin keeps under Settings > Options > Processing > Providers."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

from ..algorithms.runtime.interpreter import SETTING


def add_settings(group, icon):
    # not there before Processing is loaded
    from processing.core.ProcessingConfig import (
        ProcessingConfig,
        Setting,
    )

    ProcessingConfig.settingIcons[group] = icon
    ProcessingConfig.addSetting(
        Setting(
            group,
            SETTING,
            QCoreApplication.translate("MRIFE", "Python with numpy and onnxruntime"),
            "",
            valuetype=Setting.FILE,
            placeholder=QCoreApplication.translate(
                "MRIFE", "Leave blank to use QGIS's own"
            ),
        )
    )
    ProcessingConfig.readSettings()


def remove_settings():
    from processing.core.ProcessingConfig import ProcessingConfig

    ProcessingConfig.removeSetting(SETTING)
