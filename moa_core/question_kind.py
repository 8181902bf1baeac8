"""Recognises by its words what kind of answer a question asks for.

The cues are English, and were chosen by hand on 535 AlpacaEval prompts
(docs/adr/0005-estimates.md). The kind tells how long an answer probably is
(``moa_core/plan/answer_length.py``) and how much a second opinion may be worth
(``moa_core/engine/pacing/doubt.py``).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

QuestionKind = Literal[
    "about a given text",
    "out of a given text",
    "choice",
    "choice or explanation",
    "long text",
    "explanation",
    "fact",
    "short text",
    "plain",
    "not English",
]
"""``choice`` picks one thing or is short by its form; ``choice or explanation`` has
cues for both, and nobody knows which wins; ``plain`` has none."""

LONGEST_INSTRUCTION: Final = 600
"""Characters that are read for cues; what is longer is text to work on."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in its parts.

    Attributes:
        instruction: What is asked, as far as it is read for cues.
        given: The text that it is asked about; empty if there is none.
    """

    instruction: str
    given: str

    @property
    def kind(self) -> QuestionKind:
        """What kind of answer it asks for."""
        return _kind(self.instruction, given=bool(self.given))

    @property
    def keeps_a_text(self) -> bool:
        """Whether the answer is a whole text, translated or corrected."""
        return bool(_WHOLE_TEXT.search(self.instruction))


def parted(question: str) -> AskedQuestion:
    """What is asked, and the text that it is asked about, after an empty line.

    When a question begins with a long text, its last paragraph is what is asked.
    """
    first, _, rest = question.partition("\n\n")
    if len(first) <= LONGEST_INSTRUCTION:
        return AskedQuestion(first, rest.strip())
    before, _, last = question.rpartition("\n\n")
    if before and len(last) <= LONGEST_INSTRUCTION:
        return AskedQuestion(last, before)
    return AskedQuestion(question[:LONGEST_INSTRUCTION], question[LONGEST_INSTRUCTION:])


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


def _kind(instruction: str, *, given: bool) -> QuestionKind:
    long, explain, write, fact = (
        bool(cue.search(instruction)) for cue in (_LONG, _EXPLAIN, _WRITE, _FACT)
    )
    picks = any(cue.search(instruction) for cue in (_PICK, _WHOLE_TEXT, _REWORK))
    if given:
        about = (long or explain or write) and not (picks or fact)
        return "about a given text" if about else "out of a given text"
    if picks:
        return "choice or explanation" if long or explain else "choice"
    cued: tuple[tuple[bool, QuestionKind], ...] = (
        (long, "long text"),
        (explain, "explanation"),
        (fact, "fact"),
        (write, "short text"),
        (bool(_ENGLISH.search(instruction)), "plain"),
    )
    return next((kind for there, kind in cued if there), "not English")
