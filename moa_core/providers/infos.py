"""Describes endpoints as pages show them."""

from typing import Final

from moa_core.providers.catalogue import (
    EndpointInfo,
    KeyOrigin,
    ModelInfo,
    ModelList,
    end_of_key,
)
from moa_core.providers.errors import label_of
from moa_core.providers.simulated import BLIND, VOICES
from moa_core.settings import SIMULATED, EndpointSettings

SIMULATED_INFO: Final = EndpointInfo(
    name=SIMULATED,
    label=label_of(SIMULATED),
    kind="simulated",
    base_url="",
    key_variable="",
    connected=True,
    is_local=True,
    origin="found",
    models=ModelList(
        models=tuple(ModelInfo(id=name, images=name != BLIND) for name in VOICES),
        state="ready",
        fetched_at=0.0,
    ),
)


def info_of(
    endpoint: EndpointSettings, models: ModelList, key_origin: KeyOrigin | None
) -> EndpointInfo:
    """An endpoint with its models, without its key.

    Args:
        endpoint: As it would be called now.
        models: What is known of what it serves.
        key_origin: Where its key is from, if it has one.
    """
    return EndpointInfo(
        name=endpoint.name,
        label=label_of(endpoint.name),
        kind=endpoint.kind,
        base_url=endpoint.base_url,
        key_variable=endpoint.key_variable,
        connected=endpoint.can_be_called,
        is_local=endpoint.is_local,
        origin=endpoint.origin,
        key_origin=key_origin,
        key_end=end_of_key(endpoint.api_key),
        models=models,
    )
