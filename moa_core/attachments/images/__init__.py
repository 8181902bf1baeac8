"""Makes images what models can get: pixels alone, within bounds, as PNG or JPEG."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.attachments.images.thumbnails import thumbnail_url

__all__ = ["thumbnail_url"]

if not TYPE_CHECKING:  # loads the library of images
    __getattr__ = names_on_demand(__name__, {"thumbnails": "thumbnail_url"})
