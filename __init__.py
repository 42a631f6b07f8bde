# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS calls when it loads the plugin."""


def classFactory(iface):
    from .mrife_plugin.plugin import MrifePlugin

    return MrifePlugin(iface)
