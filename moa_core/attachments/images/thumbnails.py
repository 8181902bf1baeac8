"""Makes small pictures of attached images, to be drawn beside a question."""

import io
from base64 import b64encode
from functools import lru_cache
from typing import Final

from PIL import Image

from moa_core.messages import ImagePart

_SIDE_PX: Final = 160
_QUALITY: Final = 70


@lru_cache(maxsize=512)
def thumbnail_url(image: ImagePart) -> str:
    """A small WebP of an image as a data URL; ``""`` where it cannot be drawn.

    It is at most 160 pixels wide and high, some 3 KB. The last 512 are remembered.
    """
    try:
        with Image.open(io.BytesIO(image.content.read())) as whole:
            whole.draft("RGB", (2 * _SIDE_PX, 2 * _SIDE_PX))
            whole.thumbnail((_SIDE_PX, _SIDE_PX))
            out = io.BytesIO()
            small = whole if whole.mode in ("RGB", "RGBA") else whole.convert("RGBA")
            small.save(out, "WEBP", quality=_QUALITY)
    except Exception:  # noqa: BLE001 - whatever a library makes of a stored file
        return ""
    return f"data:image/webp;base64,{b64encode(out.getvalue()).decode()}"
