"""Chooses what of a chat is shared: ended runs, in the versions that were chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from moa_core.run import RunState
from moa_core.text import one_line
from pages.widgets.formatting import counted
from storage.conversations import Conversation, Turn
from storage.runs import StoredRun
from storage.sharing import LONGEST_TITLE, LinkKind

ShownRun: TypeAlias = Callable[[Turn], StoredRun | None]
"""The run by which a turn is drawn."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a link would show.

    Attributes:
        title: What its page would be called.
        runs: In the order in which they would be shown; none of them is under way.
    """

    conversation_uid: str
    kind: LinkKind
    title: str
    runs: tuple[StoredRun, ...]

    @property
    def has_prompts(self) -> bool:
        """Whether a model got a system prompt of its own."""
        return any(
            agent.system_prompt
            for run in self.runs
            for agent in run.state.config.agents
        )

    @property
    def summary(self) -> str:
        """``2 questions, with 6 proposals and 2 answers``, in Markdown."""
        states = [run.state for run in self.runs]
        proposals = sum(map(_proposals, states))
        answers = sum(1 for state in states if state.synthesis.text)
        told = [
            counted(count, noun)
            for count, noun in ((proposals, "proposal"), (answers, "answer"))
            if count
        ]
        questions = f"**{counted(len(states), 'question')}**"
        return f"{questions}, with {' and '.join(told)}" if told else questions


def contents_of_chat(conversation: Conversation, shown: ShownRun) -> Contents:
    """A chat along the path on which it was loaded."""
    turns = conversation.turns
    followers: Sequence[Turn | None] = [*turns[1:], None]
    runs = (
        _chosen(turn, follower, shown)
        for turn, follower in zip(turns, followers, strict=True)
    )
    ended = tuple(run for run in runs if run)
    return Contents(conversation.uid, "chat", conversation.title, ended)


def contents_of_answer(conversation: Conversation, run_uid: str) -> Contents:
    """One question of a chat with one of its answers."""
    for turn in conversation.turns:
        for run in turn.runs:
            if run.uid == run_uid and not run.state.live:
                title = one_line(turn.question.text, LONGEST_TITLE)
                return Contents(conversation.uid, "answer", title, (run,))
    return Contents(conversation.uid, "answer", "", ())


def _chosen(turn: Turn, follower: Turn | None, shown: ShownRun) -> StoredRun | None:
    """The version that is looked at, else the one with which the chat went on."""
    ended = [run for run in turn.runs if not run.state.live]
    looked_at = shown(turn)
    if looked_at in ended and looked_at is not turn.run:
        return looked_at
    goes_on = follower.origin if follower else turn.answer
    of_chat = (run for run in ended if goes_on and run.answer == goes_on)
    return next(of_chat, ended[-1] if ended else None)


def _proposals(state: RunState) -> int:
    return sum(bool(seat.text) for layer in state.layers for seat in layer.seats)
