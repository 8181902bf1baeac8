"""Lists the models that an endpoint serves, with context lengths."""

from moa_core.providers.catalogue.local import find_local_servers
from moa_core.providers.catalogue.local_server import LocalServer
from moa_core.providers.catalogue.model_list import fetch_models
from moa_core.providers.catalogue.models import EndpointInfo, ModelInfo, ModelList

__all__ = [
    "EndpointInfo", "LocalServer", "ModelInfo", "ModelList", "fetch_models",
    "find_local_servers",
]  # fmt: skip
