"""Shows what each model of a run was sent, word for word, and how sure that is."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, Seat
from moa_core.review import matches_prompt_hash, sent_to
from moa_core.run import RunState, WriterRequest
from moa_core.text import one_line
from pages.component import Copy, draw_code
from pages.widgets.formatting import notices, run_words

ReadAsked: TypeAlias = Callable[[], tuple[Sequence[Message], WriterRequest]]
"""Reads what a run was asked: everybody, and whoever wrote its answer."""

LONGEST: Final = 100_000
"""Characters that are shown of a message; a picture in it may be many more."""

PROVEN = (
    ":material/verified: **Proven.** The hash that was kept when this call was made "
    "matches: this is what was sent, to the letter."
)
REBUILT = (
    ":material/history: **Rebuilt** from what is kept of the run. This call is from "
    "before prompts were hashed, so nothing proves it."
)
DIFFERS = (
    ":material/warning: **Not what was sent.** The hash that was kept when this call "
    "was made does not match what is rebuilt here: something of the run was changed."
)
_SAYS = {
    True: ("proven", PROVEN),
    None: ("rebuilt", REBUILT),
    False: ("differs", DIFFERS),
}


def sent_prompts(
    place: DeltaGenerator, uid: str, state: RunState, asked: ReadAsked
) -> None:
    """Choose a model that this run asked, and read what it was sent.

    Reused seats were asked by other runs.
    """
    seats = [seat.seat for seat in state.seats if seat.calls and not seat.reused]
    if not seats:
        place.caption("This run asked nobody.")
        return
    chosen = place.selectbox(
        "Sent to",
        seats,
        index=len(seats) - 1,
        format_func=lambda seat: _name(state, seat),
        key=f"{uid}-sent-to",
    )
    try:
        messages, request = asked()
        sent = sent_to(state, chosen, messages, request)
    except MoAError as error:
        notices.failure(place, error)
        return
    call = state.seat_at(chosen).calls[-1]
    name, sentence = _SAYS[matches_prompt_hash(call, sent)]
    place.container(key=f"{uid}-{name}").caption(sentence)
    seat_key = f"{uid}-sent-{chosen.layer_index}-{chosen.position}"
    for number, message in enumerate(sent):
        text = message.text if message.as_sent is None else _json(message.as_sent)
        role = (message.as_sent or {}).get("role", message.role)
        place.caption(f"**{role}** · {len(text):,} characters")
        copy = Copy(f"the {role} message")
        draw_code(place, text[:LONGEST], f"{seat_key}-{number}", copy)
    if request.extra and state.seat_at(chosen).role != "proposer":
        place.caption("**parameters**, as the program sent them")
        text = _json(request.extra)
        draw_code(place, text[:LONGEST], f"{seat_key}-extra", Copy("the parameters"))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _name(state: RunState, seat: Seat) -> str:
    """``Layer 1: gpt-4o-mini``; shown as it is, without Markdown."""
    asked = state.seat_at(seat)
    agents: tuple[AgentSpec, ...] = (asked.agent,)
    if asked.role == "provisional":
        where = f"{run_words.provisional_name(state.config)} answer"
    elif asked.role == "aggregator":
        where, agents = "Answer", state.config.aggregators
    else:
        where = f"Layer {seat.layer_index + 1}"
        agents = state.config.layers[seat.layer_index].proposers
    twice = [agent.ref for agent in agents].count(asked.agent.ref) > 1
    number = f" #{seat.position + 1}" if twice else ""
    return f"{where}: {one_line(asked.agent.ref, 60)}{number}"
