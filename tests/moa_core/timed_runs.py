"""Runs whose calls took exactly as long as a test says."""

from moa_core.mixture.config import Seat
from moa_core.run.events import CallFinished, LayerStarted, RunAborted, RunFinished
from moa_core.run.results import Call
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Usage
from tests.moa_core.scripted import agent, mixture

TWO_LAYERS = mixture(["a", "b"], ["c", "d"])


def call(seat, started_s, took_s, *, role="proposer", first_s=None, **more):
    told = {
        "role": role,
        "seat": Seat(*seat),
        "attempt": 1,
        "agent": agent("x"),
        "outcome": "succeeded",
        "text": "words",
        "reasoning": "",
        "finish_reason": "stop",
        "usage": Usage(),
        "price": None,
        "cost": FREE,
        "started_at_s": started_s,
        "ttft_s": first_s,
        "latency_s": took_s,
    }
    return Call(**told | more)


def ended(config, calls, latency_s, error=None):
    """A run with these calls, the last one of a seat being how it ended."""
    state = RunState(config)
    for each in calls:
        index, seat = each.seat.layer_index, state.seat_at(each.seat)
        if each.role == "proposer" and state.layers[index].started_s is None:
            state.apply(LayerStarted(each.started_at_s, index))
        if seat.call:
            seat.restart(seat.call, 0.5)
        seat.start(each.attempt, each.started_at_s)
        state.apply(CallFinished(each.started_at_s + each.latency_s, each))
    bill = {"usage": state.usage, "cost": state.cost, "latency_s": latency_s}
    if error:
        state.apply(RunAborted(at_s=latency_s, error=error, text="", **bill))
    else:
        end = RunFinished(
            at_s=latency_s, text="", finish_reason=None, ttft_s=None, **bill
        )
        state.apply(end)
    return state


def plain_run():
    return ended(
        TWO_LAYERS,
        [
            call((0, 0), 0.0, 2.0, first_s=0.5),
            call((0, 1), 0.0, 5.0, first_s=1.0),
            call((1, 0), 5.0, 4.0),
            call((1, 1), 5.0, 3.0),
            call((2, 0), 9.0, 6.0, role="aggregator", first_s=2.0),
        ],
        15.0,
    )
