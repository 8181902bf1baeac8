"""Lets local servers be named without a setting; any other endpoint may not."""

from collections.abc import Collection
from dataclasses import replace

from moa_core.errors import ConfigError
from moa_core.settings import LOCAL_SERVERS, EndpointSettings, Settings
from moa_core.terminal.question import unknown_endpoint


def with_local_servers(
    named: Collection[str], settings: Settings, known: Collection[str]
) -> Settings:
    """``settings`` with those of ``named`` that are servers on this machine.

    Args:
        named: Endpoints that a mixture needs.
        settings: Of this process.
        known: The endpoints that there are.

    Raises:
        ConfigError: One of them is neither known nor a local server.
    """
    missing = sorted({*named} - {*known})
    for name in missing:
        if name not in LOCAL_SERVERS:
            raise ConfigError(unknown_endpoint(name, [*known, *LOCAL_SERVERS]))
    local = (
        EndpointSettings(
            name=name,
            kind="local",
            base_url=f"http://127.0.0.1:{LOCAL_SERVERS[name]}/v1",
            origin="found",
        )
        for name in missing
    )
    return replace(settings, endpoints=(*settings.endpoints, *local))
