"""Reads how long a server asks to wait, from its headers and its body.

Bodies and headers say it as seconds, milliseconds, durations (``1m30s``), moments
(dates, seconds since the epoch) and in sentences.
"""

import math
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EPOCH_S, _EPOCH_MS = 1e9, 1e12
_UNIT_S: Mapping[str, float] = {
    "ms": 0.001, "msec": 0.001, "msecs": 0.001, "millisecond": 0.001,
    "milliseconds": 0.001, "毫秒": 0.001,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "秒": 1, "秒钟": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "分": 60, "分钟": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "小时": 3600,
    "d": 86400, "day": 86400, "days": 86400, "天": 86400,
}  # fmt: skip
_UNIT = (
    r"(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?"
    r"|毫秒|秒钟?|分钟?|小时|天)"
)
_PART = re.compile(rf"(\d+(?:[.,]\d+)?)\s*{_UNIT}(?![a-z])", re.IGNORECASE)
_CLOCK = r"\d\d?:\d\d:\d\d(?![\d:])"
_DURATION = rf"(?:\d+(?:[.,]\d+)?\s?{_UNIT}(?![a-z])(?:\s?(?:,|and|&)\s?|\s)?){{1,4}}"
_CUE = (
    r"(?:try(?:ing)?(?: \w+)? again|retry(?:ing)?(?:[ _-]?(?:delay|after|in))?"
    r"|re-?try|wait(?:ing)?|available again|back ?off|resets?|renews?|cooldown"
    r"|restored|重试|再试|等待|恢复)"
)
_IN_SENTENCE = (
    re.compile(rf"{_CUE}[^\d\n]{{0,30}}({_DURATION})", re.IGNORECASE),
    re.compile(rf"({_DURATION})\s*(?:later|后|之后|before (?:re)?try)", re.IGNORECASE),
    re.compile(rf"\bin ({_CLOCK})"),
    re.compile(
        r"(?:retry|try again|wait)[^\d\n.]{0,12}(?:after|in|for)[\"':\s]{1,3}"
        r"(\d+(?:\.\d+)?)(?![\d.]*\w)(?!\s*(?:times|attempts))",
        re.IGNORECASE,
    ),
)
_MOMENT = re.compile(
    r"(?:resets?|again|until|retry|renew)\D{0,20}"
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?UTC|Z|[+-]\d\d:?\d\d)?)",
    re.IGNORECASE,
)
_LATER_CUE = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)\s?(?:后|之后)?"
    r"(?:重置|恢复|更新|刷新)"
)
_FIELD = re.compile(
    r"retry_?(after|delay|in)|estimated_time|wait|resets?_?(in|after|at|time)?$"
)
_RESET_HEADER = re.compile(r"(?:^|-)(?:rate-?limit)\b.*reset|^ratelimit-reset")


def wait_in(headers: Mapping[str, str], words: str) -> float | None:
    """Seconds to wait; ``None`` where nobody says so.

    Args:
        headers: Of the response.
        words: What its body says (``Body.words``).
    """
    named = {name.lower(): value for name, value in headers.items()}
    for wait_s in (
        _seconds(named.get("retry-after-ms", ""), unit_s=0.001),
        _seconds(named.get("retry-after", "")),
        *_in_fields(words),
        *_in_sentences(words),
        _until_reset(named),
    ):
        if wait_s is not None:
            return wait_s
    return None


def _seconds(value: str, *, unit_s: float = 1.0) -> float | None:
    """A wait from now on, however it is written; a moment that has passed is 0."""
    value = value.strip().strip("\"'")
    try:
        number = float(value) * unit_s
    except ValueError:
        return _duration(value) if re.match(r"\d", value) else _moment(value)
    if not math.isfinite(number) or number < 0:
        return None
    if number >= _EPOCH_S:
        moment = number / 1000 if number >= _EPOCH_MS else number
        return max(0.0, moment - time.time())
    return number


def _duration(text: str) -> float | None:
    """``1m30s``, ``34.07s``, ``1 minute and 30 seconds``; else a date."""
    if re.fullmatch(_CLOCK, text):
        hours, minutes, seconds = map(int, text.split(":"))
        return 3600.0 * hours + 60 * minutes + seconds
    if not (parts := _PART.findall(text)) or re.match(r"\d{4}-", text):
        return _moment(text)
    return sum(
        float(number.replace(",", ".")) * _UNIT_S[unit.lower()]
        for number, unit in parts
    )


def _moment(text: str) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.upper().replace(" UTC", "Z"))
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - time.time())


def _in_fields(words: str) -> Iterator[float | None]:
    for line in words.splitlines():
        name, _, value = line.partition(": ")
        name = name.replace("-", "_")
        if _FIELD.search(name) and re.match(r"[\d\"']", value):
            milliseconds = name.endswith(("_ms", "milliseconds"))
            yield _seconds(value, unit_s=0.001 if milliseconds else 1.0)


def _in_sentences(words: str) -> Iterator[float | None]:
    for pattern in _IN_SENTENCE:
        if found := pattern.search(words):
            yield _seconds(found[1])
    for pattern in (_MOMENT, _LATER_CUE):
        if found := pattern.search(words):
            yield _moment(found[1])


def _until_reset(headers: Mapping[str, str]) -> float | None:
    """The longest wait among limits of which nothing remains.

    Servers name the resets of all their limits, most of which are not used up.
    """
    resets = {
        name: value for name, value in headers.items() if _RESET_HEADER.search(name)
    }
    remaining = {
        name: value
        for name, value in headers.items()
        if re.search("limit.*remaining", name)
    }
    spent = [name for name, value in remaining.items() if value.strip() in ("0", "0.0")]
    wanted = {
        value
        for name, value in resets.items()
        if not remaining or name.replace("reset", "remaining") in spent
    }
    waits = [wait for value in wanted if (wait := _seconds(value)) is not None]
    if not resets and "ratelimit" in headers:  # r=0;t=30, as the draft standard has it
        found = re.search(r"\b(?:reset|t)=(\d+)", headers["ratelimit"])
        waits = [float(found[1])] if found else []
    return max(waits, default=None) if remaining or len(waits) == 1 else None
