"""What a model server says when it refuses: one form for the many it comes in."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self

_LONGEST_SAYING = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error response, or an error inside a stream.

    Attributes:
        status: HTTP status; inside a stream the one its code stands for, if any.
        code: Machine-readable code, such as ``model_not_found``; ``""`` if none.
        kind: The error's ``type``; ``""`` if none.
        param: The parameter it is about; ``""`` if none.
        message: What it says to people; a foreign text, not yet redacted.
        saying: The whole body in lower case, to look for words in.
        retry_after_s: Seconds to wait, when the server said so.
        location: Where a redirect points to; ``""`` if nowhere.
    """

    status: int | None
    code: str = ""
    kind: str = ""
    param: str = ""
    message: str = ""
    saying: str = ""
    retry_after_s: float | None = None
    location: str = ""

    @classmethod
    def from_response(
        cls, status: int, body: object, headers: Mapping[str, str]
    ) -> Self:
        """Read an error response; ``body`` is its JSON, or its text."""
        details = _details(body)
        return cls(
            status=status,
            code=_text(details, "code"),
            kind=_text(details, "type"),
            param=_text(details, "param"),
            message=_message(details, body),
            saying=_saying(body),
            retry_after_s=retry_after_s(headers),
            location=headers.get("location", ""),
        )

    @classmethod
    def from_chunk(cls, chunk: Mapping[str, Any]) -> Self:
        """Read an error that came as an event inside a stream."""
        body = chunk.get("error") or chunk
        found = cls.from_response(0, body, {})
        code = found.code or _text(_details(body), "status_code")
        status = int(code) if code.isdecimal() and len(code) == 3 else None
        return cls(
            status=status,
            code=found.code,
            kind=found.kind,
            param=found.param,
            message=found.message,
            saying=found.saying,
        )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``Retry-After`` (seconds or a date)."""
    try:
        if given := headers.get("retry-after-ms"):
            return max(0.0, float(given) / 1000)
        if not (given := headers.get("retry-after", "").strip()):
            return None
        if given[0].isalpha():
            return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
        return max(0.0, float(given))
    except ValueError:
        return None


def _details(body: object) -> Mapping[str, Any]:
    """The object that holds code and message, wherever a server puts it."""
    while isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return {}
    inner = body.get("error") or body.get("detail")
    return _details(inner) if isinstance(inner, dict | list) else body


def _message(details: Mapping[str, Any], body: object) -> str:
    for name in ("message", "msg", "error", "detail", "error_description"):
        if found := _text(details, name):
            return found
    return body if isinstance(body, str) else ""


def _text(details: Mapping[str, Any], name: str) -> str:
    value = details.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _saying(body: object) -> str:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text[:_LONGEST_SAYING].lower()
