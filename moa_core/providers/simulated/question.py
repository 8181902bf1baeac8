"""What a question is about, as far as its words tell: enough to write about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from moa_core.messages import Message
from moa_core.mixture import references_in

QuestionKind = Literal["code", "compare", "how", "why", "list", "decide", "open"]

_LONGEST_TOPIC_WORDS = 12
_MOST_TERMS = 6
_SHORTEST_TERM = 3
_LONGEST_READ = 2000
_CONTRACTED = re.compile(r"(?i)\b(what|who|how|where|when|why|there|it)'s\b")
_MARKUP = re.compile(r"[`*_#<>\[\]|$\\~^{}]+")
_OPENING = re.compile(
    r"(?i)^(please|can you|could you|would you|tell me|i want to know|hi|hello|hey)\b"
    r"[ ,:!]*|^(explain|describe|summari[sz]e|define|discuss|write|give|show|list|name"
    r"|help me|make|create|find|suggest)\b( me)?( about)?[ :]*"
    r"|^(what|which|who|where|when) (is|are|was|were|does|do|did|would|should|can)\b *"
    r"|^(how|why) (do|does|did|can|could|should|would|is|are|was|were|to)\b"
    r"( (i|we|you|one)\b)? *|^(should|do|does|is|are|can|could|would)\b"
    r"( (i|we|you)\b)? *|^(the|a|an|some) +"
)
_CODE = re.compile(
    r"(?i)\b(code|function|script|regex|snippet|program|algorithm|query|unit tests?)\b"
)
_COMPARE = re.compile(
    r"(?i)\b(?:between |compare )?([\w.+#' -]{2,40}?),? "
    r"(?:vs\.?|versus|compared (?:to|with)|or|and)(?: with)? ([\w.+#' -]{2,40})"
)
_ASKS_TO_COMPARE = re.compile(
    r"(?i)\b(vs\.?|versus|compare|compared|difference|better)\b|\bor\b.*\?"
)
_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("code", _CODE),
    ("compare", _ASKS_TO_COMPARE),
    ("decide", re.compile(r"(?i)\b(should (i|we)|worth|choose|decide|recommend)\b")),
    ("why", re.compile(r"(?i)\b(why|reason|cause)\b")),
    ("list", re.compile(r"(?i)\b(list|ideas|examples|ways|tips|names|suggest)\b")),
    ("how", re.compile(r"(?i)\b(how|steps|plan|guide|write|make|build)\b")),
)
_CLOSE_BY = ("your starting point", "the time you have", "the first result")
_NO_NAMES = ("I", "A", "I'm", "I'd", "I've", "I'll")
_LANGUAGES = ("javascript", "typescript", "sql", "bash", "rust", "java", "html", "css")
_FILLER_WORDS = """
    the a an and or but nor for yet so of in on at to from by with without about into
    over under between as is are was were be been being am do does did doing done have
    has had having will would can could should shall may might must not no yes this
    that these those it its they them their there here he she his her you your i we
    our us me my mine who whom whose what which when where why how than then too very
    just also only please tell give show explain describe write make help need want
    like more most some any each every all both few many much such own same other
    get use using used best good better between difference compare versus one two
    three short simple example examples way ways thing things i'm i'd i've it's
    learn play buy sell remove removes removing work works find build choose decide
    improve reduce start stop keep know think mean means explain go going come take
    """
_FILLERS = frozenset(_FILLER_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A user's question, taken apart.

    Attributes:
        text: The question on one line, free of markup.
        topic: What it asks about, without the words of asking.
        terms: Its telling words, in order, at least one.
        sides: The two things it compares, where it does.
        language: Programming language that it names, else Python.
        earlier: Topic of the turn before, or ``""`` in a new conversation.
        references: Proposals of the layer before, where the prompt has some.
    """

    text: str
    topic: str
    terms: tuple[str, ...]
    kind: QuestionKind
    sides: tuple[str, str]
    language: str
    earlier: str
    references: tuple[str, ...]

    def term(self, index: int) -> str:
        """A telling word, or where there are too few of them, something close by."""
        words = (*self.terms, *_CLOSE_BY)
        return words[index]


def question_in(messages: Sequence[Message]) -> Question:
    """Take apart what the user asks in the conversation that ``messages`` holds."""
    references = references_in(messages)
    asked = [message.content for message in messages if message.role == "user"]
    if references and len(asked) > 1 and messages[-1].role == "user":
        asked = _without_block(asked, references)
    text = _plain(asked[-1]) if asked else ""
    terms, topic = _terms(text), _topic(text)
    return Question(
        text=text,
        topic=topic,
        terms=terms,
        kind=_kind(text),
        sides=_sides(topic, terms),
        language=next((name for name in _LANGUAGES if name in text.lower()), "python"),
        earlier=_topic(_plain(asked[-2])) if len(asked) > 1 else "",
        references=tuple(references),
    )


def _without_block(asked: list[str], references: Sequence[str]) -> list[str]:
    """The user's own messages, without a trailing block of references."""
    return asked[:-1] if references[0] in asked[-1] else asked


def _plain(text: str) -> str:
    unmarked = _MARKUP.sub(" ", text[:_LONGEST_READ]).replace("’", "'")
    return " ".join(_CONTRACTED.sub(r"\1 is", unmarked).split())


def _topic(text: str) -> str:
    sentence = re.split(r"(?<=[.?!])\s", text, maxsplit=1)[0].strip(" .?!:,;\"'")
    stripped = sentence
    for _ in range(4):
        stripped = _OPENING.sub("", stripped, count=1).strip(" ,:")
    words = (stripped or sentence or "this question").split()
    if len(words) > _LONGEST_TOPIC_WORDS:
        return " ".join(words[:_LONGEST_TOPIC_WORDS]) + " …"
    return " ".join(words)


def _terms(text: str) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for place, word in enumerate(re.findall(r"[^\W_][\w+#'-]*", text)):
        if _tells(word, opens=place == 0):
            seen.setdefault(word.lower(), word)
    return tuple(seen.values())[:_MOST_TERMS] or ("question",)


def _tells(word: str, *, opens: bool = False) -> bool:
    """Whether ``word`` says what the question is about; names do, even short ones."""
    if word[0].isupper() and not opens and word not in _NO_NAMES:
        return True
    return len(word) >= _SHORTEST_TERM and word.lower() not in _FILLERS


def _kind(text: str) -> QuestionKind:
    return next((kind for kind, signs in _KINDS if signs.search(text)), "open")


def _sides(topic: str, terms: tuple[str, ...]) -> tuple[str, str]:
    if found := _COMPARE.search(topic):
        left, right = (_last_words(found[1]), _first_words(found[2]))
        if left and right:
            return left, right
    return terms[0], terms[1 % len(terms)] if len(terms) > 1 else "the alternative"


def _last_words(text: str) -> str:
    return " ".join(_telling(text)[-2:])


def _first_words(text: str) -> str:
    return " ".join(_telling(text)[:2])


def _telling(text: str) -> list[str]:
    return [word for word in text.split() if _tells(word)]
