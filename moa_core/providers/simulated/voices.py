"""The simulated proposers: how each of them writes about a question.

None of them knows anything; each shows a way of thinking about the user's own words,
so that mixtures can be seen, learnt and tested without a key. Every text says that it
is simulated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from moa_core.providers.simulated.code_block import code_block
from moa_core.providers.simulated.question import Question, QuestionKind
from moa_core.providers.simulated.relevant_sentences import best_point

Writer = Callable[[Question, Random], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One simulated model.

    Attributes:
        write: Gives the paragraphs of its answer.
        think: Gives the reasoning that comes first; ``None`` if it shows none.
        first_token_s: Seconds it takes to begin, at lifelike pace.
        tokens_per_s: Speed at which it writes, at lifelike pace.
    """

    write: Writer
    think: Writer | None = None
    first_token_s: float
    tokens_per_s: float


def label(name: str, references: int = 0) -> str:
    """The first line of every text: it stays when the text is cut or stopped.

    Args:
        name: The model.
        references: How many proposals it read.
    """
    read = f", from {references} proposals" if references > 1 else ""
    return f"*Simulated answer by “{name}”{read}. No real model was asked.*"


_LEADS: Mapping[QuestionKind, str] = {
    "code": "“{topic}” is mostly a question of what goes in and what must come out.",
    "compare": "**{a}** and **{b}** serve different needs, so neither is better until "
    "you say what you need.",
    "how": "The calm way to **{topic}** is to begin smaller than feels useful, look at "
    "what happens, and only then add the next piece.",
    "why": "“{text}” asks for a cause, and a cause is easiest to see by asking what "
    "would be different without it.",
    "list": "A list for “{topic}” helps only if it is short enough to act on.",
    "decide": "Whether “{topic}” is right for you hangs on two things: what it costs "
    "to be wrong, and how soon you would notice.",
    "open": "“{topic}” sounds like one thing, but it is easier to follow as three.",
}


def _lead(question: Question) -> str:
    a, b = question.sides
    return _LEADS[question.kind].format(
        topic=question.topic, text=question.text[:120], a=a, b=b
    )


def _links(question: Question) -> list[str]:
    """How the text ties in with the turn before and with the layer before."""
    links = []
    if question.earlier:
        links.append(
            f"You asked about *{question.earlier}* before; this goes on from there "
            "instead of starting over."
        )
    if question.references and (point := best_point(question)):
        links.append(f"One point from the layer before is worth keeping: {point}")
    return links


def explainer(question: Question, rng: Random) -> list[str]:
    """Plain words, a picture from daily life, a summary."""
    first, second = question.term(0), question.term(1)
    picture = rng.choice(
        [
            "Think of a kitchen: the recipe is written down, but the oven decides. "
            f"Here *{first}* plays the recipe and *{second}* the oven, and most "
            "surprises come from the oven.",
            "Think of a bicycle: you steer at the front, but the push comes from the "
            f"back. Here you steer with *{first}*, and *{second}* gives the push.",
            "Think of a library: the catalogue is small and the shelves are large. "
            f"Here *{first}* is the catalogue and *{second}* the shelves; you need "
            "both, in that order.",
        ]
    )
    return [
        _lead(question),
        *_links(question),
        "### What a good answer explains",
        f"It says what *{first}* is, then what that has to do with *{second}*, and "
        "only then goes into detail. Most misunderstandings come from mixing the two "
        f"up: people talk about *{first}* while the surprise is in *{second}*. Keeping "
        "them apart is half of the explanation, and it is why two honest answers to "
        "this question can differ and both be right.",
        "### A picture",
        picture,
        *_code_if_asked(question),
        "### To remember",
        f"- Say which *{first}* you mean before you explain it.\n"
        f"- Give one example of *{second}* that everybody knows.\n"
        f"- Leave *{question.term(2)}* for the end; the rest stands without it.",
    ]


def sceptic(question: Question, rng: Random) -> list[str]:
    """Doubts in a numbered list, and what would settle them."""
    doubt = rng.choice(
        [
            "The loudest answer is seldom the tested one",
            "What is easy to measure is not always what matters",
            "An example that fits is not yet a reason",
        ]
    )
    first, second = question.term(0), question.term(1)
    return [
        f"Before anybody answers “{question.text[:120]}”, three doubts are in order.",
        *_links(question),
        "1. **The question may hide a choice.** Somebody who starts with "
        f"*{first}* hears another question than somebody who starts with *{second}*.\n"
        f"2. **{doubt}.** Ask who has looked at *{second}* closely, how often, and "
        "what they left out of the report.\n"
        "3. **The answer may have a date.** What was written about "
        f"*{question.term(2)}* some years ago may not hold any more.",
        f"I would trust an answer about *{first}* if it also said when it does not "
        "hold. Without that, it is a story: useful for ideas, too weak for a decision.",
        *_code_if_asked(question),
        "**What would change my mind:** one source that looked for the opposite, "
        "looked as hard, and did not find it.",
    ]


def builder(question: Question, rng: Random) -> list[str]:
    """Steps to take, code where code is asked for, and how to know it works."""
    first, second, third = (question.term(index) for index in range(3))
    span = rng.choice(["half an hour", "one evening", "an afternoon"])
    return [
        f"Here is how I would set about “{question.topic}”, in steps of {span}.",
        *_links(question),
        f"1. Write down what a good answer about *{first}* lets you do, in one "
        "sentence that somebody else could check.\n"
        f"2. Find the smallest example that has both *{first}* and *{second}* in it.\n"
        "3. Hold it against the sentence of step 1, and change only what disagrees.\n"
        f"4. Bring in *{third}* now, not earlier: before step 3 you would not know "
        "whether it helped.\n"
        "5. Keep a note of what you changed and why; the next attempt starts from it.",
        *_code_if_asked(question),
        "### How to know that it works",
        "- It holds for the smallest case you can think of, and for the largest.\n"
        "- Somebody who was not there can repeat it from your note.\n"
        f"- It would still stand without *{third}*.",
        "If you get stuck, go back one step, not to the beginning.",
    ]


def analyst(question: Question, rng: Random) -> list[str]:
    """A table, and how to read it."""
    return [
        f"Laid side by side, the parts of “{question.topic}” are easier to judge.",
        *_links(question),
        _table(question),
        "### Reading the table",
        rng.choice(
            [
                "The last column decides, not the first: rows you cannot check should "
                "weigh less, however convincing they sound.",
                "Start with the row you can check today. It costs little, and it tells "
                "you how far to trust the others.",
                "If two rows pull in different directions, the one that is cheaper to "
                "undo should win.",
            ]
        ),
        f"Give *{question.term(0)}* about half of your attention, "
        f"*{question.term(1)}* a third, and leave the rest for what you have not "
        "thought of. The shares are a starting point and not a measurement.",
        *_code_if_asked(question),
        f"One figure is missing that would help most: how often *{question.term(1)}* "
        "makes the difference.",
    ]


def _table(question: Question) -> str:
    if question.kind == "compare":
        a, b = question.sides
        return (
            f"| What matters | {a} | {b} | How to check |\n|---|---|---|---|\n"
            "| Getting started | an hour with a good guide | an hour with a good guide "
            "| do the same small task in both |\n"
            "| Daily use | note what you miss | note what you miss | keep a list for a "
            "week |\n"
            "| Changing your mind | what would have to be redone? | what would have to "
            "be redone? | ask somebody who did |"
        )
    rows = [
        f"| {term} | {asks} | {sign} |"
        for term, (asks, sign) in zip(
            dict.fromkeys(question.term(index) for index in range(3)),
            [
                ("what exactly is meant by it?", "two people describe it alike"),
                ("what depends on it?", "the result moves when it moves"),
                ("what if it were missing?", "somebody would notice within a week"),
            ],
            strict=False,
        )
    ]
    head = (
        "| Part of the question | To find out | You can tell because |\n|---|---|---|"
    )
    return "\n".join([head, *rows])


def brief(question: Question, rng: Random) -> list[str]:
    """As short as an answer can be."""
    verdict = rng.choice(["Start", "Begin", "Go first"])
    return [
        _lead(question),
        *_links(question)[:1],
        f"- {verdict} with *{question.term(0)}*: everything else refers to it.\n"
        f"- Then add *{question.term(1)}*, because that is where answers differ.\n"
        f"- Leave *{question.term(2)}* until somebody asks for it.",
        *_code_if_asked(question),
        "If only one sentence may stay: do less, look sooner, and decide "
        f"about *{question.term(0)}* with the result in front of you.",
    ]


def thinker(question: Question, rng: Random) -> list[str]:
    """Two readings of the question, and which one to answer."""
    first, second = question.term(0), question.term(1)
    return [
        f"“{question.text[:120]}” can be read in two ways, and they have different "
        "answers.",
        *_links(question),
        f"**The narrow reading:** say what *{first}* is, give one example, and stop.",
        f"**The wide reading:** *{first}* and *{second}* belong together, and "
        f"*{second}* comes first, because it decides what matters about *{first}*.",
        *_code_if_asked(question),
        rng.choice(
            [
                "I take the wide reading. The narrow one is right in the sense that "
                "nobody can object to it, which is not the same as being useful.",
                "I take the narrow reading here. The wide one is more interesting, but "
                "it can be answered afterwards, and the other way round does not work.",
            ]
        ),
        f"> In one line, on “{question.topic}”: settle the order before the details.",
    ]


def thoughts(question: Question, rng: Random) -> list[str]:
    """The reasoning that the thinker shows before its answer."""
    return [
        f"The user asks: {question.text[:160]}",
        f"The telling words are {', '.join(question.terms)}. "
        + (
            f"The turn before was about {question.earlier}, so this is a follow-up. "
            if question.earlier
            else "There is no earlier turn to take into account. "
        )
        + (
            f"I was given {len(question.references)} drafts to weigh. "
            if question.references
            else ""
        ),
        f"Is this about {question.term(0)} itself or about {question.term(1)} as well? "
        + rng.choice(["Both readings are fair.", "The wording leaves it open."])
        + " I will name the two readings, answer each briefly, then choose one.",
    ]


def _code_if_asked(question: Question) -> list[str]:
    return [code_block(question)] if question.kind == "code" else []


PROPOSERS: Mapping[str, Voice] = {
    "explainer": Voice(write=explainer, first_token_s=0.35, tokens_per_s=70),
    "sceptic": Voice(write=sceptic, first_token_s=0.5, tokens_per_s=55),
    "builder": Voice(write=builder, first_token_s=0.3, tokens_per_s=80),
    "analyst": Voice(write=analyst, first_token_s=0.6, tokens_per_s=60),
    "brief": Voice(write=brief, first_token_s=0.2, tokens_per_s=90),
    "thinker": Voice(write=thinker, think=thoughts, first_token_s=0.8, tokens_per_s=65),
}
