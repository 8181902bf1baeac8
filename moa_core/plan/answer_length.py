"""Estimates the length of an answer from the words of the question.

Models differ less than questions: the lengths of what five of the paper's proposers
answer correlate with 0.76 to 0.93, while questions differ by a factor of 20. So the
question's kind decides, and all models of a mixture get the same range.

Kinds and ranges were chosen by hand from how long the answers of those five models to
535 AlpacaEval prompts are (tatsu-lab/alpaca_eval, commit cd543a149df8; lengths only, at
four characters a token): each range holds about 95 % of the answers of its kind.
docs/adr/0005-estimates.md says how well they do elsewhere, and
``python -m bench estimate`` measures it again.
"""

import re
from dataclasses import dataclass
from typing import Self

from moa_core.tokens import estimate_tokens

LONGEST_INSTRUCTION = 600
"""Characters that are read for cues; what is longer is text to work on."""


@dataclass(frozen=True, slots=True)
class TokenRange:
    """Between how many tokens something probably is; ``low <= high``.

    Attributes:
        low: At least so many tokens, probably.
        high: At most so many, probably.
    """

    low: float
    high: float

    def __add__(self, other: Self) -> "TokenRange":
        return TokenRange(self.low + other.low, self.high + other.high)

    def times(self, low: float, high: float | None = None) -> "TokenRange":
        """Both ends scaled, each by its own factor, or both by ``low``."""
        return TokenRange(self.low * low, self.high * (low if high is None else high))

    def capped(self, tokens: int) -> "TokenRange":
        """No end above ``tokens``."""
        return TokenRange(min(self.low, tokens), min(self.high, tokens))


LONG_TEXT = TokenRange(270, 1350)
EXPLANATION = TokenRange(200, 900)
SHORT_TEXT = TokenRange(170, 800)
PLAIN_QUESTION = TokenRange(80, 700)
SHORT_ANSWER = TokenRange(40, 600)
SHORT_OR_EXPLAINED = TokenRange(60, 900)
"""A cue for a short answer and one for an explanation: nobody knows which wins."""
ABOUT_A_GIVEN_TEXT = TokenRange(70, 820)
OUT_OF_A_GIVEN_TEXT = TokenRange(22, 520)
NOT_ENGLISH = TokenRange(50, 900)
"""The cues are English; judgement, not measured."""

_WORDS_TO_TOKENS = TokenRange(0.4, 2.0)
"""Of an asked number of words, which models seldom meet. Judgement."""
_KEPT_OF_A_TEXT = TokenRange(0.5, 1.4)
"""What a translation or correction is as long as, of its original. Judgement."""
_SHORTEST_KEPT_TOKENS = 200
"""Shorter originals say little, as their answer may be mostly remarks."""


def _cues(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_PICK = _cues(
    # picks or finds one thing
    r"\b(classify|categori[sz]e|extract|retrieve|identify|determine|decide|predict|"
    r"calculate|compute|solve|choose|pick|select|label|assess|true or false|sentiment|"
    r"find (the|all)|(which|what|a|the) (category|genre|type|language|sound|letter|"
    r"word|part of speech))\b",
    # a form that is short by itself, or is asked to be
    r"\b((one|single|1|two|three|2|3|few) (words?|sentences?|lines?|phrases?)|"
    r"characters or less|brief(ly)?|concise(ly)?|tweets?|tagline|slogan|bio|headline|"
    r"title|emojis?|jokes?|haiku|caption|keywords?|command|"
    r"(only|just) (answer|reply|respond|say|output|write))\b",
    r"^\W*(write|say|repeat|print) [\"'“]",
)
_FACT = _cues(
    # a number, a name, a place, a date
    r"\bhow (many|much|old|far|tall|big|high)\b|\d ?[-+*/^=×] ?\d",
    r"\b(what|which) (year|date|time|day|age|number|country|city|animal|breed|"
    r"colou?r)\b|^\W*which\b|\b(who|where) (is|was|are)\b[^?]*\?\W*$",
    r"^\W*(who|when|where) (is|are|was|were|do|did|does|has|will|made|\w+ed|wrote)\b",
    r"\bwhat('?s| is| was)? (the )?(\w+ )?(name|capital|sum|total|current|\w{3,}est)\b",
    # yes or no, a greeting, a word about the model itself
    r"^\W*(is|are|was|were|do|does|did|has|have|am|will|can (?!you|i\b|we|u\b))\b"
    r"(?! (there|you))",
    r"^\W*(hi|hello|hey|thanks|thank you)\W*$",
    r"\byou (thinking|feel|like|called|sentient|human|real)\b|\bcall you\b",
)
_WHOLE_TEXT = _cues(
    r"\b(re-?write|re-?phrase|paraphrase|reword|correct|grammar|grammatical\w*|"
    r"spelling|punctuation|proofread|convert|transform|translat\w+|edit|change)\b"
)
_REWORK = _cues(
    r"\b(pronunciation|shorten|simplify|summari[sz]e|summary|tl;?dr|complete|fill in|"
    r"citation|respond|reply|response|answering)\b"
)
_LONG = _cues(
    r"\b(essay|article|report|blog|white ?paper|thesis|chapter|novel|speech|proposal|"
    r"plan|patent|curriculum|itinerary|stor(y|ies)|script|screenplay|interview|"
    r"fan ?fiction|review|backstory|chronology|documentary|book|guide|game)\b",
    r"\b(detailed|in (great |more )?detail|in[- ]depth|comprehensive|thorough(ly)?|"
    r"elaborate|extensive|as many|key points|expand)\b",
)
_EXPLAIN = _cues(
    r"\b(explain|describe|discuss|explor(e|ing)|analy[sz](e|is)|compare|why|"
    r"how (do|does|did|can|could|would|should|to|might|is|are|come)|"
    r"what (are|were|if|can|could|would|should|do|does|factors|causes)|"
    r"pros and cons|differen(ce|t)|implications?|role of|impact|effects?|concept|"
    r"history|tell me|talk|teach|learn|help|advice|step[- ]by[- ]step)\b",
    r"\b(list|examples?|ideas?|tips|suggest(ions?)?|ways|options|recommend\w*|steps|"
    r"methods|strategies|reasons|brainstorm|come up with|think of|tools|recipes?|"
    r"is there|are there|the best|some good|(please|can you) (give|provide))\b",
    r"\bwhat('?s| is) (an?|some)\b",
    r"^\W*(hi|hello|hey)?\W*(i|i'm|im|i'd) ",
)
_WRITE = _cues(
    r"\b(write|compose|draft|create|develop|design|generate|build|make|implement|"
    r"code|email|letter|poem|song|post|name the top)\b"
)
_ENGLISH = _cues(
    r"\b(the|an?|is|are|was|what|how|who|which|when|where|of|to|in|on|for|and|or|my|"
    r"me|you|i|it|that|this|can|do|does|with|hi|hello|please)\b"
)
_NUMBER_OF_WORDS = re.compile(r"\b(\d{2,5})[ -]words?\b", re.IGNORECASE)


def answer_length(question: str, answer_before: str = "") -> TokenRange:
    """Between how many tokens one model's first answer to ``question`` probably is.

    Args:
        question: What the user asks now.
        answer_before: The answer of the turn before, which may be what to change.
    """
    instruction, given = _parted(question.strip())
    if words := _NUMBER_OF_WORDS.search(instruction):
        return _WORDS_TO_TOKENS.times(int(words[1]))
    length = _by_kind(instruction, given=bool(given))
    if not _WHOLE_TEXT.search(instruction):
        return length
    original_tokens = estimate_tokens(given or answer_before)
    if original_tokens < _SHORTEST_KEPT_TOKENS:
        return length
    whole = _KEPT_OF_A_TEXT.times(original_tokens)
    return TokenRange(max(length.low, whole.low), max(length.high, whole.high))


def _parted(question: str) -> tuple[str, str]:
    """What is asked, and the text that it is asked about, after an empty line.

    When a question begins with a long text, its last paragraph is what is asked.
    """
    first, _, rest = question.partition("\n\n")
    if len(first) <= LONGEST_INSTRUCTION:
        return first, rest.strip()
    before, _, last = question.rpartition("\n\n")
    if before and len(last) <= LONGEST_INSTRUCTION:
        return last, before
    return question[:LONGEST_INSTRUCTION], question[LONGEST_INSTRUCTION:]


def _by_kind(instruction: str, *, given: bool) -> TokenRange:
    long, explain, write, fact = (
        bool(cue.search(instruction)) for cue in (_LONG, _EXPLAIN, _WRITE, _FACT)
    )
    picks = any(cue.search(instruction) for cue in (_PICK, _WHOLE_TEXT, _REWORK))
    if given:
        about = (long or explain or write) and not (picks or fact)
        return ABOUT_A_GIVEN_TEXT if about else OUT_OF_A_GIVEN_TEXT
    if picks:
        return SHORT_OR_EXPLAINED if long or explain else SHORT_ANSWER
    if long:
        return LONG_TEXT
    if explain:
        return EXPLANATION
    if fact:
        return SHORT_ANSWER
    if write:
        return SHORT_TEXT
    return PLAIN_QUESTION if _ENGLISH.search(instruction) else NOT_ENGLISH
