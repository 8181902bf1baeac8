"""Tells whether an image holds its pixels and nothing else, so that it can be kept."""

import struct
from typing import Final

from moa_core.attachments.limits import LONGEST_SIDE

_PIXEL_CHUNKS: Final = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_PIXEL_SEGMENTS: Final = {0xDB, 0xC4, 0xDD, 0xDA, 0xC0, 0xC1, 0xC2}
"""Tables, restart intervals, scans and frames of a JPEG."""

_JFIF_WITHOUT_THUMBNAIL: Final = 16
"""Bytes of that segment, its length included."""


def is_bare_png(data: bytes) -> bool:
    """Whether a PNG has only chunks of pixels, and nothing behind them."""
    at, name = 8, b""
    while at + 12 <= len(data) and name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        if name not in _PIXEL_CHUNKS:
            return False
        at += 12 + length
    return name == b"IEND" and at == len(data)


def is_bare_jpeg(data: bytes) -> bool:
    """Whether a JPEG has only segments of pixels, and nothing behind them."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        if not _is_of_pixels(data, at, marker, length):
            return False
        at += 2 + length
        if marker == 0xDA:
            at = _end_of_scan(data, at)
        if data[at : at + 2] == b"\xff\xd9":
            return at + 2 == len(data)
    return False


def _is_of_pixels(data: bytes, at: int, marker: int, length: int) -> bool:
    if marker == 0xE0:  # JFIF: resolution, and maybe a thumbnail
        is_jfif = data[at + 4 : at + 9] == b"JFIF\x00"
        return is_jfif and length == _JFIF_WITHOUT_THUMBNAIL
    if marker == 0xEE:  # says how colours are stored
        return data[at + 4 : at + 9] == b"Adobe" and length == 14
    return marker in _PIXEL_SEGMENTS


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is no restart, nor a stuffed byte."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        following = data[at + 1]
        if following and not 0xD0 <= following <= 0xD7:
            return at
        at += 2
    return len(data)


def fits(width: int, height: int) -> bool:
    """Whether an image need not be scaled."""
    return max(width, height) <= LONGEST_SIDE
