"""Makes any text safe to show, on one line without secrets; and counts in words."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a terminal or a page, or are no character at all."""

_JOINERS = "\u200c\u200d"  # join letters of some scripts, and emoji


def one_line(text: str, longest: int) -> str:
    """``text`` on one line, without what nobody can see, cut at ``longest`` characters.

    Cleaning a clean text changes nothing.
    """
    shown = "".join(_shown(character) for character in text[: longest * 8])
    line = " ".join(shown.split()).strip(_JOINERS + " ")
    if len(line) <= longest:
        return line
    return line[: longest - 1].rstrip(_JOINERS + " ") + "…"


def _shown(character: str) -> str:
    unsafe = unicodedata.category(character) in _UNSAFE
    return " " if unsafe and character not in _JOINERS else character


def counted(count: int, noun: str) -> str:
    """``1 call``, ``1,234 calls``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


HIDDEN = "[hidden]"
LONGEST_TEXT = 500
"""Characters that are kept of a text; error pages can be whole books."""

_LONGEST_READ = 10_000
_SHORTEST_SECRET = 4
_URL_CREDENTIALS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/]*@")
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)(?:[a-z]+\s+)?[^\s\"',}]+"
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)[\w\-.~+/=*]{6,}")
_ASSIGNED = re.compile(
    r"(?i)((?:key|token|secret|signature|sig|passw(?:or)?d|pwd)=)[^\s\"'&,;}]+"
)
_NAMED = re.compile(
    r"(?i)\b((?:[\w-]*api[-_ ]?key|access[-_]token|client[-_]secret|password)"
    r"[\"']?\s*:\s*[\"']?)[^\s\"',;}]+"
)
_KNOWN_FORM = re.compile(
    r"\b(?:sk|pk|rk|gsk|csk|hf|xai|nvapi|pplx|tgp|ghp|glpat|r8|fw)[-_][\w*.-]{3,}"
    r"|\bpoly-[\w-]{20,}|\bAIza[\w-]{10,}|\bAKIA[A-Z0-9]{8,}|\beyJ[\w-]{5,}(?:\.[\w-]*){1,2}"
)
_LONG_WORD = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_KIND_OF_SIGN = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_MAX_SIGNS_PER_KIND = 4


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Hide what looks like a secret in ``text``, and shorten it to one line.

    Args:
        text: Anything a provider or a library said.
        secrets: Values that are known to be secret, whatever they look like.

    Returns:
        At most ``LONGEST_TEXT`` characters.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for form in (secret, quote(secret, safe="")):
                text = text.replace(form, HIDDEN)
    if len(text) > _LONGEST_READ:  # a cut secret would not be recognised any more
        text = re.sub(r"\S+$", "", text[:_LONGEST_READ]) + "…"
    text = " ".join(text.split())
    text = _URL_CREDENTIALS.sub(rf"\1{HIDDEN}@", text)
    for pattern in (_HEADER, _BEARER, _ASSIGNED, _NAMED):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    text = _KNOWN_FORM.sub(HIDDEN, text)
    text = _LONG_WORD.sub(_hidden_if_random, text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _hidden_if_random(word: re.Match[str]) -> str:
    """Keep long names such as models'; hide hex, and what keeps changing its kind."""
    if _HEX.fullmatch(word[0]):
        return HIDDEN
    changes = len(_KIND_OF_SIGN.findall(word[0]))
    return HIDDEN if changes * _MAX_SIGNS_PER_KIND >= len(word[0]) else word[0]
