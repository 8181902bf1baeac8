"""Runs that hypothesis makes up: what each model does, and when the user stops."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from moa_core.completion import Begin, Delta, Finish, Restart
from moa_core.config import METHODS, MoAConfig
from moa_core.controls import Controls
from moa_core.engine import Engine
from moa_core.errors import BrokenStreamError, DeadlineError, KeyRefusedError
from moa_core.pricing import PriceBook
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
errors = st.sampled_from(
    [
        failure("x", BrokenStreamError, "broke off"),
        failure("x", DeadlineError, "silent"),
        failure("x", KeyRefusedError, "no"),
    ]
)
pieces = st.lists(deltas | pauses, max_size=5)
restarts = st.builds(
    lambda error, pause: [Restart(error, pause), pause, Begin()], errors, pauses
)
finishes = st.builds(
    Finish,
    reason=st.sampled_from(["stop", "length"]),
    usage=st.none() | usages,
    model=st.none() | st.just("x-v2"),
)
ends = finishes | errors | st.just(ValueError("a bug in an adapter"))
scripts = st.builds(
    lambda attempts, last, end: [
        *(step for tried, again in attempts for step in (*tried, *again)),
        *last,
        end,
    ],
    st.lists(st.tuples(pieces, restarts), max_size=2),
    pieces,
    ends,
)
layers = st.lists(
    st.lists(st.sampled_from(MODELS[:3]), min_size=1, max_size=3),
    min_size=1,
    max_size=2,
)


@dataclass(frozen=True)
class Made:
    """One made-up run; ``stop_after`` events the user stops it."""

    config: MoAConfig
    scripts: dict
    priced: frozenset
    stop_after: int | None

    def events(self):
        """What the real engine tells of it."""
        return asyncio.run(self._events())

    async def _events(self):
        prices = PriceBook({f"lab/{model}": OWN for model in self.priced})
        provider = ScriptedProvider(self.scripts)
        engine, controls, told = Engine({"lab": provider}, prices), Controls(), []
        async with aclosing(engine.run(self.config, QUESTION, controls)) as events:
            async for event in events:
                told.append(event)
                if len(told) == self.stop_after:
                    controls.stop()
        assert provider.open == set()
        return told


runs = st.builds(
    lambda seats, deputies, method, played, priced, stop_after: Made(
        mixture(*seats, fallbacks=deputies, method=method), played, priced, stop_after
    ),
    layers,
    st.sampled_from([(), ("deputy",)]),
    st.sampled_from(METHODS),
    st.fixed_dictionaries(dict.fromkeys(MODELS, scripts)),
    st.frozensets(st.sampled_from(MODELS)),
    st.none() | st.integers(1, 30),
)
