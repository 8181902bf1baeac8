"""Reads finish reasons: which one is given, and what kind of end it means.

Servers spell them in many ways and invent new ones. Only a known normal end counts as
one; an answer that ended for any other reason is never taken for a whole one.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

FinishKind = Literal["whole", "cut", "withheld", "broken", "tool", "unknown"]
"""``cut``: a limit was reached; ``withheld``: by content rules."""

LONGEST_REASON = 60
_NAMES = ("finish_reason", "finishReason", "done_reason", "stop_reason", "stopReason")
_NAMES_SET = frozenset(_NAMES)
_NONE = """
    null none nil nan undefined false unspecified unset not_set not_finished
    not_stopped unfinished in_progress running streaming continue
"""
_NORMAL = """
    stop stopped eos eos_token eos_token_id eos_found eog eot eot_id eom eom_id end
    ended end_turn turn_end end_of_turn end_of_text endoftext end_of_sequence
    end_of_stream end_of_message end_of_generation im_end word stop_id stop_token_id
    stop_sequence stop_sequences stop_word stop_words stop_string stop_strings
    stop_str stop_token stop_tokens stop_criteria stopping_criteria stop_phrase
    message_stop complete completed completion done finish finished success
    succeeded ok normal natural normal_stop natural_stop
"""
_NO_REASON, _WHOLE = (frozenset(words.split()) for words in (_NONE, _NORMAL))
_KINDS: tuple[tuple[FinishKind, re.Pattern[str]], ...] = (
    ("tool", re.compile(r"tool|function")),
    (
        "withheld",
        re.compile(
            r"filter|safe|sensitiv|block|prohibit|recit|moderat|polic|refus|guardrail"
            r"|spii|harm|censor|flag|violat|forbid|inappropriate|copyright|risk"
        ),
    ),
    (
        "broken",
        re.compile(
            r"error|fail|abort|cancel|interrupt|disconnect|crash|insufficient|overload"
            r"|time_?d?_?out|unavailable|exception|network|broke|preempt|kill|terminat"
            r"|rate_?limit|quota|malformed|evict|shut_?down|invalid|lost|reset"
        ),
    ),
    (
        "cut",
        re.compile(
            r"length|max_?|token|limit|context|window|truncat|too_long|budget|exceed"
            r"|exhaust|cut_?off|incomplete"
        ),
    ),
)
"""What the words of a reason mean; the first that fits."""


def reason_in(*places: object) -> str | None:
    """The finish reason that the first of ``places`` to have one gives.

    Args:
        places: Objects of an event, the innermost first.
    """
    for place in places:
        if not isinstance(place, dict) or _NAMES_SET.isdisjoint(place):
            continue
        for name in _NAMES:
            if (
                place.get(name) is not None
                and (reason := _word(place[name])) is not None
            ):
                return _native_reason(place, reason)
    return None


def _native_reason(place: Mapping[str, Any], reason: str) -> str:
    """The reason of the server behind a router, where that knows better."""
    native = place.get("native_finish_reason")
    if not isinstance(native, str) or kind_of_end(reason) != "whole":
        return reason
    worse = kind_of_end(native) in ("withheld", "broken", "cut")
    return _word(native) or reason if worse else reason


def kind_of_end(reason: str) -> FinishKind:
    """What kind of end ``reason`` means."""
    word = _normal(reason)
    if word in _WHOLE or all(_normal(each) in _WHOLE for each in reason.split(":")):
        return "whole"
    return next((kind for kind, words in _KINDS if words.search(word)), "unknown")


def _word(value: object) -> str | None:
    """A reason as a word; ``None`` where there is none, however that is written."""
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = _named_in(value)
    if value is None or value is False or (isinstance(value, float) and value == 0):
        return None
    if not isinstance(value, str):
        value = json.dumps(value)
    word = value.strip()[:LONGEST_REASON]
    return None if not word or _normal(word) in _NO_REASON | {"0"} else word


def _named_in(reason: Mapping[str, Any]) -> object:
    """The word of a reason that is an object."""
    for name in ("type", "reason", "name", "kind", "value", "code"):
        if isinstance(reason.get(name), str | int):
            return reason[name]
    return reason or None


def _normal(reason: str) -> str:
    """``FinishReason.MAX_TOKENS``, ``maxTokens`` and ``max-tokens`` as one word."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", reason.strip("\"' \t\r\n<|>[]"))
    word = re.sub(r"\W+", "_", word.lower()).strip("_")
    return re.sub(r"^(finish_|stop_)?reason_", "", word)
