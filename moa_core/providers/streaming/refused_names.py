"""Reads from a refusal which part of a request it is about."""

import re
from enum import Enum

from moa_core.providers.errors import Failure


class Part(Enum):
    """A part of a request that can be left out or written in another form."""

    TEMPERATURE = r"temperature"
    EFFORT = r"reasoning[_. ]?effort|\beffort\b|(?<![a-z])(think(ing)?|reasoning)\b"
    STREAM_OPTIONS = r"stream[_ ]?options|include[_ ]?usage"
    TOP_P = r"\btop[_ ]?p\b"
    SEED = r"\bseed\b"
    PENALTIES = r"(frequency|presence)[_ ]?penalty"
    LOGIT_BIAS = r"logit[_ ]?bias"
    PARALLEL_TOOLS = r"parallel[_ ]?(tool|function)[_ ]?call"
    CACHE_HINT = r"prompt[_ ]?cache[_ ]?key|cache[_ ]?control"
    LIMIT = (
        r"max[_ -]?(completion|output|new|generat\w*|response)?[_ -]?tokens?\b"
        r"|\bmax[_ ]?length|(completion|output)[_ ]tokens?|num_predict"
    )
    MESSAGES = (
        r"alternat(e|ing)\b|consecutive|successive|interleav|in a row|same role"
        r"|\broles?\b|角色"
        r"|(?<![a-z])(system|developer)(?![a-z]| ?(error|busy|is|fail|overload|memory))"
        r"|\bjinja|chat[_ ]?template|\bmessages?[\[.]\d|user and assistant"
        r"|(first|last) message|(?m:(^|\.)messages?$)"
    )
    STREAM = r"(?<![a-z_])stream(ing|ed)?\b(?! ?options)|\bsse\b|server.sent events?"


_PATTERNS = {part: re.compile(part.value) for part in Part}
_PLACE = re.compile(
    r"^(?:param|parameter|loc|field|argument|property|pointer): (.+)$", re.M
)
_WHOLE = re.compile(r"(body|request|input|null|none|kwargs|[\W\d]*)")
"""A place that is none."""

_REFUSED = re.compile(
    r"not.{0,12}support|n't support|unsupported|not.{0,9}(allow|permit|enabled|accept)"
    r"|not.{0,9}(implement|available)|unavailable"
    r"|unknown|unrecogni[sz]ed|unexpected|extra (input|field)|deprecated|invalid|must"
    r"|only the default|forbidden|remove|alternat|template|不支持|无效"
)
_NEVER_OF_THE_FORM = frozenset({402, 408, 413, 425, 429, 502, 503, 504, 529})
"""What these say is about something else, whatever words they use."""

_REFUSED_CLEARLY = re.compile(
    r"not.{0,12}support|n't support|unsupported|only .{0,40}support"
    r"|not.{0,9}(allow|permit|accept|implement)|extra (input|field)|deprecated"
    r"|(unknown|unrecogni[sz]ed|unexpected|invalid).{0,9}"
    r"(keyword|argument|field|param|name|key|role|value|type|temperature)"
    r"|only the default|alternat(e|ing)\b|jinja|不支持"
)
"""Words of refusals that no server has for its own failures."""

_REFUSING = frozenset({400, 403, 404, 405, 422})
_NOT_SENT = re.compile(
    r"\b(tools?|functions?|images?|audios?|videos?|files?|documents?|embeddings?)\b"
    r"|tool_choice|response[_ ]?format|json[_ ]?(schema|object|mode)|image_url"
    r"|structured output|stop[_ ]?(words?|sequences?|strings?)"
)
_NO_REASON = re.compile(
    r"(?:\b(?:error|exception|an?|the|there|was|went|wrong|something|internal|server|api"
    r"|unknown|unexpected|occurred|happened|has|null|none|500|status|code|request|failed"
    r"|please|try|again|later)\b|server_error|[\W_])*"
)


_UNCLEAR = ("no model", "no model or address", "permission", "wrong api", "address")


def named_parts(failure: Failure) -> list[Part]:
    """The parts that ``failure`` is about: named apart first, then as it says them."""
    if not _is_about_the_form(failure):
        return []
    places = _parts_in("\n".join(_PLACE.findall(failure.body)))
    if failure.refusal == "too long":
        return [Part.LIMIT]
    failed = failure.status is None or failure.status >= 500
    words = _REFUSED_CLEARLY if failed else _REFUSED
    clear = failure.status in (400, 422) or words.search(failure.body)
    spoken = _parts_in(failure.body) if clear else []
    return list(dict.fromkeys([*places, *spoken]))


def parts_named_apart(failure: Failure) -> list[Part]:
    """The parts that stand in fields of their own, as of several refused at once."""
    return _parts_in("\n".join(_PLACE.findall(failure.body)))


def gives_no_reason(failure: Failure) -> bool:
    """Whether it says nothing but that something went wrong."""
    values = [line.partition(": ")[2] for line in failure.body.splitlines()]
    return failure.page is None and bool(_NO_REASON.fullmatch(" ".join(values)))


def is_about_something_else(failure: Failure) -> bool:
    """Whether it names a part of a request that is not ours to change."""
    places = [
        place
        for place in _PLACE.findall(failure.body)
        if not all(_WHOLE.fullmatch(each) for each in re.split(r"[./\[\]]", place))
    ]
    return bool(_NOT_SENT.search(failure.body)) or bool(
        places and not _parts_in("\n".join(places))
    )


def _is_about_the_form(failure: Failure) -> bool:
    """Whether another form may be taken.

    What sounds as if it were about a model or a permission may be about a parameter.
    Roles are what users have, too.
    """
    if failure.may_be_adapted and failure.refusal != "too long":
        return failure.status not in _NEVER_OF_THE_FORM
    if failure.may_be_adapted:
        return True
    if failure.refusal not in _UNCLEAR or failure.status not in _REFUSING:
        return False
    spoken = {*_parts_in(failure.body)} if _REFUSED.search(failure.body) else set()
    return bool(parts_named_apart(failure) or spoken - {Part.MESSAGES})


def _parts_in(words: str) -> list[Part]:
    found = {part: _PATTERNS[part].search(words) for part in Part}
    places = {part: match.start() for part, match in found.items() if match}
    return sorted(places, key=places.__getitem__)
