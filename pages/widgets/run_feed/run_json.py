"""Describes a run as JSON: everything a browser shows of it but its growing texts.

Every value is plain text, a number, or left out where there is nothing to say. What the
keys mean stands in docs/run-stream.md.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

from moa_core.errors import MoAError
from moa_core.run import LayerState, RunState, SeatState, decision_sentence
from moa_core.text import one_line
from moa_core.usage import Cost
from pages.widgets.formatting import figures, run_words

Json: TypeAlias = dict[str, Any]

LONGEST_DIFFERENCE: Final = 60_000
"""Characters of two texts together; longer ones are not compared."""

LONGEST_CALL: Final = 4000
"""Characters that are shown of a call of a tool."""

READY_S: Final = 2.0
"""How long the first of a layer waits for the others before one may go on without."""


@dataclass(frozen=True, slots=True)
class Look:
    """A run as it is seen at one moment.

    Attributes:
        now_s: Run time.
        live: Whether more is to come: more of its text, or that its end is kept.
        expected: What it was thought to cost, at least and at most.
        trouble: Why what arrives cannot be kept now.
        more: What else there is to say of the run, such as the pace of a replay.
        era: Grows when time has gone backwards: then all is told anew.
    """

    state: RunState
    now_s: float
    live: bool
    expected: tuple[Cost, Cost] | None = None
    trouble: MoAError | None = None
    more: Json = field(default_factory=dict)
    era: int = 0


def state_json(look: Look) -> Json:
    """The run as a whole: what it is doing, what it cost, and how it ended."""
    state = look.state
    shown = state.synthesis.seat
    proposers = sum(len(layer.seats) for layer in state.layers)
    said: Json = {
        "status": state.status,
        "live": look.live,
        "doing": run_words.run_doing(state) if look.live else None,
        "answered": state.answered,
        "asked": state.asked,
        "answer": proposers + shown.position if state.synthesises else None,
        "drafts": len(state.read_at(shown)),
        "cost": run_words.spent(state) if state.calls else None,
        "heading": run_words.answer_heading(state),
        "revised": _revised(state),
        "decided": [
            _said(
                {
                    "kind": type(decision).__name__,
                    "text": one_line(decision_sentence(decision, state.config), 400),
                    "layer": getattr(decision, "layer_index", None),
                }
            )
            for _, decision in state.decisions
        ],
        "trouble": look.trouble and _error(look.trouble),
        **look.more,
    }
    if not state.live:
        took_s = state.latency_s
        said["took"] = None if took_s is None else figures.seconds(took_s)
        said["facts"] = figures.plain(figures.run_facts(state, look.expected))
        said["notices"] = _notices(state)
    return _said(said)


def _revised(state: RunState) -> Json | None:
    """What stood there before the answer, and the words that were changed."""
    if not state.revised or state.provisional is None:
        return None
    label = run_words.provisional_name(state.config)
    if state.config.pace.auto:
        return {"label": f"{label} answer, by one model"}
    before, after = state.provisional.text, state.synthesis.text
    parts = None if state.live else _difference(before, after)
    return _said({"label": f"{label} answer, before it was revised", "parts": parts})


@lru_cache(maxsize=32)
def _difference(before: str, after: str) -> list[list[str]] | None:
    if len(before) + len(after) > LONGEST_DIFFERENCE:
        return None
    from moa_core.similarity import word_difference

    return [[part.kind, part.text] for part in word_difference(before, after)]


def layer_json(state: RunState, layer: LayerState, now_s: float) -> Json:
    """One layer: its tally, its clock, and an offer to go on without who is late."""
    took_s = None
    if layer.started_s is not None and layer.finished_s is not None:
        took_s = layer.finished_s - layer.started_s
    return _said(
        {
            "asked": bool(state.rework.asked_of(state.config, layer.index)),
            "doing": run_words.layer_doing(layer, live=state.live),
            "answered": layer.answered,
            "of": layer.asked,
            "started_s": _rounded(layer.started_s),
            "took": None if took_s is None else figures.seconds(took_s),
            "offer": _offer(layer, now_s) if state.live else None,
        }
    )


def _offer(layer: LayerState, now_s: float) -> Json | None:
    """Whom a layer waits for, once one proposal has been ready for a while."""
    ready_s = [
        seat.call.started_at_s + seat.call.latency_s
        for seat in layer.seats
        if seat.call and seat.status == "succeeded" and not seat.reused
    ]
    missing = [seat for seat in layer.seats if not seat.ended]
    under_way = layer.started_s is not None and layer.finished_s is None
    if not (missing and under_way and ready_s and now_s >= min(ready_s) + READY_S):
        return None
    says, label = run_words.layer_offer(layer)
    seat = missing[0].seat
    alone = [seat.layer_index, seat.position] if len(missing) == 1 else None
    return _said(
        {"says": says, "end": label, "missing": len(missing), "restart": alone}
    )


def place_json(state: RunState, seat: SeatState) -> Json:
    """Who sits at a seat, which never changes."""
    beside = [] if seat.role == "provisional" else state.aggregators
    if seat.role == "proposer":
        beside = state.layers[seat.seat.layer_index].seats
    same = [each.agent.ref for each in beside[: seat.seat.position]]
    number = same.count(seat.agent.ref) + 1
    name = run_words.model(seat.agent)
    return {
        "place": [seat.seat.layer_index, seat.seat.position],
        "role": seat.role,
        "name": f"{name} #{number}" if number > 1 else name,
        "model": one_line(seat.agent.ref, 200),
        "endpoint": one_line(seat.agent.endpoint, 48),
    }


def seat_json(state: RunState, seat: SeatState, quiet: Json | None) -> Json:
    """What a seat is doing, or what became of it; its text comes apart."""
    call = seat.call
    called = call.tool_calls if call else ()
    since_s = {
        "queued": seat.queued_s,
        "loading": seat.loading_s,
        "waiting": seat.since_s,
        "writing": seat.since_s,
    }
    earlier = [
        {"label": run_words.earlier_label(each), "text": each.text}
        for each in seat.earlier
        if each.text.strip() and not each.continued
    ]
    return _said(
        {
            "status": seat.status,
            "page": seat.page,
            "attempt": seat.attempt,
            "doing": run_words.seat_doing(state, seat),
            "since_s": _rounded(since_s.get(seat.status)),
            "quiet": quiet,
            "took": figures.seconds(call.latency_s) if call else None,
            "cost": figures.plain(figures.money(call.cost)) if call else None,
            "line": run_words.figures_of(call) if call else None,
            "read": figures.plain(figures.prompt_line(call.usage)) if call else None,
            "cut": _cut(seat),
            "error": _error(seat.error) if seat.error else None,
            "notes": one_line(" ".join(seat.notes), 400),
            "tools": [one_line(each.text, LONGEST_CALL) for each in called],
            "earlier": earlier,
            "kept": seat.reused,
            "left_out": not seat.included,
            "late": seat.late,
        }
    )


def _cut(seat: SeatState) -> str | None:
    reason = (seat.call.finish_reason if seat.call else None) or ""
    proposes = seat.role == "proposer"
    words = run_words.CUT_PROPOSAL if proposes else run_words.CUT_ANSWER
    return words.get(reason)


def _notices(state: RunState) -> list[Json]:
    """Why a run has no answer, or what to know about the one it has."""
    said = [
        {"kind": "warning", "text": run_words.replaced(seat, seat.error)}
        for seat in state.aggregators
        if seat.status == "failed" and seat is not state.synthesis and seat.error
    ]
    match state.status:
        case "failed" if state.error:
            more = {"reasons": run_words.failures(state.error)}
            said.append(_said({"kind": "error", **_error(state.error), **more}))
        case "stopped" if state.synthesises:
            said.append({"kind": "info", "text": run_words.STOPPED})
        case "interrupted" if state.synthesises:
            said.append({"kind": "warning", "text": run_words.INTERRUPTED})
        case _:
            pass  # the seat that was asked again says so
    return said


def _error(error: MoAError) -> Json:
    return {"text": run_words.message(error), "advice": run_words.advice(error)}


def _rounded(at_s: float | None) -> float | None:
    return None if at_s is None else round(at_s, 2)


def _said(values: Json) -> Json:
    """``values`` without those that say nothing."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value not in ("", [])
    }
