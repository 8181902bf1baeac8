"""Writes the texts of simulated models: filled-in forms, and merged proposals."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, dropwhile, zip_longest

from moa_core.messages import Message
from moa_core.mixture import references_in
from moa_core.providers.simulated.voices import AGGREGATOR, CODE, VOICES

_LONGEST_READ = 2000
_LONGEST_TOPIC_WORDS = 12
_MOST_POINTS = 6
_MOST_TITLE_WORDS = 7
_SAME_POINT = 0.7
_FALLBACK_TERMS = ("your starting point", "the time you have", "the first result")
_FILLER_WORDS = """a about all an and are as at be best better between build buy can
    compare could create decide describe difference do does explain few find for from
    get give good hello help hey hi how i if in is it its know learn like list make me
    more most my need not of on one or our please play removes should show some suggest
    tell than that the there this three to use versus vs was ways we what when where
    which who why will with work would write you your"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_MARKUP = re.compile(r"[`*_#<>\[\]|$\\~^{}]+")
_ASKS_FOR_CODE = re.compile(r"(?i)\b(code|function|script|regex|program|query)\b")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ ]*$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\|[ ]*(?:\n|\Z)){3,}", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^#.*$|^[ \t]*(?:[-*+>]|\d+[.)])[ \t]+", re.MULTILINE)
_ABOUT_ITSELF = re.compile(r"(?i)simulated|drafts?\b|layer before|you asked about|“")


def text_of(model: str, messages: Sequence[Message]) -> tuple[str, str]:
    """The reasoning and the answer of a model to the last question of ``messages``."""
    references = references_in(messages)
    asked = [each for each in messages if each.role == "user" and not is_result(each)]
    texts = [_UNSEEN.sub(" ", message.typed) for message in asked]
    if references and len(texts) > 1 and references[0] in texts[-1]:
        texts.pop()  # the block of references
    earlier, text = ["", "", *(_MARKUP.sub(" ", t[:_LONGEST_READ]) for t in texts)][-2:]
    words = _words(text)
    parts = [label(model, len(references))]
    if earlier:
        parts.append(f"You asked about *{_topic(earlier)}* before; this goes on there.")
    parts += _of_files(asked)
    if returned := results_of_tools(messages):
        told = ", ".join(_topic(_MARKUP.sub(" ", each.text)) for each in returned)
        parts.append(f"What I was told since: *{told}*.")
    if references and model == AGGREGATOR:
        return "", "\n\n".join([*parts, *_merged(references, words)])
    lead, *others = VOICES[model].form.format(**words).split("\n\n")
    parts.insert(1, lead)
    if references and (points := _points(references[-1], words)):
        parts.append(f"One point from the layer before is worth keeping: {points[0]}")
    parts += others
    if _ASKS_FOR_CODE.search(text):
        language = "sql" if "sql" in text.lower() else "python"
        parts.append(f"```{language}\n{CODE[language]}\n```")
    return VOICES[model].thoughts.format(**words), "\n\n".join(parts)


def _of_files(asked: Sequence[Message]) -> list[str]:
    """What the model got of the files in what was asked, in a sentence."""
    seen = [f"“{_topic(i.name)}”" for message in asked for i in message.images]
    read = [f"“{_topic(d.name)}”" for message in asked for d in message.documents]
    missed = [name for each in asked for name in _UNSEEN.findall(each.typed)]
    told = [
        f"I was sent the image {', '.join(seen)}" if seen else "",
        f"I was told of the image {', '.join(missed)}, unseen" if missed else "",
        f"I was sent the text of {', '.join(read)}" if read else "",
    ]
    given = "; ".join(filter(None, told))
    return [f"*{given}. A simulated model looks at nothing.*"] if given else []


_UNSEEN = re.compile(r'\[image "([^\n]*)" \(\d+x\d+\): you cannot see it\]')


def is_result(message: Message) -> bool:
    """Whether a message is what a tool has returned."""
    return (message.as_sent or {}).get("role") == "tool"


def results_of_tools(messages: Sequence[Message]) -> list[Message]:
    """What tools have returned since the user's last message."""
    results: list[Message] = []
    for message in reversed(messages):
        if is_result(message):
            results.insert(0, message)
        elif message.role == "user" and "<<<draft " not in message.text:
            break
    return results


def written_title(question: str) -> str:
    """What a chat that begins with ``question`` is about, in a few words."""
    words = (
        _topic(_MARKUP.sub(" ", question[:_LONGEST_READ])).removesuffix(" …").split()
    )
    words = words[:_MOST_TITLE_WORDS]
    while len(words) > 1 and words[-1].strip(",;:").lower() in _FILLERS:
        words.pop()
    title = " ".join(words).rstrip(",;:")
    return title[:1].upper() + title[1:] or "A first question"


def label(model: str, references: int = 0) -> str:
    """The first line of every text of ``model``, which has read so many proposals."""
    read = f", from {references} proposals" if references > 1 else ""
    return f"*Simulated answer by “{model}”{read}. No real model was asked.*"


def _words(text: str) -> dict[str, str]:
    """The topic of a question, and three words or phrases to write about."""
    words = dict.fromkeys(re.findall(r"[^\W\d_][\w+#'-]+", text))
    terms = (word for word in words if word.lower() not in _FILLERS)
    a, b, c, *_ = (*terms, *_FALLBACK_TERMS)
    return {"topic": _topic(text) or "this question", "a": a, "b": b, "c": c}


def _topic(text: str) -> str:
    """The first sentence of ``text`` without the words of asking before it."""
    words = re.split(r"(?<=[.?!])\s", text.strip(), maxsplit=1)[0].strip(" .?!").split()
    topic = list(dropwhile(lambda word: word.lower() in _FILLERS, words)) or words
    more = " …" if len(topic) > _LONGEST_TOPIC_WORDS else ""
    return " ".join(topic[:_LONGEST_TOPIC_WORDS]) + more


def _merged(references: Sequence[str], words: Mapping[str, str]) -> list[str]:
    """The best points of all proposals, with the first table and the first code."""
    by_proposal = [_points(text, words) for text in references]
    points: list[str] = []
    for point in filter(None, chain.from_iterable(zip_longest(*by_proposal))):
        if len(points) < _MOST_POINTS and not any(_alike(point, p) for p in points):
            points.append(point)
    if not points:
        return [references[0]]
    parts = [f"**In short:** {points[0]}"]
    if len(points) > 1:
        parts.append(f"### What matters: {words['topic']}")
        parts.append("\n".join(f"- {point}" for point in points[1:]))
    for pattern in (_TABLE, _FENCE):
        matches = filter(None, map(pattern.search, references))
        parts += [match[0].strip() for match in matches][:1]
    return parts


def _points(text: str, words: Mapping[str, str]) -> list[str]:
    """Sentences of ``text`` that stand alone, those with the question's words first."""
    for pattern in (_FENCE, _TABLE, _BLOCK_MARK):
        text = pattern.sub("\n\n", text)
    points = [
        sentence
        for part in re.sub("[*`]", "", text).split("\n\n")
        for sentence in re.split(r"(?<=[.!?])\s+", " ".join(part.split()))
        if 30 <= len(sentence) <= 240 and not _ABOUT_ITSELF.search(sentence)
    ]
    terms = [words[name].lower() for name in "abc"]
    return sorted(points, key=lambda point: -sum(t in point.lower() for t in terms))


def _alike(one: str, other: str) -> bool:
    words, others = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(words & others) >= _SAME_POINT * min(len(words), len(others))
