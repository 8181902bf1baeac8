"""Runs that hypothesis makes up: what each model does, and what the user does."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st

from moa_core.engine.budget import Budget
from moa_core.engine.execution import Engine
from moa_core.errors import (
    BrokenStreamError,
    ConfigError,
    DeadlineError,
    KeyRefusedError,
)
from moa_core.mixture.config import METHODS, MoAConfig, Seat
from moa_core.plan.rework_plan import Plan, rerun_from_layer, resynthesise, retry_seats
from moa_core.pricing import PriceBook
from moa_core.run.completion import (
    Begin,
    Continued,
    Delta,
    Finish,
    Note,
    Report,
    Restart,
    SignOfLife,
    Timed,
)
from moa_core.run.controls import Controls
from moa_core.run.rework import FULL_RUN, Rework
from moa_core.run.run_state import RunState
from moa_core.settings import OwnPrice
from tests.moa_core.generated import usages
from tests.moa_core.scripted import QUESTION, ScriptedProvider, failure, mixture

MODELS = ("a", "b", "c", "chief", "deputy")
OWN = OwnPrice(input_usd_per_mtok=Decimal("0.5"), output_usd_per_mtok=Decimal("1.5"))

deltas = st.builds(
    Delta,
    st.text(max_size=5) | st.sampled_from(["1", "2"]),
    st.sampled_from(["answer", "reasoning"]),
)
pauses = st.sampled_from([0, 0.0005])
notes = st.builds(Note, st.sampled_from(["Sent without it.", "Sent again."]))
errors = st.sampled_from(
    [
        failure("x", BrokenStreamError, "broke off"),
        failure("x", DeadlineError, "silent"),
        failure("x", KeyRefusedError, "no"),
    ]
)
signs = st.just(SignOfLife()) | st.just(Timed(60.0, 60.0))
pieces = st.lists(deltas | deltas | pauses | notes | signs, max_size=5)
restarts = st.builds(
    lambda error, pause: [Restart(error, pause), pause, Begin()], errors, pauses
)
continuations = st.builds(
    lambda reason, usage, pause: [
        Continued(reason=reason, report=Report(usage=usage)),
        pause,
        Begin(),
    ],
    st.sampled_from(["continued", "probe"]),
    st.none() | usages,
    pauses,
)
finishes = st.builds(
    Finish,
    reason=st.sampled_from(["stop", "length"]),
    usage=st.none() | usages,
    model=st.none() | st.just("x-v2"),
)
cuts = st.builds(
    Finish,
    reason=st.just("deadline"),
    error=st.just(failure("x", DeadlineError, "cut")),
)
ends = finishes | cuts | errors | st.just(ValueError("a bug in an adapter"))
scripts = st.builds(
    lambda attempts, last, end: [
        *(step for tried, again in attempts for step in (*tried, *again)),
        *last,
        end,
    ],
    st.lists(st.tuples(pieces, restarts | continuations), max_size=2),
    pieces,
    ends,
)
layers = st.lists(
    st.lists(st.sampled_from(MODELS[:3]), min_size=1, max_size=3), max_size=2
)


@dataclass(frozen=True)
class Move:
    """What the user does ``delay_s`` after as many events."""

    after: int
    delay_s: float
    what: str
    args: tuple

    def make(self, controls):
        """Do it in a callback, as the loop's thread does it for a page."""
        act = getattr(controls, self.what)
        asyncio.get_running_loop().call_later(self.delay_s, act, *self.args)


@dataclass(frozen=True)
class Made:
    """One made-up run, and what the user does to it."""

    config: MoAConfig
    scripts: dict
    priced: frozenset
    moves: tuple
    budget: Budget | None
    rework: Rework = FULL_RUN

    def events(self):
        """What the real engine tells of it."""
        return asyncio.run(self._events())

    async def _events(self):
        prices = PriceBook({f"lab/{model}": OWN for model in self.priced})
        provider = ScriptedProvider(self.scripts)
        engine, controls, told = Engine({"lab": provider}, prices), Controls(), []
        run = engine.run(self.config, QUESTION, controls, self.budget, self.rework)
        async with aclosing(run) as events:
            async for event in events:
                told.append(event)
                for move in self.moves:
                    if move.after == len(told):
                        move.make(controls)
        assert provider.open == set()
        return told


seats = st.builds(Seat, st.integers(0, 2), st.integers(0, 2))
after, delays = st.integers(1, 25), st.sampled_from([0, 0, 0.0003, 0.001])
moves = st.lists(
    st.builds(Move, after, delays, st.just("stop"), st.just(()))
    | st.builds(
        Move,
        after,
        delays,
        st.sampled_from(["stop_seat", "restart_seat", "restart_seat"]),
        st.tuples(seats),
    )
    | st.builds(
        Move, after, delays, st.just("end_layer"), st.tuples(st.integers(0, 2))
    ),
    max_size=4,
).map(tuple)
played = st.fixed_dictionaries(dict.fromkeys(MODELS, scripts))
whole_runs = st.builds(
    lambda seats, deputies, method, *rest: Made(
        mixture(*seats, fallbacks=deputies, method=method if seats else "synthesise"),
        *rest,
    ),
    layers,
    st.sampled_from([(), ("deputy",)]),
    st.sampled_from(METHODS),
    played,
    st.frozensets(st.sampled_from(MODELS)),
    moves,
    st.none()
    | st.builds(
        Budget,
        limit_usd=st.sampled_from([Decimal("0.00001"), Decimal("0.0001")]),
        allow_unknown=st.booleans(),
    ),
)


def state_after(made):
    """What is known when ``made`` has ended."""
    state = RunState(made.config, made.rework)
    for event in made.events():
        state.apply(event)
    return state


def gone_on(made, kind, chosen, layer_index, scripts, moves):
    """A run that goes on from ``made``, if it can; else it is made anew."""
    state = state_after(made)
    try:
        match kind:
            case "retry":
                plan = retry_seats(state, chosen & {seat.seat for seat in state.seats})
            case "synthesis":
                plan = resynthesise(state, included=chosen or None)
            case _:
                plan = rerun_from_layer(state, min(layer_index, len(state.layers)))
    except ConfigError:
        plan = Plan(made.config, FULL_RUN)
    return replace(
        made, config=plan.config, rework=plan.rework, scripts=scripts, moves=moves
    )


def going_on(before):
    """Runs that go on from those of ``before``."""
    return st.builds(
        gone_on,
        before,
        st.sampled_from(["retry", "synthesis", "rerun_from_layer"]),
        st.frozensets(seats, max_size=3),
        st.integers(0, 2),
        played,
        moves,
    )


reworks = going_on(whole_runs) | going_on(going_on(whole_runs))
runs = whole_runs | reworks
