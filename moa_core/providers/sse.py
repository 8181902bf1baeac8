"""Server-sent events: bytes as they come off the wire become payloads."""

MAX_EVENT_BYTES = 8 * 1024 * 1024
"""A longer event is not an answer any more; reading on would only fill the memory."""

_BOM = b"\xef\xbb\xbf"


class EventTooLongError(ValueError):
    """One event is longer than ``MAX_EVENT_BYTES``."""


class EventDecoder:
    """Collects the ``data`` of events, wherever the network cut them.

    Lines end in LF, CRLF or CR; comments and fields other than ``data`` are skipped.
    Bytes are decoded line by line, so a character may be cut in two.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._ended_in_cr = False
        self._at_start = True

    def feed(self, received: bytes) -> list[str]:
        """The payloads of the events that ``received`` completes.

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
        if len(self._rest) + sum(map(len, self._data)) > MAX_EVENT_BYTES:
            raise EventTooLongError("An event of the stream does not end.")
        return [payload for line in lines if (payload := self._line(line)) is not None]

    def end(self) -> list[str]:
        """The payload of a last event that no empty line ended."""
        last = [self._line(self._rest), self._line(b"")]
        self._rest = b""
        return [payload for payload in last if payload is not None]

    def _line(self, line: bytes) -> str | None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        if not line:
            data, self._data = self._data, []
            return b"\n".join(data).decode(errors="replace") if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None
