"""Tells what the exceptions of SDKs, their transports and sockets mean.

Libraries are told apart by the names of their exception classes, so that nothing has
to be imported to read an error; openai, together, httpx and httpx2 share most names.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Literal

FailureKind = Literal[
    "response",
    "in stream",
    "status",
    "address",
    "setting",
    "proxy",
    "unreachable",
    "unknown host",
    "certificate",
    "certificate date",
    "certificate name",
    "no tls",
    "tls",
    "timeout",
    "lost",
    "headers",
    "malformed",
    "compressed",
    "unreadable",
    "withheld",
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
    "setting": "UnusableSettingError",
    "unknown host": "ClientConnectorDNSError gaierror",
    "certificate": """ClientConnectorCertificateError SSLCertVerificationError
        ServerFingerprintMismatch""",
    "tls": "ClientSSLError ClientConnectorSSLError SSLError",
    "timeout": """APITimeoutError ConnectTimeout PoolTimeout ReadTimeout
        WriteTimeout TimeoutException TimeoutError ServerTimeoutError
        ConnectionTimeoutError SocketTimeoutError""",
    "lost": """SSLEOFError SSLZeroReturnError SSLSyscallError
        ClientConnectionError ClientConnectionResetError ClientOSError
        ServerConnectionError ServerDisconnectedError ClientPayloadError ReadError
        WriteError CloseError TransportError ProtocolError RemoteProtocolError OSError
        StreamError StreamClosed StreamConsumed RequestNotRead ResponseNotRead
        WebSocketConnectionClosedError WebSocketQueueFullError WSMessageTypeError
        UploadAbortedError TransferEncodingError ContentLengthError""",
    "headers": "LineTooLong",
    "malformed": """BadHttpMessage BadHttpMethod BadStatusLine HttpProcessingError
        InvalidHeader""",
    "unreadable": """ContentEncodingError
        APIResponseValidationError DecodingError JSONDecodeError
        EventTooLongError UnicodeDecodeError SSEError InvalidWebhookSignatureError""",
    "withheld": "ContentFilterFinishReasonError",
    "cut": "LengthFinishReasonError",
    "refused": """OpenAIError TogetherError APIError FileTypeError DownloadError
        SubjectTokenProviderError""",
    "unexpected": """HTTPError RequestError ClientError CookieConflict
        Exception""",
}
_LONGEST_LINE = 100
KINDS_BY_NAME: Mapping[str, FailureKind] = {
    name: kind for kind, names in _NAMES.items() for name in names.split()
}


def kind_of_exception(error: Exception) -> FailureKind:
    """What the innermost known cause is about: outer layers only know less."""
    kinds = (
        KINDS_BY_NAME[cls.__name__]
        for cause in causes_of(error)
        for cls in type(cause).__mro__
        if cls.__name__ in KINDS_BY_NAME and cls is not Exception
    )
    return next((kind for kind in kinds if kind != "unexpected"), "unexpected")


def broken_rule(error: Exception) -> str:
    """Which rule of HTTP a response breaks, and the line that does so if it is short.

    aiohttp's parser says so: ``Invalid header token: X Y: z``; ``""`` if nothing does.
    """
    said = ""
    for cause in causes_of(error):
        if not said and KINDS_BY_NAME.get(type(cause).__name__) == "malformed":
            said = str(getattr(cause, "message", ""))
    rule, quote, line = said.partition("b'")
    line = line.strip(" ^\n").removesuffix("'") if len(line) <= _LONGEST_LINE else ""
    return " ".join(f"{rule} {line}".split()) if quote else " ".join(said.split())


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what caused it, innermost first."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(chain)


_DATES = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, ..._HAS_EXPIRED
_NAMES_DIFFER = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, ..._IP_ADDRESS_...
_NO_TLS = re.compile(
    r"wrong.version.number|record.layer.failure|unknown.protocol|http.request"
    r"|packet.length.too.long",
    re.IGNORECASE,
)
"""What OpenSSL makes of bytes that are no TLS."""


def tls_failure(error: ssl.SSLError) -> tuple[FailureKind, str]:
    """Why no secure connection could be made, and OpenSSL's own words for it."""
    reason = (getattr(error, "reason", None) or "").replace("_", " ").lower()
    if isinstance(error, ssl.SSLCertVerificationError):
        said, code = error.verify_message or reason, error.verify_code
        if code in _DATES:
            return "certificate date", said
        return ("certificate name" if code in _NAMES_DIFFER else "certificate"), said
    if _NO_TLS.search(reason):
        return "no tls", ""
    kind = KINDS_BY_NAME.get(type(error).__name__, "tls")
    return kind, reason if kind == "tls" else str(error)
