"""Decides of which kind a refusal is: by what it says, then by its status.

A sentence is believed only where it is clear (``rules``); what a status alone cannot
tell gets a general kind.
"""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus

from moa_core.providers.errors.kinds import KindName
from moa_core.providers.errors.rules import ABOUT_RATE, RULES

_STATUS_BEHIND: Mapping[str, int] = {
    "invalid_argument": 400, "invalid_request_error": 400, "failed_precondition": 400,
    "unauthenticated": 401, "authentication_error": 401, "billing_error": 402,
    "permission_denied": 403, "permission_error": 403, "not_found": 404,
    "not_found_error": 404, "request_too_large": 413, "resource_exhausted": 429,
    "rate_limit_error": 429, "rate_limit_exceeded": 429, "internal": 500,
    "api_error": 500, "server_error": 500, "internal_server_error": 500,
    "unavailable": 503, "deadline_exceeded": 504, "timeout_error": 504,
    "overloaded_error": 529,
}  # fmt: skip
"""Types and codes that stand for a status, where the response has none of its own."""

_GATEWAY = frozenset({502, 503, 504, *range(520, 529), 530})


def status_behind(codes: Collection[str]) -> int | None:
    """The status that an error without one stands for, by its codes."""
    for code in codes:
        status = int(code) if code.isdecimal() and len(code) == 3 else 0
        if 400 <= status < 600 and (status_phrase(status) or status in _BY_STATUS):
            return status  # others are numbers of their own
    for code in codes:
        if code.lower() in _STATUS_BEHIND:
            return _STATUS_BEHIND[code.lower()]
    return None


def status_phrase(status: int) -> str:
    """``Bad Gateway`` for 502; ``""`` for a status that has no name."""
    if status in _CLOUDFLARE:
        return _CLOUDFLARE[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


_CLOUDFLARE: Mapping[int, str] = {
    520: "Web server returned an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    525: "SSL handshake failed",
    526: "Invalid SSL certificate",
    529: "Overloaded",
}


_BY_STATUS: Mapping[int, KindName] = {
    401: "key", 402: "account", 403: "permission", 404: "no model", 405: "address",
    407: "proxy refused", 408: "server", 409: "server", 410: "no model",
    413: "too long", 424: "server", 425: "server", 429: "slow down", 451: "policy",
    498: "server", 499: "server", 501: "request", 505: "request",
}  # fmt: skip


def kind_of(
    status: int | None,
    words: str,
    codes: Collection[str] = (),
    wait_s: float | None = None,
) -> KindName:
    """The kind of a refusal.

    Args:
        status: Of the response, or what its codes stand for; ``None`` if neither.
        words: What its body says, in lower case (``Body.words``).
        codes: Its machine-readable words.
        wait_s: Seconds that it asks to wait.
    """
    plain = _with_plain_codes(words, codes)
    if _wants_tls(status, words):
        return "wants tls"
    if status in _GATEWAY and _from_a_gateway(status, words):
        return "proxy failed"
    if status == 429 or (status == 413 and ABOUT_RATE.search(plain)):
        return _limit_kind(status, plain, wait_s)
    for rule in RULES:
        if rule.holds(status, plain):
            return rule.kind
    if status is None:
        return "server" if _OVERLOADED.search(plain) else "in the answer"
    return _kind_by_status(status, plain, wait_s)


def _kind_by_status(status: int, words: str, wait_s: float | None) -> KindName:
    if status in (403, 405, 406) and re.match(r"plain: error code: 1\d\d\d", words):
        return "proxy refused"  # Cloudflare's, to programs
    if status == 404 and "model" not in words:
        return "no model or address"
    if status == 503 and wait_s is not None:
        return "slow down"
    return _BY_STATUS.get(status, "server" if status >= 500 else "request")


def _wants_tls(status: int | None, words: str) -> bool:
    """Whether it was called over ``http`` and only takes ``https``."""
    return status in (400, 403, 426, 497) and bool(_WANTS_TLS.search(words))


_WANTS_TLS = re.compile(
    r"(\bhttp request|plain http)\b[^\n]{0,60}\b(https|tls|ssl)\b"
    r"|(use|requires?|only (over|via|through)|upgrade to) (https|tls)\b"
)


def _from_a_gateway(status: int | None, words: str) -> bool:
    """Whether a body is no model server's: none at all, or a few plain words."""
    if status == 503:  # which model servers say of themselves, too
        return bool(re.match(r"plain: .*(upstream|no healthy|no server|origin)", words))
    return not words or words.startswith("plain: ")


_OVERLOADED = re.compile(
    r"overload|server_?error|internal|unavailable|capacity|busy|timed? ?out|upstream"
    r"|provider returned|繁忙|过载"
)
_REQUESTED = re.compile(
    r"limit:? (\d[\d,]*)[^\d\n]{1,40}(?:used:? \d[\d,]*[^\d\n]{1,20})?"
    r"requested:? (\d[\d,]*)"
)


def _limit_kind(status: int, words: str, wait_s: float | None) -> KindName:
    """What a limit is about: most are a matter of seconds, some are final."""
    for rule in RULES:
        if rule.kind in _BEHIND_A_LIMIT and rule.holds(status, words):
            return rule.kind
    if found := _REQUESTED.search(words):
        limit, requested = (int(each.replace(",", "")) for each in found.groups())
        if requested > limit:
            return "too much at once"
    if status == 413 or re.search(r"request too large|must be reduced", words):
        return "too much at once"
    exceeded = re.search(r"exceeded your current quota|your plan and billing", words)
    if wait_s is None:
        return "account" if exceeded else "slow down"
    return "plan" if wait_s >= _LONG_WAIT_S else "slow down"


_LONG_WAIT_S = 3600
_BEHIND_A_LIMIT = ("loading", "credit for less", "account", "plan")


def _with_plain_codes(words: str, codes: Collection[str]) -> str:
    """``words``, and the codes once more as words with underscores between them."""
    plain = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code).lower() for code in codes]
    return "\n".join([words, *(f"code: {code}" for code in plain)])


def page_kind(status: int | None, title: str = "") -> KindName:
    """The kind of a web page that came with ``status`` instead of an answer."""
    if _wants_tls(status, title.lower()):
        return "wants tls"
    if status is None or status < 400:
        return "web page"
    if status in _GATEWAY:
        return "proxy failed"
    if status >= 500 and status != 511:  # which networks answer before a login
        return "server"
    return _PAGES.get(status, "proxy refused")


_PAGES: Mapping[int, KindName] = {
    400: "address",
    404: "no model or address", 405: "address", 408: "proxy failed",
    413: "proxy limit", 429: "slow down",
}  # fmt: skip
