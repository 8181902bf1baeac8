"""Shows a run of a shared link: what its owner chose to show, and nothing else.

What is told is listed here name by name. What models were told, thought or failed of,
their endpoints, and costs and tokens unless they are shared, never leave the server.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from moa_core.mixture import MoAConfig
from moa_core.run import (
    Decision,
    FirstAnswerJudged,
    RunState,
    SeatState,
    decision_sentence,
)
from moa_core.text import one_line
from pages.widgets.formatting import figures, run_words
from pages.widgets.run_feed.run_json import (
    Json,
    Look,
    layer_json,
    place_json,
    seat_json,
    state_json,
)
from pages.widgets.run_feed.run_news import VERSION, packed
from storage.errors import NotFoundError
from storage.runs import StoredRun

SHARED: Final = "shared"

NO_ANSWER: Final = "No answer from this model."
NO_SYNTHESIS: Final = "No answer was written."
REPLACED: Final = "failed, so another model wrote the answer."
NOT_FINISHED: Final = "Stopped before it was finished."

_OF_RUN: Final = (
    "status", "answered", "asked", "answer", "drafts", "heading", "revised", "took",
)  # fmt: skip
_OF_LAYER: Final = ("asked", "doing", "answered", "of", "started_s", "took")
_OF_SEAT: Final = (
    "status", "page", "attempt", "took", "kept", "left_out", "late",
)  # fmt: skip
_COSTS_OF_RUN: Final = ("cost", "facts")
_COSTS_OF_SEAT: Final = ("cost", "line", "read", "doing")
_TOLD: Final = {"failed": NO_ANSWER, "interrupted": NOT_FINISHED}


def shared_name(token: str, place: int) -> str:
    """Names a run of a shared link, by its place in it: visitors learn no uid."""
    return f"{SHARED}:{token}:{place}"


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run as visitors of a shared link may see it; it can be looked at only.

    Args:
        name: Names it in every message, in place of its uid.
        load: Reads it, if the link still opens; with it, whether costs are shown.
    """

    name: str
    load: Callable[[], tuple[StoredRun, bool] | None]

    @property
    def end(self) -> str:
        """It had ended when it was shared."""
        return "done"

    async def first(self) -> str:
        """All that is shown.

        Raises:
            NotFoundError: The link opens nothing, or no such run.
            StorageError: It cannot be read.
        """
        found = await asyncio.to_thread(self.load)
        if found is None or found[0].state.live:
            raise NotFoundError(self.name)
        run, shows_costs = found
        return packed({"v": VERSION, "run": self.name, **_run_json(run, shows_costs)})

    async def next(self) -> None:
        """Nothing is ever new of it."""
        return

    def obey(self, command: Json) -> None:
        """Nothing can be done with it.

        Raises:
            ValueError: Always.
        """
        raise ValueError(f"a shared run takes no command, such as {command['do']!r}")


def _run_json(run: StoredRun, shows_costs: bool) -> Json:
    state = run.state
    now_s = state.now_s
    expected = (run.estimate.low, run.estimate.high) if run.estimate else None
    look = Look(state, now_s, live=False, expected=expected)
    costs = _COSTS_OF_RUN if shows_costs else ()
    return {
        "now_s": round(now_s, 2),
        "state": _only(state_json(look), *_OF_RUN, *costs)
        | {"decided": _decided(state, shows_costs), "notices": _notices(state)},
        "layers": [
            _only(layer_json(state, layer, now_s), *_OF_LAYER) for layer in state.layers
        ],
        "seats": [_seat(state, seat, shows_costs) for seat in state.seats],
        "d": [[at, seat.text] for at, seat in enumerate(state.seats) if seat.text],
    }


def _only(told: Json, *names: str) -> Json:
    return {name: told[name] for name in names if name in told}


def _seat(state: RunState, seat: SeatState, shows_costs: bool) -> Json:
    told = seat_json(state, seat, None)
    place = place_json(state, seat)
    shown = _only(place, "place", "role", "name") | _only(told, *_OF_SEAT)
    shown["model"] = one_line(seat.agent.model, 200)
    shown["doing"] = _outcome(seat)
    if shows_costs:
        shown |= _only(told, *_COSTS_OF_SEAT)
    reason = (seat.call.finish_reason if seat.call else None) or ""
    if cut := run_words.CUT_PROPOSAL.get(reason):
        shown["cut"] = cut
    if seat.status in _TOLD and seat.attempt:
        shown["error"] = {"text": _TOLD[seat.status]}
    return shown


def _outcome(seat: SeatState) -> str:
    """``3.1 s``, ``stopped``, ``not asked``: without what it cost."""
    if seat.status == "succeeded":
        return figures.seconds(seat.call.latency_s) if seat.call else "answered"
    return "not asked" if seat.status == "pending" else seat.status


def _decided(state: RunState, shows_costs: bool) -> list[Json]:
    said = []
    for _, decision in state.decisions:
        layer = getattr(decision, "layer_index", None)
        where = {} if layer is None else {"layer": layer}
        text = _sentence(decision, state.config, shows_costs)
        said.append({"kind": type(decision).__name__, "text": text, **where})
    return said


def _sentence(decision: Decision, config: MoAConfig, shows_costs: bool) -> str:
    if isinstance(decision, FirstAnswerJudged):  # learnt from what only its owner knows
        decision = replace(decision, votes=0)
        if not shows_costs:
            decision = replace(decision, saved_usd=0.0, saved_unknown_calls=0)
    return one_line(decision_sentence(decision, config), 400)


def _notices(state: RunState) -> list[Json]:
    """Why there is no answer, or whose it is, without what servers said."""
    said = [
        {"kind": "warning", "text": f"{run_words.model(seat.agent)} {REPLACED}"}
        for seat in state.aggregators
        if seat.status == "failed" and seat is not state.synthesis
    ]
    match state.status:
        case "failed":
            said.append({"kind": "error", "text": NO_SYNTHESIS})
        case "stopped" | "interrupted":
            said.append({"kind": "info", "text": NOT_FINISHED})
        case _:
            pass
    return said
