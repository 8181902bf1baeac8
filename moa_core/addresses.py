"""Checks the addresses that users write."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from moa_core.errors import ConfigError


def checked_url(variable: str, url: str, key_goes: str = "variable") -> str:
    """``url`` without a slash at its end.

    Args:
        variable: What the user has written it into, for messages.
        url: The address.
        key_goes: Where a key belongs instead of into the address.

    Raises:
        ConfigError: It is no address, or it holds a password.
    """
    wrong = ConfigError(
        f"{variable}: write an address such as http://localhost:8000/v1."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    complete = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not complete or not url.isprintable() or " " in url:
        raise wrong
    if parts.query or parts.fragment:
        raise ConfigError(
            f"{variable}: leave out what follows the ? or #; "
            f"a key goes into its own {key_goes}."
        )
    if parts.username or parts.password:
        raise ConfigError(
            f"{variable}: put no password or key into the address; "
            f"a key goes into its own {key_goes}."
        )
    return url.rstrip("/")


def url_or_none(variable: str, variables: Mapping[str, str]) -> str:
    """The address that a variable holds; ``""`` if it is not set.

    Raises:
        ConfigError: It is no address, or it holds a password.
    """
    return checked_url(variable, variables[variable]) if variable in variables else ""
