"""Answers `/readyz`: whether this process can answer questions now.

One look at a time is taken, whoever asks: a database that hangs would else hold a
thread for every probe.
"""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from moa_core.errors import MoAError
from pages.server.api import shutting_down
from services import services
from services.observability import NotReady, reason_of, why_not_ready

WITHIN_S: Final = 4.0
"""So long is waited for the database and the engine; probes give up later."""


class _Looks:
    """Looks whether the process is ready, one look at a time."""

    def __init__(self) -> None:
        self._look: asyncio.Task[NotReady | None] | None = None

    async def __call__(self) -> NotReady | None:
        """What is in the way, if anything; what hangs is the database."""
        if shutting_down():
            return "stopping"
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(asyncio.to_thread(_why_not_ready))
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), WITHIN_S)
        except TimeoutError:
            return "database"


def _why_not_ready() -> NotReady | None:
    try:
        app = services()  # tries again to open what could not be opened
    except MoAError as error:
        return reason_of(error)
    return why_not_ready(app.database, app.parts.engine_loop)


_looks: Final = _Looks()


async def answer_readiness(request: Request) -> Response:
    """Answer 200 `ready`, or 503 and one word that says what is in the way."""
    reason = await _looks()
    return PlainTextResponse(
        f"{reason or 'ready'}\n",
        503 if reason else 200,
        headers={"Cache-Control": "no-store"},
    )
