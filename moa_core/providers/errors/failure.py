"""Reads what a model server, an SDK or its transport reports into one plain value.

Libraries are told apart by the names of their exception classes, so that nothing has
to be imported to read an error; openai, together, httpx and httpx2 share most names.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Self

FailureKind = Literal[
    "response",
    "in stream",
    "status",
    "address",
    "unreachable",
    "unknown host",
    "certificate",
    "timeout",
    "lost",
    "unreadable",
    "filtered",
    "cut",
    "refused",
    "unexpected",
]
"""An error response, an error inside a stream, or what a library's exception means."""

_NAMES: Mapping[FailureKind, str] = {
    "status": """APIStatusError AuthenticationError BadRequestError ConflictError
        InternalServerError NotFoundError OAuthError PermissionDeniedError
        RateLimitError UnprocessableEntityError HTTPStatusError ClientResponseError
        WSServerHandshakeError ContentTypeError""",
    "address": """InvalidURL UnsupportedProtocol InvalidUrlClientError
        NonHttpUrlClientError InvalidUrlRedirectClientError RedirectClientError
        NonHttpUrlRedirectClientError TooManyRedirects LocalProtocolError""",
    "unreachable": """APIConnectionError ConnectError ConnectionRefusedError
        ClientConnectorError ClientProxyConnectionError ClientHttpProxyError ProxyError
        UnixClientConnectorError NetworkError""",
    "unknown host": "ClientConnectorDNSError gaierror",
    "certificate": """ClientSSLError ClientConnectorSSLError SSLError
        ClientConnectorCertificateError SSLCertVerificationError
        ServerFingerprintMismatch""",
    "timeout": """APITimeoutError ConnectTimeout PoolTimeout ReadTimeout
        WriteTimeout TimeoutException TimeoutError ServerTimeoutError
        ConnectionTimeoutError SocketTimeoutError""",
    "lost": """ClientConnectionError ClientConnectionResetError ClientOSError
        ServerConnectionError ServerDisconnectedError ClientPayloadError ReadError
        WriteError CloseError TransportError ProtocolError RemoteProtocolError OSError
        StreamError StreamClosed StreamConsumed RequestNotRead ResponseNotRead
        WebSocketConnectionClosedError WebSocketQueueFullError WSMessageTypeError
        UploadAbortedError""",
    "unreadable": """APIResponseValidationError DecodingError JSONDecodeError
        EventTooLongError UnicodeDecodeError SSEError InvalidWebhookSignatureError""",
    "filtered": "ContentFilterFinishReasonError",
    "cut": "LengthFinishReasonError",
    "refused": """OpenAIError TogetherError APIError FileTypeError DownloadError
        SubjectTokenProviderError""",
    "unexpected": """HTTPError RequestError ClientError CookieConflict
        Exception""",
}
KINDS_BY_NAME: Mapping[str, FailureKind] = {
    name: kind for kind, names in _NAMES.items() for name in names.split()
}
_LONGEST_BODY = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed call, as the server or a library reports it.

    Attributes:
        status: HTTP status; inside a stream the one its code stands for, if any.
        code: Machine-readable code, such as ``model_not_found``; ``""`` if none.
        type: The error's ``type``, or the name of an exception; ``""`` if none.
        param: The parameter it is about; ``""`` if none.
        message: What it says to people; a foreign text, not yet redacted.
        body: The whole body in lower case, to look for words in.
        retry_after_s: Seconds to wait, when the server said so.
        location: Where a redirect points to; ``""`` if nowhere.
    """

    kind: FailureKind
    status: int | None = None
    code: str = ""
    type: str = ""
    param: str = ""
    message: str = ""
    body: str = ""
    retry_after_s: float | None = None
    location: str = ""

    @classmethod
    def from_response(
        cls, status: int | None, body: object, headers: Mapping[str, str]
    ) -> Self:
        """Read an error response; ``body`` is its JSON, or its text."""
        details = _details(body)
        names = ("message", "msg", "error", "detail", "error_description")
        messages = filter(None, (_text(details, name) for name in names))
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return cls(
            kind="response",
            status=status,
            code=_text(details, "code"),
            type=_text(details, "type"),
            param=_text(details, "param"),
            message=next(messages, body if isinstance(body, str) else ""),
            body=text[:_LONGEST_BODY].lower(),
            retry_after_s=_retry_after_s(headers),
            location=headers.get("location", ""),
        )

    @classmethod
    def from_chunk(cls, chunk: Mapping[str, Any]) -> Self:
        """Read an error that came as an event inside a stream."""
        body = chunk.get("error") or chunk
        failure = cls.from_response(None, body, {})
        code = failure.code or _text(_details(body), "status_code")
        status = int(code) if code.isdecimal() and len(code) == 3 else None
        return replace(failure, kind="in stream", status=status)

    @classmethod
    def from_exception(cls, error: Exception) -> Self:
        """Read anything that an SDK, its transport or a socket raised."""
        name = type(error).__name__
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", getattr(response, "status_code", None))
        unreadable = KINDS_BY_NAME.get(name) == "unreadable"
        if response is None or not isinstance(status, int) or unreadable:
            return cls(kind=_kind_of(error), type=name, message=str(error))
        body = getattr(error, "body", None)
        return cls.from_response(status, body, response.headers)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``Retry-After`` (seconds or a date)."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        if not (value := headers.get("retry-after", "").strip()):
            return None
        if value[0].isalpha():
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        return max(0.0, float(value))
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


def _text(details: Mapping[str, Any], name: str) -> str:
    value = details.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _kind_of(error: Exception) -> FailureKind:
    """What the innermost known cause is about: outer layers only know less."""
    kinds = (
        KINDS_BY_NAME[cls.__name__]
        for cause in _causes(error)
        for cls in type(cause).__mro__
        if cls.__name__ in KINDS_BY_NAME and cls is not Exception
    )
    return next((kind for kind in kinds if kind != "unexpected"), "unexpected")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what caused it, innermost first."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(chain)
