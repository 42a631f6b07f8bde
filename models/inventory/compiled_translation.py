# SPDX-License-Identifier: GPL-2.0-or-later
"""The translation that Qt reads (.qm), read without Qt: a magic number, then sections of a
byte, a length and their data; that of messages holds parts of the same form.

Source: QTranslator of Qt 5 and 6 (qtbase/src/corelib/kernel/qtranslator.cpp).
"""

from __future__ import annotations

import struct

MAGIC_BYTES = 16
MESSAGES = 0x69  # section
END = 1  # parts of a message
TRANSLATION = 3
SOURCE = 6
LENGTH = struct.Struct(">I")


def read_compiled(data: bytes) -> dict[str, str]:
    """Translations by their source; of one that stands twice the last."""
    place = MAGIC_BYTES
    while place < len(data):
        section = data[place]
        (length,) = LENGTH.unpack_from(data, place + 1)
        place += 1 + LENGTH.size
        if section == MESSAGES:
            return _messages(data[place : place + length])
        place += length
    return {}


def _messages(data: bytes) -> dict[str, str]:
    translations = {}
    parts: dict[int, bytes] = {}
    place = 0
    while place < len(data):
        tag = data[place]
        place += 1
        if tag == END:
            source = parts.get(SOURCE, b"").decode()
            translations[source] = parts.get(TRANSLATION, b"").decode("utf-16-be")
            parts = {}
            continue
        (length,) = LENGTH.unpack_from(data, place)
        place += LENGTH.size
        parts[tag] = data[place : place + length]
        place += length
    return translations
