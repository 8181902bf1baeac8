"""Rebuilds the prompts that a run sent, and verifies them by their hashes."""

from collections.abc import Sequence
from dataclasses import replace

from moa_core.messages import Message, has_images
from moa_core.mixture import Seat, fitted_prompt, prompt_sha256
from moa_core.review.early_prompt import continued_prompts, provisional_prompt
from moa_core.run import (
    NO_REQUEST,
    Call,
    RunState,
    SeatState,
    WriterRequest,
    check_prompt,
)


def sent_to(
    state: RunState,
    seat: Seat,
    messages: Sequence[Message],
    request: WriterRequest = NO_REQUEST,
) -> tuple[Message, ...]:
    """What was sent to a seat that ``state``'s run asked itself, word for word.

    Args:
        state: The run; a reused seat was asked in an earlier one, by other proposals.
        seat: Whose prompt it is.
        messages: The conversation that the run answered.
        request: What another program asked of whoever wrote the answer.
    """
    call = state.seat_at(seat).call
    usual = _sent_to(state, seat, messages, request)
    if not call or not (has_images(messages) or has_images(request.messages or ())):
        return usual
    if matches_prompt_hash(call, usual):
        return usual
    told = request.messages and _in_words(request.messages)
    unseen = replace(request, messages=told)
    blind = _sent_to(state, seat, _in_words(messages), unseen)
    return blind if matches_prompt_hash(call, blind) else usual


def _in_words(messages: Sequence[Message]) -> tuple[Message, ...]:
    """``messages`` for a model that cannot see."""
    return tuple(message.without_images() for message in messages)


def _sent_to(
    state: RunState, seat: Seat, messages: Sequence[Message], request: WriterRequest
) -> tuple[Message, ...]:
    """What a seat was sent, whose model saw what images there are."""
    called = state.seat_at(seat)
    if called.role == "provisional":
        return provisional_prompt(state, request.messages or messages)
    for prompt in continued_prompts(state, called, messages):
        if called.call and matches_prompt_hash(called.call, prompt):
            return prompt
    writes = called.role == "aggregator"
    usual = _usual(state, called, messages, request if writes else NO_REQUEST)
    early = state.provisional
    if called.role == "aggregator" and early and early.status == "succeeded":
        checked = check_prompt(usual, early.text)
        if called.call and matches_prompt_hash(called.call, checked):
            return checked
    return usual


def _usual(
    state: RunState,
    called: SeatState,
    messages: Sequence[Message],
    request: WriterRequest,
) -> tuple[Message, ...]:
    """What a seat is sent whose proposals are all there."""
    texts = [each.text for each in state.read_at(called.seat)]
    window_tokens = called.call.window_tokens if called.call else None
    if window_tokens is not None:
        window_tokens -= request.parameter_tokens
    return fitted_prompt(
        called.agent,
        called.role,
        request.prompting(state.config),
        request.messages or messages,
        texts,
        window_tokens,
    ).messages


def matches_prompt_hash(call: Call, sent: Sequence[Message]) -> bool | None:
    """Whether ``call`` was sent exactly this; ``None`` if its hash was not kept."""
    if call.prompt_sha256 is None:
        return None
    return call.prompt_sha256 == prompt_sha256(sent)
