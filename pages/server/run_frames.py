"""Reads what a page sends about runs; anything may come."""

import json
from typing import Final

from moa_core.errors import MoAError
from moa_core.text import one_line
from pages.server.admission import Admitted, admit
from pages.widgets.run_feed import (
    SHARED,
    Json,
    Position,
    RunsToFollow,
    SharedRun,
    Subscription,
    packed,
)
from services.sharing import open_link
from storage.runs import StoredRun

LONGEST_FRAME: Final = 64 * 1024
"""In characters; the positions in a thousand texts fit."""

_LONGEST_NAME: Final = 120
_MOST_SEATS: Final = 1000


class MalformedError(ValueError):
    """What a page sent means nothing; the message says why, in a few words."""


def read_frame(text: str | None) -> Json:
    """One message of a page.

    Raises:
        MalformedError: It is no JSON object.
    """
    try:
        frame = json.loads(text or "")
    except (ValueError, RecursionError):
        raise MalformedError("not JSON") from None
    if not isinstance(frame, dict):
        raise MalformedError("not an object")
    return frame


async def open_run(
    name: str, frame: Json, address: str
) -> tuple[Subscription, Admitted | None]:
    """What a page asks to follow, from where it is, and who that page was let in as.

    Shared links let anybody in.

    Args:
        name: What goes by it, as docs/run-stream.md says.
        frame: What the page sent.
        address: Where that came from.

    Raises:
        TicketError: Its ticket opens nothing.
        MalformedError: The position is none.
        NotFoundError: Nothing goes by that name.
        StorageError: It cannot be read.
    """
    if len(name) > _LONGEST_NAME:
        raise MalformedError("name too long")
    match name.split(":"):
        case [kind, token, place] if kind == SHARED and place.isdecimal():
            return SharedRun(name, lambda: _shared(token, int(place), address)), None
        case _:
            pass
    have, growth = _positions(frame.get("have")), frame.get("of")
    admitted = await admit(frame.get("ticket"))
    app = admitted.app
    runs = RunsToFollow(app.live, app.runs, app.duels, app.votes)
    growth = growth if isinstance(growth, str) else ""
    return await runs.open(name, have, growth), admitted


def _shared(token: str, place: int, address: str) -> tuple[StoredRun, bool] | None:
    """A run of a link, if that opens now, and whether its costs are shown."""
    opened = open_link(token, address)
    run = opened.run(place) if opened else None
    return (run, opened.link.shows_costs) if opened and run else None


def obey(followed: Subscription, frame: Json) -> None:
    """Carry out a command.

    Raises:
        MalformedError: It is none, or lacks what it needs.
    """
    try:
        followed.obey(frame)
    except ValueError as error:
        raise MalformedError(str(error)) from None


def ending(name: str, end: str, error: MoAError | None = None) -> str:
    """The last message about a run: ``done``, ``gone``, ``refused`` or ``ticket``."""
    said: Json = {"run": name, "end": end}
    if error:
        advice = one_line(error.advice, 200)
        said["error"] = {"text": one_line(str(error), 400), "advice": advice}
    return packed(said)


def _positions(have: object) -> list[Position]:
    """What a browser has of each seat: page, length of answer and of reasoning.

    Raises:
        MalformedError: It is something else.
    """
    if have is None:
        return []
    if not isinstance(have, list) or len(have) > _MOST_SEATS:
        raise MalformedError("no positions")
    positions = []
    for each in have:
        match each:
            case [int(page), int(answer), int(reasoning)] if answer >= 0 <= reasoning:
                positions.append(Position(page, answer, reasoning))
            case _:
                raise MalformedError("no position")
    return positions
