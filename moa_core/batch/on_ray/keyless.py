"""Takes secrets out of settings; a worker finds them in its own environment."""

from collections.abc import Mapping
from dataclasses import replace

from moa_core.network import NetworkSettings
from moa_core.settings import DEFAULT_DATABASE_URL, Settings


def keyless(settings: Settings) -> Settings:
    """``settings`` as they may be sent: without keys, proxies and the database."""
    return replace(
        settings,
        endpoints=tuple(replace(each, api_key=None) for each in settings.endpoints),
        database_url=DEFAULT_DATABASE_URL,
        network=NetworkSettings(),
    )


def with_own_secrets(sent: Settings, environ: Mapping[str, str]) -> Settings:
    """What was sent, with the keys and the proxies of this machine's environment."""
    keys = {name: value.strip() for name, value in environ.items() if value.strip()}
    return replace(
        sent,
        endpoints=tuple(
            replace(each, api_key=keys.get(each.key_variable))
            for each in sent.endpoints
        ),
        network=NetworkSettings.from_mapping(environ),
    )
