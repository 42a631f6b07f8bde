# SPDX-License-Identifier: GPL-2.0-or-later
"""In which encoding an old Shapefile wrote its texts, where it does not say so itself."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator

MAX_BYTES = 4_000_000  # of a table that are looked at
MIN_EVERYDAY_SHARE = 0.5  # of the characters, from which a text is taken for Chinese
# in a table's head: code pages that say nothing, "ANSI", or GBK
UNDECIDED_PAGES = (0, 0x03, 0x4D, 0x57, 0x7A)


def guessed_encoding(shapefile: str) -> str | None:
    """UTF-8 or GB18030 for the texts of a .shp without a .cpg; None where they are plain
    ASCII or something else.

    Bytes that are valid UTF-8 are that; else Chinese, where they are valid GB 18030 and
    mostly everyday characters (level 1 of GB 2312): accented Latin and Cyrillic letters
    would also decode, but to rare ones.
    """
    base = os.path.splitext(shapefile)[0]
    table = next(
        (base + end for end in (".dbf", ".DBF") if os.path.isfile(base + end)), None
    )
    if table is None or any(os.path.isfile(base + end) for end in (".cpg", ".CPG")):
        return None
    with open(table, "rb") as file:
        data = file.read(MAX_BYTES)
    if not data[29:30] or data[29] not in UNDECIDED_PAGES:
        return None
    texts = [text for text in _texts(data) if not text.isascii()]
    if not texts:
        return None
    if all(_decoded(text, "utf-8") is not None for text in texts):
        return "UTF-8"
    decoded = [_decoded(text, "gb18030") for text in texts]
    if None in decoded:
        return None
    wide = [letter for text in decoded for letter in text if not letter.isascii()]
    if sum(map(_everyday, wide)) >= MIN_EVERYDAY_SHARE * len(wide):
        return "GB18030"
    return None


def _texts(data: bytes) -> Iterator[bytes]:
    """Names and values of the text fields at the beginning of a dBASE table."""
    start = int.from_bytes(data[8:10], "little")
    width = int.from_bytes(data[10:12], "little")
    fields = []  # the first byte of a record marks deletion
    at = 1
    for head in range(32, min(start, len(data)) - 31, 32):
        if data[head] == 0x0D:
            break
        yield data[head : head + 11].split(b"\0")[0]
        length = data[head + 16]
        if data[head + 11 : head + 12] in (b"C", b"c"):
            fields.append((at, length))
        at += length
    for record in range(start, len(data) - width + 1, max(1, width)):
        for at, length in fields:
            yield data[record + at : record + at + length].rstrip(b" \0")


def _decoded(text: bytes, encoding: str) -> str | None:
    """The text, without a character that the width of the field has cut; None where it
    is not in this encoding.
    """
    try:
        return codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return None


def _everyday(letter: str) -> bool:
    try:
        return 0xB0 <= letter.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False
