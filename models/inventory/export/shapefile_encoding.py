# SPDX-License-Identifier: GPL-2.0-or-later
"""In which encoding an old Shapefile wrote its texts, where it does not say so itself."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator

from osgeo import gdal

MAX_BYTES = 4_000_000  # of a table that are looked at
MIN_EVERYDAY_SHARE = 0.5  # of the characters, from which a text is taken for Chinese
# in a table's head: code pages that say nothing, "ANSI", or GBK
UNDECIDED_PAGES = (0, 0x03, 0x4D, 0x57, 0x7A)
# gives every byte a letter and takes it back: nothing is lost
ANY_BYTES = "ISO-8859-1"


def guessed_encoding(shapefile: str) -> str | None:
    """The encoding of the texts of a .shp (also one in a /vsizip/) that does not say it,
    or says another than they are in: UTF-8, GB18030, else ANY_BYTES; None where they are
    plain ASCII, or as the file says.

    Bytes that are valid UTF-8 are that; else Chinese, where they are valid GB 18030 and
    mostly everyday characters (level 1 of GB 2312): accented Latin and Cyrillic letters
    would also decode, but to rare ones.
    """
    base = os.path.splitext(shapefile)[0]
    data = _read_beside(base, ".dbf")
    if data is None:
        return None
    texts = [text for text in _texts(data) if not text.isascii()]
    if not texts or _is_as_stated(texts, _read_beside(base, ".cpg"), data[29]):
        return None
    if _all_decoded(texts, "utf-8"):
        return "UTF-8"
    if _is_chinese(texts):
        return "GB18030"
    return ANY_BYTES


def _read_beside(base: str, suffix: str) -> bytes | None:
    """The beginning of a file with the same name; None where there is none."""
    for path in (base + suffix, base + suffix.upper()):
        file = gdal.VSIFOpenL(path, "rb")
        if file is not None:
            data = gdal.VSIFReadL(1, MAX_BYTES, file)
            gdal.VSIFCloseL(file)
            return bytes(data or b"")
    return None


def _is_as_stated(texts: list[bytes], code_page: bytes | None, page: int) -> bool:
    """Whether the code page, else the head of the table, says an encoding and the texts
    are in it.
    """
    if code_page is None:
        return page not in UNDECIDED_PAGES
    stated = code_page.decode("ascii", "replace").strip()
    if stated.isdigit():
        stated = f"cp{stated}"
    try:
        codecs.lookup(stated)
    except LookupError:
        return False
    return _all_decoded(texts, stated)


def _is_chinese(texts: list[bytes]) -> bool:
    decoded = [_decoded(text, "gb18030") for text in texts]
    if None in decoded:
        return False
    wide = [letter for text in decoded for letter in text if not letter.isascii()]
    return sum(map(_everyday, wide)) >= MIN_EVERYDAY_SHARE * len(wide)


def _all_decoded(texts: list[bytes], encoding: str) -> bool:
    return all(_decoded(text, encoding) is not None for text in texts)


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
