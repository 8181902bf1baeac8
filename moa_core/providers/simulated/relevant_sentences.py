"""Finds, in proposals, the sentences that say something about a question."""

import re
from collections.abc import Iterator

from moa_core.providers.simulated.question import Question

_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ ]*$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\|[ ]*(?:\n|\Z)){3,}", re.MULTILINE)
_MARKER = re.compile(r"^\s*(?:[-*+>]|\d+[.)]|#+)\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[*_”\"]*\s+(?=[A-Z“*\"])")
_ABOUT_ITSELF = re.compile(
    r"(?i)simulated|drafts?\b|layer before|you asked about|the table|here is how"
    r"|as an ai|three doubts|side by side|two ways|in one line|my reading|\bi take\b"
    r"|in short|next step|where \*?.*\*? left off"
)
_LEANS_ON_ANOTHER = re.compile(
    r"(?i)^\W*(it|they|that|this|these|those|then|without that|the (narrow|wide|last)"
    r"|the shares|but|and|so|if two rows|start with the row)\b(?! reading:)"
)
_SHORTEST, _LONGEST = 30, 240


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of ``text`` that can stand alone, without its code and tables."""
    prose = _TABLE.sub("\n", _FENCE.sub("\n", text))
    for line in prose.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for sentence in _SENTENCE_END.split(_MARKER.sub("", line)):
            tidy = _balanced(sentence.strip())
            if _SHORTEST <= len(tidy) <= _LONGEST and not (
                _ABOUT_ITSELF.search(tidy) or _LEANS_ON_ANOTHER.search(tidy)
            ):
                yield tidy


def _balanced(sentence: str) -> str:
    """``sentence`` with no emphasis or quotation left open."""
    if sentence.count("**") % 2:
        sentence = sentence.replace("**", "")
    if sentence.replace("**", "").count("*") % 2:
        sentence = sentence.replace("*", "")
    if sentence.count("“") != sentence.count("”"):
        sentence = sentence.replace("“", "").replace("”", "")
    if sentence.count("`") % 2:
        sentence = sentence.replace("`", "")
    return sentence


def code_in(text: str) -> str:
    """The first fenced block of ``text``, or ``""``."""
    found = _FENCE.search(text)
    return found[0] if found else ""


def table_in(text: str) -> str:
    """The first table of ``text``, or ``""``."""
    found = _TABLE.search(text)
    return found[0].strip() if found else ""


def weight(sentence: str, question: Question) -> int:
    """How many of the question's telling words ``sentence`` takes up."""
    low = sentence.lower()
    return sum(term.lower() in low for term in question.terms)


def ranked(text: str, question: Question) -> list[str]:
    """The sentences of ``text``, those about the question first, else in order."""
    found = list(dict.fromkeys(sentences_of(text)))
    return sorted(found, key=lambda sentence: -weight(sentence, question))


def best_point(question: Question) -> str:
    """The sentence of the last reference that is most about the question, or ``""``."""
    if not question.references:
        return ""
    found = ranked(question.references[-1], question)
    return found[0] if found else ""
