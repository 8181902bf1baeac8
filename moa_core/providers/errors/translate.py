"""What an exception of an SDK or its transport means, in our errors.

Libraries are told apart by the names of their exception classes, so that nothing has
to be imported to read an error; openai, together, httpx and httpx2 share most names.
"""

import logging
import traceback
from collections.abc import Iterator, Mapping
from enum import Enum, auto

from moa_core.errors import (
    BrokenStreamError,
    ContentFilteredError,
    EmptyAnswerError,
    ProviderError,
    RequestRefusedError,
    ServerFailedError,
    UnreachableError,
)
from moa_core.providers.errors.error_mapping import at_wrong_address, refused
from moa_core.providers.errors.error_response import Refusal
from moa_core.providers.errors.origin import CallTarget

_log = logging.getLogger(__name__)


class Family(Enum):
    """What an exception of a library is about."""

    STATUS = auto()
    ADDRESS = auto()
    UNREACHABLE = auto()
    HOST_UNKNOWN = auto()
    CERTIFICATE = auto()
    TIMEOUT = auto()
    LOST = auto()
    UNREADABLE = auto()
    FILTERED = auto()
    CUT = auto()
    REFUSED = auto()
    UNEXPECTED = auto()


_NAMES: Mapping[Family, str] = {
    Family.STATUS: """APIStatusError AuthenticationError BadRequestError ConflictError
        InternalServerError NotFoundError OAuthError PermissionDeniedError
        RateLimitError UnprocessableEntityError HTTPStatusError ClientResponseError
        WSServerHandshakeError ContentTypeError""",
    Family.ADDRESS: """InvalidURL UnsupportedProtocol InvalidUrlClientError
        NonHttpUrlClientError InvalidUrlRedirectClientError RedirectClientError
        NonHttpUrlRedirectClientError TooManyRedirects LocalProtocolError""",
    Family.UNREACHABLE: """APIConnectionError ConnectError ConnectionRefusedError
        ClientConnectorError ClientProxyConnectionError ClientHttpProxyError ProxyError
        UnixClientConnectorError NetworkError""",
    Family.HOST_UNKNOWN: "ClientConnectorDNSError gaierror",
    Family.CERTIFICATE: """ClientSSLError ClientConnectorSSLError SSLError
        ClientConnectorCertificateError SSLCertVerificationError
        ServerFingerprintMismatch""",
    Family.TIMEOUT: """APITimeoutError ConnectTimeout PoolTimeout ReadTimeout
        WriteTimeout TimeoutException TimeoutError ServerTimeoutError
        ConnectionTimeoutError SocketTimeoutError""",
    Family.LOST: """ClientConnectionError ClientConnectionResetError ClientOSError
        ServerConnectionError ServerDisconnectedError ClientPayloadError ReadError
        WriteError CloseError TransportError ProtocolError RemoteProtocolError OSError
        StreamError StreamClosed StreamConsumed RequestNotRead ResponseNotRead
        WebSocketConnectionClosedError WebSocketQueueFullError WSMessageTypeError
        UploadAbortedError""",
    Family.UNREADABLE: """APIResponseValidationError DecodingError JSONDecodeError
        EventTooLongError UnicodeDecodeError SSEError InvalidWebhookSignatureError""",
    Family.FILTERED: "ContentFilterFinishReasonError",
    Family.CUT: "LengthFinishReasonError",
    Family.REFUSED: """OpenAIError TogetherError APIError FileTypeError DownloadError
        SubjectTokenProviderError""",
    Family.UNEXPECTED: """HTTPError RequestError ClientError CookieConflict
        Exception""",
}
FAMILIES: Mapping[str, Family] = {
    name: family for family, names in _NAMES.items() for name in names.split()
}


_MEANINGS: Mapping[Family, tuple[type[ProviderError], str]] = {
    Family.UNREACHABLE: (UnreachableError, "Nothing answers at {address}."),
    Family.HOST_UNKNOWN: (UnreachableError, "No host is known as {address}."),
    Family.CERTIFICATE: (
        UnreachableError,
        "{label} shows a certificate that is not trusted.",
    ),
    Family.TIMEOUT: (UnreachableError, "{label} did not answer in time."),
    Family.LOST: (
        BrokenStreamError,
        "{label} closed the connection without an answer.",
    ),
    Family.UNREADABLE: (BrokenStreamError, "{label} sent something unreadable."),
    Family.FILTERED: (ContentFilteredError, "{label} withheld the answer."),
    Family.CUT: (EmptyAnswerError, "{label} ran out of tokens before the answer."),
    Family.STATUS: (ServerFailedError, "{label} failed: {said}."),
    Family.REFUSED: (RequestRefusedError, "{label} refuses the request: {said}."),
    Family.UNEXPECTED: (ServerFailedError, "{label} failed unexpectedly ({name})."),
}


def translated(
    error: Exception, origin: CallTarget, *, answering: bool = False
) -> ProviderError:
    """Say what ``error`` means for the call to ``origin``.

    Args:
        error: Anything that an SDK, its transport or a socket raised.
        origin: The call.
        answering: Whether the answer had begun; then a lost connection broke it off.
    """
    if isinstance(error, ProviderError):
        return error
    refusal = refusal_of(error)
    if refusal is not None:
        return refused(refusal, origin)
    family = _family(error)
    if answering and family in (Family.TIMEOUT, Family.LOST, Family.UNREACHABLE):
        lost = f"The connection to {origin.label} was lost in the middle of the answer."
        return origin.failed(BrokenStreamError, lost)
    if family is Family.ADDRESS:
        return at_wrong_address(origin, "cannot be called at this address")
    if family is Family.UNEXPECTED:
        _note(error)
    kind, sentence = _MEANINGS[family]
    return origin.failed(
        kind,
        sentence.format(
            label=origin.label,
            address=origin.address,
            said=origin.clean(str(error)) or "no reason given",
            name=type(error).__name__,
        ),
    )


def _note(error: Exception) -> None:
    """Log where a surprise came from; not what it says, which may hold a key."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    _log.error("a model call raised %s at %s", type(error).__name__, where)


def refusal_of(error: Exception) -> Refusal | None:
    """What the server said, when ``error`` is an error response."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", getattr(response, "status_code", None))
    if FAMILIES.get(type(error).__name__) is Family.UNREADABLE:
        return None
    if response is None or not isinstance(status, int):
        return None
    body = getattr(error, "body", None)
    return Refusal.from_response(status, body, response.headers)


def _family(error: Exception) -> Family:
    """What the innermost known cause is about: outer layers only know less."""
    known = [
        FAMILIES[cls.__name__]
        for cause in _causes(error)
        for cls in type(cause).__mro__
        if cls.__name__ in FAMILIES and cls is not Exception
    ]
    for family in known:
        if family is not Family.UNEXPECTED:
            return family
    return Family.UNEXPECTED


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what caused it, innermost first."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(chain)
