"""Lists the models that an endpoint serves, with context lengths."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.providers.catalogue.models import (
    EndpointInfo,
    KeyOrigin,
    ModelInfo,
    ModelList,
    end_of_key,
)

if TYPE_CHECKING:
    from moa_core.providers.catalogue.image_families import family_sees_images
    from moa_core.providers.catalogue.local import find_local_servers
    from moa_core.providers.catalogue.local_server import LocalServer
    from moa_core.providers.catalogue.model_list import fetch_models

__all__ = [
    "EndpointInfo", "KeyOrigin", "LocalServer", "ModelInfo", "ModelList", "end_of_key",
    "family_sees_images", "fetch_models", "find_local_servers",
]  # fmt: skip

if not TYPE_CHECKING:
    __getattr__ = names_on_demand(
        __name__,
        {
            "image_families": "family_sees_images",
            "local": "find_local_servers",
            "local_server": "LocalServer",
            "model_list": "fetch_models",
        },
    )
