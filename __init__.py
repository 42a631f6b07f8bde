# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS calls when it loads the plugin."""

import sys

# QGIS forgets the modules that it saw imported by name when it switches a plugin off; the
# packages that it leaves would lend a newer version modules of this one
for left in list(sys.modules):
    if left.startswith(f"{__name__}."):
        del sys.modules[left]


def classFactory(iface):
    if sys.version_info < (3, 9):  # as QGIS 3.22 on Ubuntu 20.04 has it
        raise ImportError("MRIFE Landslides needs a QGIS with Python 3.9 or newer.")
    from .mrife_plugin.plugin import MrifePlugin

    return MrifePlugin(iface)
