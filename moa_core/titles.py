"""Asks a model for the title of a chat, and reads the title out of what it replies."""

import re
from collections.abc import Sequence
from typing import Final

from moa_core.messages import Message
from moa_core.text import one_line

LONGEST_TITLE_CHARS: Final = 60
QUESTION_CHARS: Final = 1000
ANSWER_CHARS: Final = 600
"""So much of the question and of the head of the answer is sent."""

_ASKS: Final = (
    "Write a title for the chat below: 2 to 6 words that name its subject, in the "
    "language of the question. Reply with the title alone, without quotation marks, "
    "full stop or explanation."
)
_PROMPT: Final = re.compile(
    rf"{re.escape(_ASKS)}\n\nQuestion:\n(?P<question>.*)\n\nAnswer:\n.*\n\nTitle:",
    re.DOTALL,
)

_MOST_CHARS, _MOST_WORDS = 120, 14
"""A longer reply is an answer, not a title."""

_LEAD_IN = re.compile(
    r"(?i)^(?:(?:chat|suggested|possible|the|a) )*(?:title|titel|titre|título|titolo"
    r"|tytuł|заголовок|название|标题|標題|题目|タイトル|제목)(?: is)?"
    r"\s*[:\uff1a=\u2013-]\s*"
)
_IN_JSON = re.compile(r'"title"\s*:\s*"((?:[^"\\]|\\.)*)"')
_BLOCK_MARK = re.compile(r"^(?:#{1,6}\s+|[-*+>•]\s+|\d{1,2}[.)]\s+)+")
_FENCE = re.compile(r"^(?:`{3,}|~{3,})\w*$")
_INNER_MARKS = re.compile(r"(\*\*|`)(.+?)\1")
_MARKS: Final = "*_`~"
_QUOTES: Final = "\"'“”„‟«»‹›‘’‚「」『』《》\uff02"
_STOPS: Final = ".。\uff61．"
_NO_TITLE = re.compile(
    r"(?i)^(?:(?:i['’]?m|i am) sorry|sorry,|i can(?:no|['’])t|i (?:do not|don['’]t) "
    r"|as an ai|new chat$|untitled|(?:chat )?title$|question$|answer$|none$|null$|n/a$)"
)


def title_messages(question: str, answer: str) -> tuple[Message, ...]:
    """What a model is sent, so that it writes the title of a chat.

    Args:
        question: That was asked.
        answer: That was given; its head is enough.
    """
    asked, head = question.strip()[:QUESTION_CHARS], answer.strip()[:ANSWER_CHARS]
    text = f"{_ASKS}\n\nQuestion:\n{asked}\n\nAnswer:\n{head}\n\nTitle:"
    return (Message.from_text("user", text),)


def question_to_title(messages: Sequence[Message]) -> str | None:
    """The question of ``title_messages``; ``None`` if these are others."""
    text = messages[-1].text if messages else ""
    found = _PROMPT.match(text) if text.startswith(_ASKS) else None
    return found["question"] if found else None


def title_from(reply: str) -> str | None:
    """The title in a model's reply; ``None`` if there is none that could be shown.

    Quotation marks, Markdown, "Title:" and a full stop are taken off; what is a little
    too long is cut. A whole answer, an excuse or an echo of the task is no title.
    """
    line = _first_line(reply)
    if found := _IN_JSON.search(reply):
        line = found[1].replace('\\"', '"')
    title = _bare(line)
    if not any(map(str.isalnum, title)) or _NO_TITLE.match(title):
        return None
    if len(title) > _MOST_CHARS or len(title.split()) > _MOST_WORDS or _echoes(title):
        return None
    return _shortened(title)


def _first_line(reply: str) -> str:
    """The first line that may be the title: no fence, and no announcement of it."""
    lines = [line.strip() for line in reply.strip().splitlines()]
    lines = [line for line in lines if line and not _FENCE.match(line)]
    announced = len(lines) > 1 and lines[0].strip(_MARKS).endswith((":", "\uff1a"))
    return lines[announced] if lines else ""


def _bare(line: str) -> str:
    """``**Title:** "The sky."`` as ``The sky``."""
    title, before = _INNER_MARKS.sub(r"\2", one_line(line, _MOST_CHARS + 1)), None
    while title != before:
        before = title
        title = _BLOCK_MARK.sub("", title).strip(_MARKS + " ")
        title = _LEAD_IN.sub("", title).strip(_MARKS + " ")
        if title[:1] in _QUOTES or title.rstrip(_STOPS)[-1:] in _QUOTES:
            title = title.rstrip(_STOPS).strip(_QUOTES + " ")
        if title[-1:] in _STOPS and not title.endswith(".."):
            title = title[:-1].rstrip()
    return title


def _echoes(title: str) -> bool:
    """Whether it repeats the task instead of doing it."""
    words = " ".join(re.findall(r"\w+", title.casefold()))
    asked = " ".join(re.findall(r"\w+", _ASKS.casefold()))
    return len(words.split()) > 1 and words in asked


def _shortened(title: str) -> str:
    if len(title) <= LONGEST_TITLE_CHARS:
        return title
    cut = title[:LONGEST_TITLE_CHARS].rpartition(" ")[0]
    if len(cut) < LONGEST_TITLE_CHARS // 2:
        return one_line(title, LONGEST_TITLE_CHARS)
    return f"{cut.rstrip(' ,;:')}…"
