"""Adapts model servers: each endpoint becomes a `run.Provider`."""

from moa_core.providers.catalogue import EndpointInfo
from moa_core.providers.endpoints import Endpoints
from moa_core.providers.seeing import KnownSight

__all__ = ["EndpointInfo", "Endpoints", "KnownSight"]
