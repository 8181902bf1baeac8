"""Reads what a model server, an SDK or its transport reports into one plain value."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast

from moa_core.providers.errors.bodies import Body, is_garbled, read_body
from moa_core.providers.errors.classification import kind_of, page_kind, status_behind
from moa_core.providers.errors.exceptions import (
    KINDS_BY_NAME,
    FailureKind,
    broken_rule,
    causes_of,
    kind_of_exception,
    tls_failure,
)
from moa_core.providers.errors.kinds import KindName
from moa_core.providers.errors.waits import wait_in
from moa_core.providers.errors.windows import StatedWindow, window_in


class UnusableSettingError(Exception):
    """A proxy or a certificate is set that cannot be used.

    Attributes:
        args: One sentence that names the variable, without secrets.
        down: Whether it is a proxy that does not answer now, and may later.
    """

    def __init__(self, sentence: str, *, down: bool = False) -> None:
        super().__init__(sentence)
        self.down = down


class ReportedError(Exception):
    """The cause of an error: a server reported it inside of a stream.

    Attributes:
        failure: What it said.
    """

    def __init__(self, failure: "Failure") -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed call, as the server or a library reports it.

    Attributes:
        status: HTTP status; inside a stream the one its codes stand for, if any.
        code: Machine-readable code, such as ``model_not_found``; ``""`` if none.
        type: The error's ``type``, or the name of an exception; ``""`` if none.
        param: The parameter it is about; ``""`` if none.
        message: What it says to people; a foreign text, not yet redacted.
        body: What the body says in lower case, to look for words in, without what it
            repeats of the request: a line ``name: value`` for each value.
        page: The title of a web page that came instead; ``None`` if none did.
        retry_after_s: Seconds to wait, when the server said so.
        location: Where a redirect points to; ``""`` if nowhere.
        document: The JSON of an error response; empty where it is no object.
    """

    kind: FailureKind
    status: int | None = None
    code: str = ""
    type: str = ""
    codes: tuple[str, ...] = ()
    param: str = ""
    message: str = ""
    body: str = ""
    page: str | None = None
    retry_after_s: float | None = None
    location: str = ""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_response(
        cls, status: int | None, body: object, headers: Mapping[str, str]
    ) -> Self:
        """Read an error response; ``body`` is its JSON, or its text."""
        if isinstance(body, bytes | str) and "content-encoding" in headers:
            body = "" if is_garbled(body) else body
        said = read_body(body)
        codes = said.codes
        if named := headers.get("x-amzn-errortype"):  # Bedrock
            codes = (named.partition(":")[0], *codes)
        return cls(
            kind="response",
            status=status,
            code=_named(said, "code"),
            type=_named(said, "type"),
            codes=codes,
            param=said.param,
            message=said.message,
            body=said.words,
            page=said.page,
            retry_after_s=wait_in(headers, said.words),
            location=headers.get("location", ""),
            document=said.document,
        )

    @classmethod
    def from_chunk(cls, chunk: object) -> Self:
        """Read an error that came as an event, or instead of an answer, with HTTP 200.

        Args:
            chunk: JSON, or a text.
        """
        said = read_body(chunk)
        numbers = re.findall(r"\b[45]\d\d\b", said.numbered_page)
        return cls(
            kind="in stream",
            status=status_behind((*said.codes, *numbers)),
            code=_named(said, "code"),
            type=_named(said, "type"),
            codes=said.codes,
            param=said.param,
            message=said.message,
            body=said.words,
            page=said.page,
            retry_after_s=wait_in({}, said.words),
        )

    @classmethod
    def from_exception(cls, error: Exception) -> Self:
        """Read anything that an SDK, its transport or a socket raised."""
        if isinstance(error.__cause__, ReportedError):
            return cast(Self, error.__cause__.failure)
        name = type(error).__name__
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", getattr(response, "status_code", None))
        unreadable = KINDS_BY_NAME.get(name) in ("headers", "unreadable")
        if response is None or not isinstance(status, int) or unreadable:
            for cause in causes_of(error):
                if isinstance(cause, UnusableSettingError):
                    kind: FailureKind = "proxy" if cause.down else "setting"
                    return cls(kind=kind, type=name, message=str(cause))
                if isinstance(cause, ssl.SSLError):
                    kind, said = tls_failure(cause)
                    return cls(kind=kind, type=name, message=said)
            kind = kind_of_exception(error)
            said = broken_rule(error) if kind == "malformed" else str(error)
            return cls(kind=kind, type=name, message=said)
        body = _whole_body(response) or getattr(error, "body", None)
        return cls.from_response(status, body, response.headers)

    @property
    def refusal(self) -> KindName:
        """Of which kind the response or event is."""
        if self.page is not None:
            return page_kind(self.status, self.page)
        return kind_of(self.status, self.body, self.codes, self.retry_after_s)

    @property
    def may_be_adapted(self) -> bool:
        """Whether the server may take another form of the request.

        ``False`` when it clearly refuses something else: a key, an account, a model.
        """
        return self.kind in ("response", "in stream") and self.refusal in _ADAPTABLE

    @property
    def window(self) -> StatedWindow | None:
        """The lengths that it names, when the prompt or the answer is too long."""
        return window_in(self.body) if self.refusal == "too long" else None


_ADAPTABLE: frozenset[KindName] = frozenset(
    {"request", "server", "in the answer", "too long", "policy"}
)


def _named(said: Body, name: str) -> str:
    """The first value of that name, as the server spells it."""
    start = f"{name}: "
    lines = [line for line in said.words.splitlines() if line.startswith(start)]
    wanted = lines[0].removeprefix(start) if lines else ""
    return next((code for code in said.codes if code.lower() == wanted), wanted)


def _whole_body(response: object) -> object:
    """The body, of which SDKs keep but the error in it; ``""`` while it is unread."""
    try:
        return getattr(response, "text", "")
    except Exception:  # noqa: BLE001 - as many classes as there are libraries
        return ""
