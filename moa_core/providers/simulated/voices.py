"""Defines the form in which each simulated model writes about a question.

None of them knows anything: proposers fill their form with the user's words, and the
aggregator merges what proposals say.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Voice(NamedTuple):
    """One simulated model, at lifelike pace.

    Attributes:
        form: Paragraphs with places for the ``{topic}`` and the terms ``{a}`` to
            ``{c}`` of a question.
        thoughts: The reasoning that comes first, in the same form.
    """

    first_token_s: float
    tokens_per_s: float
    form: str
    thoughts: str = ""


_EXPLAINER = """\
“{topic}” sounds like one thing, but it is easier to follow as three.

First comes what *{a}* is, then what it has to do with *{b}*, and only then the details.
Think of a kitchen: *{a}* is the recipe, *{b}* is the oven, and most surprises come from
the oven. Give one example of *{b}* that everybody knows. Leave *{c}* for the end."""

_SCEPTIC = """\
Before anybody answers “{topic}”, two doubts are in order.

1. **The question may hide a choice.** Starting with *{a}* leads to another answer than
   starting with *{b}*.
2. **The answer may have a date.** Trust an answer about *{a}* that says since when it
   holds, and when it does not hold."""

_BUILDER = """\
Here is how I would set about “{topic}”, in steps of half an hour.

1. Write down what a good answer about *{a}* lets you do, in one sentence.
2. Find the smallest example that has both *{a}* and *{b}* in it.
3. Bring in *{c}* now, not earlier, so that you can see whether it helps."""

_ANALYST = """\
Laid side by side, the parts of “{topic}” are easier to judge.

| Part of the question | To find out | You can tell because |
|---|---|---|
| {a} | what exactly is meant by it? | two people describe it alike |
| {b} | what depends on it? | the result moves when it moves |

Give *{a}* about half of your attention, *{b}* a third, and leave the rest for *{c}*."""

_BRIEF = """\
“{topic}”, as short as a useful answer can be:

- Start with *{a}*, because everything else here refers to it sooner or later.
- Then add *{b}*, because that is where answers differ from one another.
- Leave *{c}* until somebody asks for it, since most people never do."""

_THINKER = """\
“{topic}” can be read in two ways, and they have two rather different answers.

**The narrow reading:** say what *{a}* is, give one example, and stop.

**The wide reading:** *{b}* comes first, because it decides what matters about *{a}*.

> In one line, on “{topic}”: settle the order before the details."""

_THOUGHTS = """\
The user asks about “{topic}”. The telling words are {a}, {b} and {c}.

Is it about {a} alone or about {b} as well? I will name both readings."""

AGGREGATOR: Final = "synthesist"
"""The simulated model that merges proposals; without any it explains."""

PROPOSERS: Final[Mapping[str, Voice]] = {
    "explainer": Voice(0.35, 35, _EXPLAINER),
    "sceptic": Voice(0.5, 28, _SCEPTIC),
    "builder": Voice(0.3, 40, _BUILDER),
    "analyst": Voice(0.6, 30, _ANALYST),
    "brief": Voice(0.2, 45, _BRIEF),
    "thinker": Voice(0.8, 32, _THINKER, _THOUGHTS),
}
VOICES: Final = {**PROPOSERS, AGGREGATOR: Voice(0.4, 40, _EXPLAINER)}
"""The simulated models by name; all but the last are proposers."""

BLIND: Final = "brief"
"""The simulated model that takes no images, as many real ones do."""

CODE: Final = {
    "python": "def answer(items):\n    return list(dict.fromkeys(items))",
    "sql": "SELECT item, COUNT(*) FROM items GROUP BY item ORDER BY 2 DESC LIMIT 10;",
}
"""Code by language, for questions that ask for some."""
