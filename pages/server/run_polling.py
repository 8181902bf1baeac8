"""Lets a page follow runs by asking again and again, where no WebSocket gets through.

Each answer is a first message of docs/run-stream.md, without the texts that the page
says it has, so nothing is kept between two of them.
"""

from starlette.requests import Request
from starlette.responses import Response

from moa_core.errors import MoAError
from pages.server.origins import address_of, may_talk
from pages.server.run_frames import (
    LONGEST_FRAME,
    MalformedError,
    ending,
    obey,
    open_run,
    read_frame,
)
from pages.tickets import TicketError
from pages.widgets.run_feed import Json
from storage.errors import NotFoundError


async def run_polling(request: Request) -> Response:
    """Answer one message of a page as the socket would: ``subscribe`` or ``do``.

    The answer is JSON lines. A replay needs the socket: its clock is on the server.
    """
    if not may_talk(request.headers):
        return Response(status_code=403)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > 4 * LONGEST_FRAME:
        return Response("message too long", 413)
    try:
        frame = read_frame((await request.body()).decode())
        lines = await _answer(frame, address_of(request))
    except (MalformedError, UnicodeDecodeError) as error:
        return Response(str(error), 400)
    return Response(
        "\n".join(lines),
        media_type="application/jsonl",
        headers={"Cache-Control": "no-store"},
    )


async def _answer(frame: Json, address: str) -> list[str]:
    match frame:
        case {"subscribe": str(name)} | {"do": str(), "run": str(name)}:
            pass
        case _:
            raise MalformedError("unknown message")
    if name.startswith("replay:"):
        return [ending(name, "refused")]
    try:
        followed, _ = await open_run(name, frame, address)
        if "do" in frame:
            obey(followed, frame)
            return []
        first = await followed.first()
    except TicketError:
        return [ending(name, "ticket")]
    except NotFoundError:
        return [ending(name, "gone")]
    except MoAError as error:
        return [ending(name, "refused", error)]
    return [first, ending(name, followed.end)] if followed.end else [first]
