"""Tells of the progress of a run beside its answer, as ``polyphony`` of a chunk."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from moa_core.openai_wire.answers import call_values
from moa_core.run import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallRestarted,
    CallRole,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunDecided,
    RunEvent,
    decision_to_dict,
)

_NAMES: Final[Mapping[CallRole, str]] = {
    "proposer": "proposal",
    "aggregator": "synthesis",
    "judge": "synthesis",
    "provisional": "provisional",
    "title": "title",
}


def progress_of(event: RunEvent) -> dict[str, Any] | None:
    """What is told of the progress of a run; layers count from 1."""
    at = {"at_s": round(event.at_s, 3)}
    match event:
        case LayerStarted():
            return {"event": "layer_started", **at, "layer": event.layer_index + 1}
        case LayerFinished():
            return {
                "event": "layer_finished",
                **at,
                "layer": event.layer_index + 1,
                "answered": event.answered,
                "asked": event.asked,
            }
        case CallStarted(role="aggregator" | "provisional") if not event.continues:
            name = f"{_NAMES[event.role]}_started"
            return {"event": name, **at, "model": event.agent.ref}
        case CallFinished(role="proposer" | "provisional"):
            return _call("finished", event, at)
        case CallFailed():
            return _call("failed", event, at)
        case CallRestarted():
            return _call("restarted", event, at)
        case RunDecided():
            told = decision_to_dict(event.decision)
            return {"event": "decided", **at, "decision": told}
        case _:
            return None


def _call(
    what: str, event: CallFinished | CallFailed | CallRestarted, at: Mapping[str, float]
) -> dict[str, Any]:
    name = f"{_NAMES[event.role]}_{what}"
    return {"event": name, **at, "call": call_values(event.call)}


def joined(events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """``events``, with words of one writer that follow each other as one."""

    def who(event: RunEvent) -> object:
        if isinstance(event, CallDelta):
            return event.role, event.seat, event.kind
        return id(event)

    for _, group in groupby(events, who):
        first, *others = group
        if isinstance(first, CallDelta) and others:
            texts = [
                each.text for each in (first, *others) if isinstance(each, CallDelta)
            ]
            first = CallDelta(
                others[-1].at_s, first.role, first.seat, "".join(texts), first.kind
            )
        yield first
