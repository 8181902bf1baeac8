"""Keeps what a program asked of the writer of a run: messages, settings and tools.

A program that calls tools sends its whole conversation with each of their results, and
each time one call is made, by a run that is based on the one before. Of such a run only
the messages are kept that the one before had not.
"""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from moa_core.messages import Message, TextPart
from moa_core.run import NO_REQUEST, WriterRequest, WriterSettings
from storage.schema import ApiRunRow, RunRow


def keep_writer_request(
    session: Session, run: RunRow, key_uid: str, request: WriterRequest
) -> None:
    """Keep what a program asked with a key when it asked for ``run``.

    Whatever the run is based on must stand in its row.
    """
    kept = None if request.is_plain else _to_json(session, run, request)
    session.add(ApiRunRow(run_id=run.id, key_uid=key_uid, request=kept))


def writer_request_of(session: Session, run: RunRow) -> WriterRequest:
    """What the writer of a run was asked; a rework from a page repeats its base's."""
    asked = session.get(ApiRunRow, run.id)
    while asked is None and run.based_on_id is not None:
        run = session.get_one(RunRow, run.based_on_id)
        asked = session.get(ApiRunRow, run.id)
    if asked is None or asked.request is None:
        return NO_REQUEST
    kept = asked.request
    listed = map(_message, _listed(session, asked)) if "messages" in kept else None
    return WriterRequest(
        messages=None if listed is None else tuple(listed),
        settings=WriterSettings(**kept.get("settings", {})),
        extra=kept.get("extra", {}),
    )


def _to_json(session: Session, run: RunRow, request: WriterRequest) -> dict[str, Any]:
    settings = asdict(request.settings)
    given = {name: value for name, value in settings.items() if value is not None}
    kept = {"settings": given, "extra": dict(request.extra)}
    asked = {name: values for name, values in kept.items() if values}
    if request.messages is None:
        return asked
    messages = list(map(_message_to_json, request.messages))
    pairs = zip(messages, _listed(session, _based_on(session, run)), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return asked | {"kept": same, "messages": messages[same:]}


def _based_on(session: Session, run: RunRow) -> ApiRunRow | None:
    """What was asked of the run that this one is based on."""
    return session.get(ApiRunRow, run.based_on_id) if run.based_on_id else None


def _listed(session: Session, asked: ApiRunRow | None) -> list[dict[str, Any]]:
    """All messages that the writer of a run was sent word for word."""
    pieces: list[dict[str, Any]] = []
    while asked and asked.request:
        pieces.append(asked.request)
        if not asked.request.get("kept"):
            break
        asked = _based_on(session, session.get_one(RunRow, asked.run_id))
    messages: list[dict[str, Any]] = []
    for piece in reversed(pieces):
        messages = messages[: piece.get("kept", 0)] + piece.get("messages", [])
    return messages


def _message_to_json(message: Message) -> dict[str, Any]:
    texts = [part.in_words for part in message.parts]
    as_sent = {} if message.as_sent is None else {"as_sent": dict(message.as_sent)}
    return {"role": message.role, "texts": texts, **as_sent}


def _message(kept: Mapping[str, Any]) -> Message:
    parts = tuple(map(TextPart, kept["texts"]))
    return Message(kept["role"], parts, kept.get("as_sent"))
