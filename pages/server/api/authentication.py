"""Finds out whose key a request has; without one nobody gets in, here neither."""

import asyncio
import logging
from typing import Final

from starlette.datastructures import Headers

from moa_core.errors import ConfigError
from moa_core.openai_wire import ApiError
from services import Services, services_of_key
from storage.api import ApiKey

_log = logging.getLogger(__name__)
_ADVICE: Final = "Create one in Settings, and send it as 'Authorization: Bearer KEY'."


async def authenticate(headers: Headers) -> tuple[Services, ApiKey]:
    """The app, and the key of a request.

    Only the header counts: an address with a key in it ends up in logs.

    Raises:
        ApiError: It has none, or one that opens nothing; or nobody can get in.
        StorageError: Nobody can look that up now.
    """
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise _refused("An API key is missing.")
    found = await asyncio.to_thread(_look_up, secret.strip())
    if found is None:
        raise _refused("This API key is wrong, or was revoked.")
    return found


def _look_up(secret: str) -> tuple[Services, ApiKey] | None:
    """The services of whom the key names, and the key; ``None`` if it opens nothing."""
    try:
        app = services_of_key(secret)
    except ConfigError as error:
        _log.error("The API cannot be used: %s", error)
        message = "Polyphony is set up wrongly; its log says how."
        raise ApiError(503, "not_configured", message, retry_after_s=60) from None
    key = app.api_keys.find(secret) if app else None
    if app is None or key is None:
        return None
    app.keep_models_fresh()  # as each page does
    return app, key


def _refused(what: str) -> ApiError:
    return ApiError(401, "invalid_api_key", f"{what} {_ADVICE}")
