"""Reads how large an image says it is before anything of it is decoded."""

import struct
from typing import Final

from moa_core.attachments.limits import MOST_MEGAPIXELS
from moa_core.errors import AttachmentError

LONGEST_ALLOWED_SIDE: Final = 30_000
"""Pixels; beyond that no picture is one."""


def refuse_too_many_pixels(width: int, height: int) -> None:
    """See that an image of this size can be decoded.

    Raises:
        AttachmentError: It has too many pixels.
    """
    megapixels = width * height / 1e6
    if megapixels <= MOST_MEGAPIXELS and max(width, height) <= LONGEST_ALLOWED_SIDE:
        return
    raise AttachmentError(
        f"It has {width:,} x {height:,} pixels; an image may have {MOST_MEGAPIXELS} "
        "million.",
        "Scale it down, or cut out the part that you ask about.",
    )


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP image, whose decoder would take memory for them first.

    Raises:
        struct.error: It is cut off.
        ValueError: It is no WebP image.
    """
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = data[24:27], data[27:30]
        return 1 + int.from_bytes(width, "little"), 1 + int.from_bytes(height, "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP image")
