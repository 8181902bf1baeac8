"""Decodes images, turns and scales them, and encodes their pixels anew.

What stood beside the pixels is gone: place and camera (EXIF), XMP, comments,
thumbnails, profiles, hidden files. Every server reads PNG and JPEG; some no more.
"""

import io
from contextlib import suppress
from functools import partial
from typing import Final

from PIL import Image, ImageCms, ImageOps

from moa_core.attachments.images.bare import fits, is_bare_jpeg, is_bare_png
from moa_core.attachments.images.headers import refuse_too_many_pixels, webp_size
from moa_core.attachments.limits import LONGEST_SIDE, MB
from moa_core.attachments.what_was_read import WhatWasRead

_JPEG_QUALITY: Final = 90
_MOST_PNG_BYTES: Final = 4 * MB
"""A larger one becomes a JPEG: servers refuse images of more than 5 MB."""

Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, and say it in our words


def _read(data: bytes, format_: str) -> WhatWasRead:
    if format_ == "WEBP":
        refuse_too_many_pixels(*webp_size(data))
    with Image.open(io.BytesIO(data), formats=[format_]) as image:
        refuse_too_many_pixels(*image.size)
        if format_ == "JPEG":  # decoded at half or a quarter of its size
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        if _is_kept(data, image):
            return WhatWasRead(
                media_type=Image.MIME[format_], width=image.width, height=image.height
            )
        return _encoded(_pixels(image), as_jpeg=format_ == "JPEG")


def _is_kept(data: bytes, image: Image.Image) -> bool:
    """Whether the image is as we would make it, so that it can be attached again."""
    if not fits(*image.size) or image.mode not in ("L", "LA", "RGB", "RGBA", "P", "1"):
        return False
    if data.startswith(b"\xff\xd8"):
        return is_bare_jpeg(data)
    return (
        data.startswith(b"\x89PNG")
        and is_bare_png(data)
        and len(data) <= _MOST_PNG_BYTES
    )


def _pixels(image: Image.Image) -> Image.Image:
    """Upright, scaled, in sRGB, and nothing else."""
    profile, exif = image.info.get("icc_profile"), image.getexif()
    pixels: Image.Image = _plain_mode(image)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, 2.0)
    pixels.info = {}
    if profile:
        pixels = _in_srgb(pixels, profile)
    if pixels.mode == "CMYK":
        pixels = pixels.convert("RGB")
    if 0x0112 in exif:
        pixels.getexif()[0x0112] = exif[0x0112]
        ImageOps.exif_transpose(pixels, in_place=True)
    return pixels


def _plain_mode(image: Image.Image) -> Image.Image:
    """In a mode that can be scaled and saved; of an animation its first frame."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = image.has_transparency_data
    if image.mode in ("L", "CMYK") or (image.mode == "RGB" and not has_alpha):
        return image
    if image.mode in ("1", "LA"):
        return image.convert("L" if image.mode == "1" else "RGBA")
    return image.convert("RGBA" if has_alpha else "RGB")


def _in_srgb(pixels: Image.Image, profile: bytes) -> Image.Image:
    """As a screen shows it; a profile that is broken is passed over."""
    if pixels.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return pixels
    mode = "RGBA" if pixels.mode == "RGBA" else "RGB"
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        its_own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(pixels, its_own, srgb, outputMode=mode)
        if converted is not None:
            converted.info = {}
            return converted
    return pixels


def _encoded(pixels: Image.Image, *, as_jpeg: bool) -> WhatWasRead:
    output = io.BytesIO()
    if not as_jpeg:
        pixels.save(output, "PNG", optimize=False)
        as_jpeg = output.tell() > _MOST_PNG_BYTES
    if as_jpeg:
        output = io.BytesIO()
        opaque = _on_white(pixels)
        opaque.save(output, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return WhatWasRead(
        media_type="image/jpeg" if as_jpeg else "image/png",
        width=pixels.width,
        height=pixels.height,
        keeps=False,
        body=output.getvalue(),
    )


def _on_white(pixels: Image.Image) -> Image.Image:
    if not pixels.has_transparency_data:
        return pixels
    ground = Image.new("RGBA", pixels.size, "white")
    ground.alpha_composite(pixels.convert("RGBA"))
    return ground.convert("RGB")


read_png = partial(_read, format_="PNG")
read_jpeg = partial(_read, format_="JPEG")
read_gif = partial(_read, format_="GIF")
read_webp = partial(_read, format_="WEBP")
