"""Runs that never happened: events as the engine tells them, for any mixture."""

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from moa_core.errors import (
    BrokenStreamError,
    DeadlineError,
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RateLimitedError,
    RunStoppedError,
    StoppedError,
)
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from moa_core.pricing import Price
from moa_core.run.events import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallNoted,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.run.results import Call, CallOutcome, CallRole
from moa_core.run.run_state import RunState
from moa_core.run.writer import ToolCall
from moa_core.usage import FREE, UNKNOWN_COST, UNKNOWN_USAGE, Cost, Usage

WORDS = ["Paris", " is ", "the ", "capital\n\n", "**of** ", "France", " 🎈", " né"]
NOTES = ["Sent without temperature: 0.7 is refused.", "**Shortened** 🎈"]
TOOL_CALLS = (
    ToolCall(name="look_up", arguments='{"né": "🎈"}', id="c1"),
    ToolCall(name="add", arguments="{", id="c2", more={"x": {"y": [1, None]}}),
)
FIRST_SEAT = Seat(0, 0)
PRICES = ["0", "0.0375", "0.6", "1.80", "15", "0.000000001"]


def mixture(
    layers: int = 2, width: int = 2, fallbacks: int = 0, endpoint: str = "lab"
) -> MoAConfig:
    """A mixture of made-up models."""
    return MoAConfig(
        layers=tuple(
            Layer(
                tuple(
                    AgentSpec(endpoint=endpoint, model=f"model-{layer}-{position}")
                    for position in range(width)
                )
            )
            for layer in range(layers)
        ),
        aggregator=AgentSpec(endpoint=endpoint, model="aggregator", temperature=None),
        fallbacks=tuple(
            AgentSpec(endpoint=endpoint, model=f"fallback-{i}")
            for i in range(fallbacks)
        ),
    )


def call(
    seat: Seat = FIRST_SEAT,
    *,
    role: CallRole = "proposer",
    agent: AgentSpec | None = None,
    outcome: CallOutcome = "succeeded",
    attempt: int = 1,
    text: str = "An answer.",
    reasoning: str = "",
    usage: Usage | None = None,
    price: Price | None = None,
    cost: Cost | None = None,
    started_at_s: float = 0.0,
    ttft_s: float | None = 0.1,
    latency_s: float = 0.5,
    error: ProviderError | None = None,
    notes: tuple[str, ...] = (),
    window_tokens: int | None = None,
    tool_calls: tuple[ToolCall, ...] = (),
) -> Call:
    """A call that ended."""
    usage = usage or Usage(input_tokens=100, output_tokens=50, source="reported")
    return Call(
        role=role,
        seat=seat,
        attempt=attempt,
        agent=agent or AgentSpec(endpoint="lab", model="model-0-0"),
        outcome=outcome,
        text=text,
        reasoning=reasoning,
        finish_reason="stop" if outcome == "succeeded" else None,
        usage=usage,
        price=price,
        cost=cost or (price.cost_of(usage) if price else UNKNOWN_COST),
        started_at_s=started_at_s,
        ttft_s=ttft_s,
        latency_s=latency_s,
        model_answered=f"{agent.model if agent else 'model'}-0613",
        response_id="resp-1",
        error=error,
        notes=notes,
        window_tokens=window_tokens,
        tool_calls=tool_calls,
    )


class Storyteller:
    """Tells one run; ``dice`` decides what becomes of it."""

    def __init__(
        self, config: MoAConfig, dice: random.Random | None = None, trouble: float = 0.0
    ) -> None:
        self.config = config
        self.dice = dice or random.Random(1)
        self.trouble = trouble
        self.calls: list[Call] = []
        self._ms = count(step=7)

    def tell(self) -> Iterator[RunEvent]:
        """The whole story, from RunStarted to its end."""
        yield RunStarted(0.0, self.config)
        for layer in self.config.layers:
            index = self.config.layers.index(layer)
            yield from self._layer(index, layer)
            if not any(
                c.outcome == "succeeded" and c.seat.layer_index == index
                for c in self.calls
            ):
                yield self._aborted(NoProposalsError(index, self._errors(index)))
                return
            if self.dice.random() < self.trouble / 4:
                yield self._aborted(RunStoppedError())
                return
        last = len(self.config.layers)
        for position, agent in enumerate(self.config.aggregators):
            yield from self._seat("aggregator", Seat(last, position), agent)
            if self.calls[-1].outcome == "succeeded":
                yield self._finished(self.calls[-1])
                return
            if self.calls[-1].outcome == "stopped":
                yield self._aborted(RunStoppedError())
                return
        yield self._aborted(NoSynthesisError(self._errors(last)))

    def _now(self) -> float:
        return next(self._ms) / 1000

    def _layer(self, index: int, layer: Layer) -> Iterator[RunEvent]:
        """The seats' stories interleave."""
        yield LayerStarted(self._now(), index)
        stories = [
            self._seat("proposer", Seat(index, position), agent)
            for position, agent in enumerate(layer.proposers)
        ]
        while stories:
            story = self.dice.choice(stories)
            event = next(story, None)
            if event is None:
                stories.remove(story)
            else:
                yield event
        answered = sum(
            c.outcome == "succeeded" for c in self.calls if c.seat.layer_index == index
        )
        yield LayerFinished(self._now(), index, answered, len(layer.proposers))

    def _seat(self, role: CallRole, seat: Seat, agent: AgentSpec) -> Iterator[RunEvent]:
        for attempt in count(1):
            began_s = self._now()
            yield CallStarted(began_s, role, seat, agent, attempt)
            texts: dict[str, list[str]] = {"answer": [], "reasoning": []}
            first_s = None
            for _ in range(self.dice.randrange(6)):
                kind = self.dice.choice(["answer", "answer", "reasoning"])
                word = self.dice.choice(WORDS)
                texts[kind].append(word)
                at_s = self._now()
                first_s = first_s or at_s
                yield CallDelta(at_s, role, seat, word, kind)
            notes = tuple(NOTES[: self.dice.randrange(3)])
            for note in notes:
                yield CallNoted(self._now(), role, seat, agent, note)
            luck = self.dice.random()
            outcome: CallOutcome = "succeeded"
            if luck < self.trouble:
                outcome = self.dice.choice(["failed", "failed", "failed", "stopped"])
            ended_s = self._now()
            price = self._price()
            usage = self._usage()
            ended = call(
                seat,
                role=role,
                agent=agent,
                outcome=outcome,
                attempt=attempt,
                text="".join(texts["answer"]),
                reasoning="".join(texts["reasoning"]),
                usage=usage,
                price=price,
                cost=self._cost(usage, price),
                started_at_s=began_s,
                ttft_s=None if first_s is None else _ms(first_s - began_s),
                latency_s=_ms(ended_s - began_s),
                error=self._error(outcome, agent),
                notes=notes,
                window_tokens=4096 if notes else None,
                tool_calls=TOOL_CALLS[: len(notes)],
            )
            self.calls.append(ended)
            if outcome == "failed" and attempt < 3 and self.dice.random() < 0.5:
                yield CallRestarted(ended_s, ended, self.dice.randrange(2000) / 1000)
                continue
            end = CallFinished if outcome == "succeeded" else CallFailed
            yield end(ended_s, ended)
            return

    def _usage(self) -> Usage:
        if self.dice.random() < self.trouble / 2:
            return UNKNOWN_USAGE
        read = 1 + self.dice.randrange(5000)
        said = self.dice.random() < 0.7  # of its cache
        return Usage(
            input_tokens=read,
            output_tokens=self.dice.randrange(3000),
            cached_input_tokens=self.dice.randrange(read) if said else 0,
            cache_write_tokens=self.dice.randrange(2) if said else 0,
            cache_known_tokens=read if said else 0,
            reasoning_tokens=self.dice.randrange(100),
            source=self.dice.choice(["reported", "estimated", "none"]),
        )

    def _price(self) -> Price | None:
        if self.dice.random() < self.trouble / 2:
            return None
        return Price(
            input_usd_per_mtok=Decimal(self.dice.choice(PRICES)),
            output_usd_per_mtok=Decimal(self.dice.choice(PRICES)),
            cached_input_usd_per_mtok=self.dice.choice([None, Decimal("0.01")]),
            cache_write_usd_per_mtok=self.dice.choice([None, Decimal("7.5")]),
            source="made up",
        )

    def _cost(self, usage: Usage, price: Price | None) -> Cost:
        return price.cost_of(usage) if price else UNKNOWN_COST

    def _error(self, outcome: CallOutcome, agent: AgentSpec) -> ProviderError | None:
        if outcome == "succeeded":
            return None
        kinds = (
            [StoppedError]
            if outcome == "stopped"
            else [DeadlineError, BrokenStreamError, RateLimitedError]
        )
        return self.dice.choice(kinds)(
            "It went wrong.",
            endpoint=agent.endpoint,
            model=agent.model,
            http_status=self.dice.choice([None, 429, 503]),
        )

    def _errors(self, layer_index: int) -> tuple[ProviderError, ...]:
        state = {c.seat: c for c in self.calls if c.seat.layer_index == layer_index}
        return tuple(state[seat].error for seat in sorted(state) if state[seat].error)

    def _finished(self, synthesis: Call) -> RunFinished:
        now_s = self._now()
        ttft_s = synthesis.ttft_s
        return RunFinished(
            at_s=now_s,
            text=synthesis.text,
            finish_reason=synthesis.finish_reason,
            usage=sum((c.usage for c in self.calls), Usage()),
            cost=sum((c.cost for c in self.calls), FREE),
            ttft_s=None if ttft_s is None else _ms(synthesis.started_at_s + ttft_s),
            latency_s=now_s,
        )

    def _aborted(self, error: Exception) -> RunAborted:
        now_s = self._now()
        return RunAborted(
            at_s=now_s,
            error=error,
            text="",
            usage=sum((c.usage for c in self.calls), Usage()),
            cost=sum((c.cost for c in self.calls), FREE),
            latency_s=now_s,
        )


def _ms(seconds: float) -> float:
    return round(seconds * 1000) / 1000


async def said(recorder, begun, config: MoAConfig, text: str) -> None:
    """Record a run whose synthesis is ``text`` and nothing else."""
    seat = Seat(len(config.layers), 0)
    ended = call(seat, role="aggregator", agent=config.aggregator, text=text)
    state = RunState(config)
    for event in (
        RunStarted(0.0, config),
        CallStarted(0.1, "aggregator", seat, config.aggregator, 1),
        CallFinished(0.5, ended),
        RunFinished(
            at_s=0.5,
            text=text,
            finish_reason="stop",
            usage=ended.usage,
            cost=ended.cost,
            ttft_s=0.2,
            latency_s=0.5,
        ),
    ):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
