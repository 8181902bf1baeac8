"""Cuts the bytes of a response into events, whatever form a server gives them.

Server-sent events, also without the empty lines between them, JSON lines, and one JSON
document all come out as the same objects.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

MAX_EVENT_BYTES = 8 * 1024 * 1024
"""A longer event is not an answer any more; reading on would only fill the memory."""

_BOM = b"\xef\xbb\xbf"
_JSON = json.JSONDecoder(strict=False)  # some leave line feeds in their texts as is


class Done(Enum):
    """The event that says that nothing follows."""

    DONE = "[DONE]"


DONE: Final = Done.DONE


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that is no JSON: a word, such as ``ping``, or half an object."""

    text: str


Event: TypeAlias = Mapping[str, Any] | Done | Unreadable


class EventTooLongError(ValueError):
    """One event is longer than ``MAX_EVENT_BYTES``."""


class EventDecoder:
    """Collects events, wherever the network cut them.

    Lines end in LF, CRLF or CR. An object ends with its line, whether or not an empty
    line follows; one that was broken into lines ends with the event. Comments, and
    JSON that is no object, are skipped. Bytes are decoded line by line, so a character
    may be cut in two.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []  # of an event that is not whole yet
        self._size = 0  # of those lines
        self._ended_in_cr = False
        self._at_start = True
        self._bare = False  # whether lines are JSON, without a name before it
        self._is_error = False  # whether the event is named so

    def feed(self, received: bytes) -> list[Event]:
        """The events that ``received`` completes.

        Raises:
            EventTooLongError: The server does not end an event.
        """
        if self._ended_in_cr and received.startswith(b"\n"):
            received = received[1:]
        self._ended_in_cr = received.endswith(b"\r")
        block = self._rest + received
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = block.split(b"\n")
        if len(self._rest) + self._size > MAX_EVENT_BYTES:
            raise EventTooLongError("An event of the stream does not end.")
        events: list[Event] = []
        for line in lines:
            usual = line[:7] == b"data: {" and not (self._lines or self._is_error)
            if usual and isinstance(event := _json(line[6:]), dict):
                self._at_start = False
                events.append(event)
            elif line or self._lines or self._is_error:
                events += self._line(line)
        return events

    def end(self) -> list[Event]:
        """The last event, which no line end ended."""
        rest, self._rest = self._rest, b""
        return [*self._line(rest), *self._end_event()]

    def _line(self, line: bytes) -> Iterator[Event]:
        if self._at_start:
            line = line.removeprefix(_BOM)
            self._at_start = not line.strip()
            self._bare = line.lstrip()[:1] in (b"{", b"[")
        if self._bare and line.lstrip()[:5] != b"data:":
            yield from self._data(line)
        elif not line:
            yield from self._end_event()
        else:
            name, _, value = line.partition(b":")
            while name.strip().lower() == b"data" and value.lstrip()[:5] == b"data:":
                value = value.lstrip()[5:]  # a proxy put the stream into a stream
            yield from self._field(name.strip().lower(), value, line)

    def _field(self, name: bytes, value: bytes, line: bytes) -> Iterator[Event]:
        if name == b"data":
            yield from self._data(value.removeprefix(b" "))
        elif name == b"error":
            text = value.strip().decode(errors="replace")
            yield {"error": _json(value.strip()) or text}
        elif name == b"event":
            self._is_error = value.strip().lower() == b"error"
        elif name[:1] in (b"{", b"["):
            yield from self._data(line)
        elif name and (b":" not in line or b" " in name):  # a sentence, maybe
            yield Unreadable(line.decode(errors="replace"))

    def _data(self, value: bytes) -> Iterator[Event]:
        """One line of an event: all of it, or a part of what was broken into lines."""
        begun = self._lines and self._lines[0].lstrip()[:1] in (b"{", b"[")
        if not begun and (found := _json(value.strip())) is not None:
            yield from self._events_in(found)
        elif value.strip().strip(b"\"'").upper() == b"[DONE]":
            yield from self._end_event()
            yield DONE
        elif value.strip():
            self._lines.append(value)
            self._size += len(value)

    def _end_event(self) -> Iterator[Event]:
        """Read what was broken into lines."""
        lines, self._lines, self._size = self._lines, [], 0
        whole = b"\n".join(lines)
        if lines and (found := _json(whole)) is not None:
            yield from self._events_in(found)
        elif lines:
            text = whole.decode(errors="replace")
            yield {"error": text} if self._is_error else Unreadable(text)
        self._is_error = False

    def _events_in(self, found: object) -> Iterator[Event]:
        """The objects in a JSON value, also in a text; numbers mean nothing."""
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, dict):
                named = self._is_error and not each.get("error")
                yield {"error": each} if named else each
            elif isinstance(each, str):
                yield from self._text_events(each.strip())

    def _text_events(self, text: str) -> Iterator[Event]:
        """What a text says: that all is said, an object, or what went wrong."""
        inner = _json(text.encode()) if text.startswith("{") else None
        if text == DONE.value:
            yield DONE
        elif isinstance(inner, dict):
            yield inner
        elif text and not text.startswith(("{", "[")):
            yield Unreadable(text)


def _json(data: bytes) -> object:
    """The JSON value that ``data`` is; ``None`` where it is none, or null."""
    text = data.decode(errors="replace")
    try:
        found, end = _JSON.raw_decode(text)
    except (ValueError, RecursionError):
        return _python(text) if text.startswith("{'") else None
    rest = text[end:].strip()
    if not rest:
        return found
    # an event whose line end a proxy has lost stands on the line of the one before
    rest = rest.removeprefix("data:").strip()
    others = [DONE.value] if rest == DONE.value else _json(rest.encode())
    return others and [found, *(others if isinstance(others, list) else [others])]


def _python(text: str) -> object:
    """The object that ``text`` is as Python writes it, as some servers do."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
