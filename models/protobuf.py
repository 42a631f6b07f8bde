# SPDX-License-Identifier: GPL-2.0-or-later
"""The wire format of protocol buffers, by protobuf.dev/programming-guides/encoding: what
ONNX files are read and rewritten with where neither onnx nor onnxruntime is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator

FIXED_BYTES = {1: 8, 5: 4}  # of a number, by wire type


def fields_of(data: memoryview) -> Iterator[tuple[int, object]]:
    """(field number, value) pairs of a message; a value is an int or the bytes of a
    sub-message. Raises ValueError or IndexError where it is none.
    """
    for number, value, _ in spans(data):
        yield number, value


def spans(data: memoryview) -> Iterator[tuple[int, object, int]]:
    """The same, with the place where each field ends."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(data, at)
        else:
            if kind == 2:
                size, at = _varint(data, at)
            elif kind in FIXED_BYTES:
                size = FIXED_BYTES[kind]
            else:
                raise ValueError("unknown wire type")
            value = data[at : at + size]
            at += size
        if at > len(data):
            raise ValueError("truncated")
        yield tag >> 3, value, at


def text_of(value: object) -> str:
    """What the bytes of a field say."""
    return bytes(value).decode("utf-8")


def numbers_of(value: int | memoryview) -> list[int]:
    """The whole numbers of a repeated field: one, or several of them packed."""
    if isinstance(value, int):
        return [value]
    numbers = []
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(number)
    return numbers


def field(number: int, value: bytes) -> bytes:
    """A field of bytes on the wire."""
    return encoded(number << 3 | 2) + encoded(len(value)) + value


def number_field(number: int, value: int) -> bytes:
    """A field of a whole number from 0 on, on the wire."""
    return encoded(number << 3) + encoded(value)


def encoded(number: int) -> bytes:
    """A varint."""
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("varint too long")
