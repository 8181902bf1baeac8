"""Composes the prompts of an answer that begins before its drafts are complete.

Drafts are put in pieces, in the order in which they came, so that each prompt begins
with the one before it and a provider can read that from its cache (docs/adr/0052).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig, aggregator_prompt

STANDS: Final = "STANDS"
"""What an aggregator replies that leaves its provisional answer as it is."""

DONE: Final = "DONE"
"""What an aggregator replies that has nothing to add to what it wrote."""

_GROWING = (
    "The drafts are still being written: these are their beginnings, in pieces. Begin "
    "the answer with what they already settle."
)
_STILL_GROWING = "The drafts are still growing."
_COMPLETE = "The drafts, which came in pieces, are complete now."
_NOTHING = "(nothing new)"
_NO_MORE = "Draft {} ends there: what is missing of it never came."
_FURTHER = "More of the drafts:\n\n{}\n\n{} " + (
    "Write only what comes next in your answer, from exactly where you stopped; repeat "
    "nothing."
)
_FINISH = (
    f" Finish the answer. If nothing is missing from it, reply with the word {DONE}."
)
_BEGINNINGS = (
    "The drafts are still being written: these are their beginnings. Answer as well as "
    "they and your own knowledge allow; you will see your answer again when they are "
    "complete."
)
_CHECK = """\
Before the drafts were complete, you have already shown the user this answer:

<<<answer {mark}>>>
{answer}
<<<end of answer {mark}>>>

If nothing in it is wrong or missing in the light of all drafts, reply with the one \
word STANDS. Otherwise write the whole answer anew."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read of one draft at one step.

    Attributes:
        draft: Its number, from 1.
        text: What had come of it since the last step.
    """

    draft: int
    text: str


Step = tuple[Piece, ...]
"""What an aggregator read before it wrote on."""


@dataclass(frozen=True, slots=True)
class DraftsRead:
    """What an aggregator has read of the drafts.

    Attributes:
        steps: Its pieces, step by step.
        broken: Numbers of the drafts of which nothing more will come.
        complete: Whether all others are there to their ends.
    """

    steps: Sequence[Step]
    broken: Sequence[int] = ()
    complete: bool = False


def pieces_of(texts: Sequence[str], read: Sequence[Sequence[int]]) -> list[Step]:
    """Cut drafts into the pieces that were read of them.

    Args:
        texts: The drafts, in proposer order.
        read: For each step, up to which character each draft had been read.
    """
    before, steps = [0] * len(texts), list[Step]()
    for ends in read:
        new = enumerate(zip(texts, before, ends, strict=True), 1)
        pieces = [Piece(number, text[a:b]) for number, (text, a, b) in new if b > a]
        steps.append(tuple(pieces))
        before = list(ends)
    return steps


def growing_prompt(
    agent: AgentSpec, config: MoAConfig, messages: Sequence[Message], read: DraftsRead
) -> tuple[Message, ...]:
    """What an aggregator reads of drafts that grow, all pieces in one block.

    Args:
        agent: The aggregator.
        config: The mixture, with its prompts.
        messages: The conversation, ending with the user's question.
        read: What it has read.
    """
    block = f"{_fenced(read.steps, read.steps)}\n\n{_state(_GROWING, read)}"
    return aggregator_prompt(agent, config, messages, block)


def turns_prompt(
    agent: AgentSpec,
    config: MoAConfig,
    messages: Sequence[Message],
    read: DraftsRead,
    written: Sequence[str],
) -> tuple[Message, ...]:
    """The same for a model that begins a new answer in every turn of its own.

    Args:
        agent: The aggregator.
        config: The mixture, with its prompts.
        messages: The conversation, ending with the user's question.
        read: What it has read.
        written: What it wrote after each step but the last.
    """
    if len(read.steps) == 1:
        return growing_prompt(agent, config, messages, read)
    begun = DraftsRead(read.steps[:1])
    prompt = list(growing_prompt(agent, config, messages, begun))
    turns = zip(read.steps[1:], written, strict=True)
    for number, (step, text) in enumerate(turns, 2):
        now = read if number == len(read.steps) else begun
        more = _fenced([step], read.steps) or _NOTHING
        block = _FURTHER.format(more, _state(_STILL_GROWING, now))
        block += _FINISH if now.complete else ""
        prompt.append(Message.from_text("assistant", text))
        prompt.append(Message.from_text("user", block))
    return tuple(prompt)


def beginnings_note(prompt: Sequence[Message]) -> tuple[Message, ...]:
    """``prompt``, which has drafts, with a note that they are only beginnings."""
    return _with_more(prompt, _BEGINNINGS)


def check_prompt(prompt: Sequence[Message], provisional: str) -> tuple[Message, ...]:
    """``prompt``, which has all drafts, with the question if an answer stands.

    Args:
        prompt: What the aggregator would have been sent.
        provisional: What was shown.
    """
    mark = _mark([provisional])
    return _with_more(prompt, _CHECK.format(mark=mark, answer=provisional))


def _with_more(prompt: Sequence[Message], text: str) -> tuple[Message, ...]:
    *before, last = prompt
    return (*before, Message.from_text(last.role, f"{last.text}\n\n{text}"))


def _state(growing: str, read: DraftsRead) -> str:
    """How the drafts stand."""
    ended = [_NO_MORE.format(number) for number in read.broken]
    return " ".join([_COMPLETE if read.complete else growing, *ended])


def _fenced(shown: Sequence[Step], steps: Sequence[Step]) -> str:
    """The pieces of ``shown``, between marks that nothing in ``steps`` contains."""
    mark = _mark([piece.text for step in steps for piece in step], len(steps[0]))
    return "\n\n".join(
        f"<<<draft {piece.draft} {mark}>>>\n{piece.text}\n<<<end {mark}>>>"
        for step in shown
        for piece in step
    )


def _mark(texts: Sequence[str], first: int = 1) -> str:
    """A mark that no text contains; it depends on the ``first`` of them alone.

    So it stays the same while drafts grow, and whoever writes one cannot foresee it.
    """
    seed = "\0".join(texts[:first]).encode(errors="surrogatepass")
    mark = hashlib.sha256(seed).hexdigest()[:8]
    while any(mark in text for text in texts):
        mark = hashlib.sha256(mark.encode()).hexdigest()[:8]
    return mark
