"""Reads the body of an error response, whatever form its server gave it.

Servers wrap the same few facts in many ways: objects in objects, JSON or a Python dict
inside of a sentence, lists, XML, plain text, web pages. What they send back of the
request is left out.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from string import punctuation
from typing import Any

_ECHOES = frozenset({
    "input", "inputs", "request", "body", "messages", "prompt", "content", "ctx",
    "failed_generation", "flagged_input", "url", "uri", "path", "instance",
    "loc", "trace", "traceback", "stack", "stacktrace", "debuginfo", "help", "links",
    "documentation_url", "more_info", "request_id", "requestid", "trace_id", "id",
    "user", "user_id", "timestamp", "created", "session_id", "provider_name", "usage",
    "choices",
})  # fmt: skip
"""Names under which servers repeat the request, or say what helps nobody here."""

_SENTENCE_NAMES = (
    "message", "msg", "error_message", "errormessage", "error_description", "errmsg",
    "err_msg", "status_msg", "statusmessage", "detail", "details", "error", "title",
    "reason", "description", "reasonphrase", "text",
)  # fmt: skip
_SENTENCE_NAME = re.compile(r".*(message|msg|faultstring|explanation)")
"""Names that are none of these, and mean the same."""

_INNER_NAMES = (
    "error", "errors", "err", "message", "msg", "detail", "details", "metadata", "raw",
    "cause", "innererror", "inner_error", "base_resp", "response", "data", "result",
    "fault", "status", "exception", "reasons", "remedy_hint",
)  # fmt: skip
_CODE_NAMES = frozenset({
    "code", "type", "status", "error_code", "errorcode", "errcode", "err_code",
    "error_type", "__type", "reason", "error", "status_code", "statuscode", "http_code",
    "http_status",
})  # fmt: skip
_PLAIN = "plain"  # a text that is no JSON
_LONGEST_READ = 10_000
_DEEPEST = 8
_MOST_SENTENCES = 2
_MOST_PARTS = 20
_MOST_BRACKETS = 500
_TELLING = 64
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\ufffd]")
_EVENT_FIELD = re.compile(r"(?m)^(event:.*|data:|error:)\s*")
_CUT_MESSAGE = re.compile(
    r'\s*[{\[].*?"(?:message|msg|detail)"\s*:\s*"([^"]+)', re.DOTALL
)
_XML_TEXT = re.compile(r"<(message|code|title|detail)\b[^>]*>([^<]+)<", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_PYDANTIC_NOTE = re.compile(
    r"\s*\[type=[^\]]*\]|\s*For further information visit \S+", re.DOTALL
)
_TRACEBACK = re.compile(r"Traceback \(most recent call last\):.*\n(?=\S)", re.DOTALL)
"""All of it but the last line, which says what went wrong."""

_EMPTY_VALUES = frozenset({"", "null", "none", "nil", "undefined", "true", "false"})
_SLUG = re.compile(r"[A-Za-z][\w.:-]{2,60}")
_PAGE = re.compile(r"(?is)<!doctype html|<html|<head\b|<body\b|<title\b|<center>|<h1\b")
_STATUS = re.compile(r"(?i)^(error\s+)?(code\s+)?[1-5]\d\d\s*[:\-–]?\s*")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")
_HEADING = re.compile(r"(?is)<h1[^>]*>(.*?)</h1>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a body says.

    Attributes:
        message: What it says to people: one or two sentences of the server.
        codes: Machine-readable words, such as ``model_not_found``, outermost first.
        param: The parameter it is about; ``""`` if none.
        words: Everything it says but echoes, in lower case: a line ``name: value``
            for each value.
        page: The title of a web page, without its numbers; ``None`` where it is none.
        numbered_page: The same as it stands there.
        document: The object that it is; empty where it is none.
    """

    message: str = ""
    codes: tuple[str, ...] = ()
    param: str = ""
    words: str = ""
    page: str | None = None
    numbered_page: str = ""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)


def read_body(content: object) -> Body:
    """Read a body: its JSON, or its text."""
    value = _parsed(content)
    if isinstance(value, str):
        if page := _PAGE.search(value):
            text = " ".join(_TAG.sub(" ", value[page.start() :]).split())
            titles = "".join(found[1] for found in _TITLE.finditer(value))
            return Body(
                page=page_title(value), words=text.lower(), numbered_page=titles
            )
        if cut := _CUT_MESSAGE.match(value):
            value = cut[1]
        elif value.lstrip().startswith("<"):
            value = {name.lower(): text for name, text in _XML_TEXT.findall(value)}
    lines = list(_lines(value))
    codes = tuple(code for name, code in lines if name in _CODE_NAMES)
    message = _joined(_sentences(value)) or next(
        (  # under a name that nobody expects
            f"{name}: {_readable(text)}"
            for name, text in lines
            if len(text.split()) > 1 and name not in _CODE_NAMES
        ),
        "",
    )
    return Body(
        message=message or next((code for code in codes if not code.isdecimal()), ""),
        codes=codes,
        param=next((text for name, text in lines if name == "param"), ""),
        words="\n".join(f"{_label(name)}: {text}" for name, text in lines).lower(),
        document=value if isinstance(value, dict) else {},
    )


def is_garbled(content: bytes | str) -> bool:
    """Whether it is no text, as its beginning tells: still compressed, for example."""
    start = content[:_TELLING]
    text = start.decode(errors="replace") if isinstance(start, bytes) else start
    return bool(_NO_TEXT.search(text[:-1]))  # the last one may be cut


def _readable(text: str) -> str:
    """``text`` on one line, without tags, pages, tracebacks and notes."""
    told = _TRACEBACK.sub("", _PYDANTIC_NOTE.sub("", text))
    if page := _PAGE.search(told):  # of a server behind this one
        told = f"{told[: page.start()]} {page_title(told[page.start() :])}"
    return " ".join(_TAG.sub(" ", told).split())


def _label(name: str) -> str:
    """What a value is called in ``words``: a name that is no word of a sentence."""
    if name == _PLAIN:
        return name
    return "says" if name in _SENTENCE_NAMES and name not in _CODE_NAMES else name


def page_title(page: str) -> str:
    """What a web page calls itself, without hosts and numbers; ``""`` if nothing."""
    for pattern in (_TITLE, _HEADING):
        if found := pattern.search(page):
            text = unescape(_TAG.sub(" ", found[1]))
            parts = re.split(r"\s+[|·–—]\s+|\s*\|\s*", " ".join(text.split()))
            named = [part for raw in parts if (part := _STATUS.sub("", raw).strip())]
            hosts = re.compile(r"[\w-]+(\.[\w-]+)+|cloudflare", re.IGNORECASE)
            if told := [part for part in named if not hosts.fullmatch(part)]:
                return told[0]
    return ""


def _parsed(content: object) -> object:
    """The JSON in ``content``, a text; or ``content`` as it is."""
    if isinstance(content, bytes):
        content = content.decode("utf-8", errors="replace")
    if not isinstance(content, str):
        return content
    text = content[:_LONGEST_READ].strip().lstrip("\ufeff")
    text = _EVENT_FIELD.sub("", text).strip()  # some send an event with their status
    return _object_in(text) or content[:_LONGEST_READ]


def _object_in(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or list that ``text`` is, as JSON or as Python writes it."""
    if not text.startswith(("{", "[")):
        return None
    if text.count("{") + text.count("[") > _MOST_BRACKETS:
        return None  # reading it would cost more than it can say
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            continue
        if isinstance(value, dict | list):
            return value
    return None


def _lines(
    value: object, name: str = _PLAIN, depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Every value of ``value`` with its name, but echoes; JSON in texts is read too."""
    if depth > _DEEPEST or isinstance(value, bool):
        return
    if isinstance(value, str):
        prefix, inner = _embedded(value)
        if text := _PYDANTIC_NOTE.sub("", prefix).strip():
            yield name, text
        yield from _lines(inner, name, depth + 1)
    elif isinstance(value, int | float):
        yield name, str(value)
    else:
        for inner_name, each in _parts(value, name):
            yield from _lines(each, inner_name, depth + 1)


def _parts(value: object, name: str) -> Iterator[tuple[str, object]]:
    """What an object or a list holds, each with its name, but echoes."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            inner = str(key).lower()
            if inner == "loc" and isinstance(each, list | tuple):
                yield inner, ".".join(map(str, each))
            elif inner not in _ECHOES:
                yield inner, each
    elif isinstance(value, list | tuple):
        yield from ((name, each) for each in value[:_MOST_PARTS])


def _embedded(text: str) -> tuple[str, object]:
    """A text, and the object that stands in it, as JSON or as Python writes it."""
    start = min((text.find(sign) for sign in "{[" if sign in text), default=-1)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if start < 0 or end - start <= 2:
        return text, None
    value = _object_in(text[start:end])
    if isinstance(value[0] if isinstance(value, list) and value else value, dict):
        return text[:start].rstrip(" \t\n:,;–-"), value
    return text, None


def _sentences(value: object, depth: int = 0) -> Iterator[str]:
    """The sentences of ``value`` for people, outermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        prefix, inner = _embedded(value)
        text = _readable(prefix)
        word = text.strip(punctuation).lower()
        if word not in _EMPTY_VALUES and not word.isdecimal():
            yield text
        if inner is not None:
            yield from _sentences(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value[:_MOST_SENTENCES]:
            yield from _sentences(each, depth + 1)
    elif isinstance(value, Mapping):
        yield from _sentences_of(
            {str(name).lower(): each for name, each in value.items()}, depth
        )


def _sentences_of(named: Mapping[str, Any], depth: int) -> Iterator[str]:
    place = named.get("loc")
    names = [name for name in _SENTENCE_NAMES if name in named]
    names += [name for name in named if _SENTENCE_NAME.fullmatch(name)]
    texts = [named[name] for name in names]
    own = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    if isinstance(place, list | tuple) and own:
        path = ".".join(str(each) for each in place if each != "body")
        yield f"{path}: {own}" if path else own
        return
    yield from _sentences(own, depth + 1)
    for name in _INNER_NAMES:
        inner = named.get(name)
        is_more = isinstance(inner, str) and name in (
            "raw",
            "detail",
            "error",
            "reasons",
        )
        if isinstance(inner, dict | list) or (is_more and inner != own):
            if name == "details" and own:
                continue  # Google's: links and figures, not sentences
            yield from _sentences(inner, depth + 1)
        if name == "errors" and isinstance(inner, Mapping):  # by field
            told = {each: next(_sentences(text), "") for each, text in inner.items()}
            yield from (f"{each}: {text}" for each, text in told.items() if text)


def _joined(sentences: Iterator[str]) -> str:
    """The first sentences, none of which says what another has said."""
    kept: list[str] = []
    for sentence in sentences:
        plain = sentence.lower().rstrip(". ")
        if any(plain in other.lower() for other in kept):
            continue
        kept = [each for each in kept if each.lower().rstrip(". ") not in plain]
        kept.append(sentence)
        if len(kept) == _MOST_SENTENCES:
            break
    spoken = [each for each in kept if not _SLUG.fullmatch(each)] or kept
    return ": ".join(each.rstrip(".: ") for each in spoken[:-1]) + (
        (": " if len(spoken) > 1 else "") + spoken[-1] if spoken else ""
    )
