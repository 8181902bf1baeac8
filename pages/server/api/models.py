"""Lists presets as models, and describes each."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from moa_core.mixture import Preset
from pages.server.api.authentication import authenticate
from pages.server.api.responses import error_response, error_told, json_response
from services import Services
from services.api import best_connected, no_such_model, preset_models, preset_of_model

_STARTED: Final = int(time.time())


async def answer_models(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with every preset."""

    def listed(app: Services) -> dict[str, Any]:
        best = best_connected(app.endpoints, app.prices, app.live)
        models = preset_models(app.presets, best).items()
        connected = _connected(app)
        data = [_described(name, preset, connected) for name, preset in models]
        return {"object": "list", "data": data}

    await _answer(listed, scope, receive, send)


async def answer_model(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with one preset."""
    name: str = scope["path_params"]["name"]
    if not name.strip("/"):  # asked with a slash at the end
        await answer_models(scope, receive, send)
        return

    def described(app: Services) -> dict[str, Any]:
        best = best_connected(app.endpoints, app.prices, app.live)
        preset = preset_of_model(name, app.presets, best)
        if preset is None:
            raise no_such_model(name, app.presets)
        return _described(name, preset, _connected(app))

    await _answer(described, scope, receive, send)


async def _answer(
    work: Callable[[Services], Mapping[str, Any]],
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    try:
        app, _ = await authenticate(Headers(scope=scope))
        response = json_response(await asyncio.to_thread(work, app))
    except Exception as error:  # noqa: BLE001 - a bug, too, is told in words
        response = error_response(error_told(error))
    await response(scope, receive, send)


def _connected(app: Services) -> frozenset[str]:
    return frozenset(each.name for each in app.endpoints.infos() if each.connected)


def _described(name: str, preset: Preset, connected: frozenset[str]) -> dict[str, Any]:
    config = preset.config
    missing = sorted({agent.endpoint for agent in config.agents} - connected)
    return {
        "id": name,
        "object": "model",
        "created": _STARTED,
        "owned_by": "polyphony",
        "polyphony": {
            "title": preset.title,
            "description": preset.description,
            "layers": [
                [agent.ref for agent in layer.proposers] for layer in config.layers
            ],
            "aggregator": config.aggregator.ref,
            "ready": not missing,
            "missing_endpoints": missing,
        },
    }
