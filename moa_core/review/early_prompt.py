"""Rebuilds the prompts of an answer that was begun before its drafts were complete."""

from collections.abc import Iterator, Sequence

from moa_core.messages import Message
from moa_core.mixture import prompt_for
from moa_core.run import (
    CONTINUED,
    AnswerBegun,
    DraftsRead,
    RunState,
    SeatState,
    beginnings_note,
    growing_prompt,
    pieces_of,
    turns_prompt,
)


def provisional_prompt(
    state: RunState, messages: Sequence[Message]
) -> tuple[Message, ...]:
    """What the provisional answer of ``state`` was written from."""
    agent, begun, texts = state.config.aggregator, begun_of(state), list[str]()
    if begun and begun.read:
        read = zip(_drafts(state), begun.read[0], strict=False)
        texts = [draft.text[:end] for draft, end in read if end]
    prompt = prompt_for(agent, "aggregator", state.config, messages, texts)
    return beginnings_note(prompt) if texts else prompt


def continued_prompts(
    state: RunState, seat: SeatState, messages: Sequence[Message]
) -> Iterator[tuple[Message, ...]]:
    """What the last request of an answer in several may have been sent."""
    begun = begun_of(state)
    written = [call.text for call in seat.calls if call.finish_reason == CONTINUED]
    if begun is None or not written:
        return
    drafts = _drafts(state)
    steps = pieces_of([draft.text for draft in drafts], begun.read)
    numbers = {piece.draft for step in steps for piece in step}
    broken = [
        number
        for number, draft in enumerate(drafts, 1)
        if number in numbers and not (draft.included and draft.status == "succeeded")
    ]
    for complete in (True, False):
        read = DraftsRead(steps, broken, complete)
        about = state.config.aggregator, state.config, messages, read
        if begun.in_turns:
            yield turns_prompt(*about, [text.lstrip() for text in written])
        else:
            shown = Message.from_text("assistant", "".join(written))
            yield (*growing_prompt(*about), shown)


def begun_of(state: RunState) -> AnswerBegun | None:
    """How the answer was begun early, if it was."""
    begun = [each for _, each in state.decisions if isinstance(each, AnswerBegun)]
    return begun[-1] if begun else None


def _drafts(state: RunState) -> list[SeatState]:
    """What there was to read along: who was asked, and who was read anyway."""
    return [
        seat
        for seat in state.layers[-1].seats
        if seat.calls
        and (not seat.reused or (seat.included and seat.status == "succeeded"))
    ]
