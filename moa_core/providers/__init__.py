"""Who answers: adapters that turn each model server into a `completion.Provider`."""

from moa_core.providers.catalogue import EndpointInfo
from moa_core.providers.endpoints import Endpoints

__all__ = [
    "EndpointInfo",
    "Endpoints",
]
