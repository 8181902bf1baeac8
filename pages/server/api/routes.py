"""Routes of the API; all below `/v1` that is not served gets a JSON 404.

Nothing here lets a web page of elsewhere in: no answer has a header of CORS, and a
preflight gets the 404. The modules that answer are loaded with the first request.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module

from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send


class _Later:
    """An ASGI endpoint whose module is imported when it is first asked."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = f"{__package__}.{module}", name
        self._app: Callable[[Scope, Receive, Send], Awaitable[None]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._app is None:
            self._app = getattr(import_module(self._module), self._name)
        await self._app(scope, receive, send)


def api_routes(base: str) -> tuple[BaseRoute, ...]:
    """What is answered below ``base``, which is empty or begins with a slash."""
    unknown = _Later("responses", "answer_unknown")
    return (
        Route(f"{base}/v1/models", _Later("models", "answer_models"), methods=["GET"]),
        Route(
            f"{base}/v1/models/{{name:path}}",
            _Later("models", "answer_model"),
            methods=["GET"],
        ),
        Route(
            f"{base}/v1/chat/completions",
            _Later("completions", "complete_chat"),
            methods=["POST"],
        ),
        Route(f"{base}/v1", unknown),
        Route(f"{base}/v1/{{rest:path}}", unknown),
    )
