"""Counts runs, calls, tokens and money, for Prometheus.

Nothing here has a question, an answer, a key or a person. What is unknown is counted as
unknown, in a series of its own, and never as zero. Labels are bounded: beyond
``MOST_MODELS`` models the next ones are counted together.
"""

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from moa_core.engine import LiveRuns, Resilient
from moa_core.errors import CapReachedError, MoAError, RunStoppedError
from moa_core.run import (
    Call,
    CallContinued,
    CallFailed,
    CallFinished,
    CallRestarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunState,
)
from storage.recording import Recorder

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

MOST_MODELS: Final = 200
"""So many models of endpoints have series of their own."""

_OTHERS: Final = ("other", "other")
_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640)
_CALL_ENDED = (CallFinished, CallFailed, CallRestarted, CallContinued)


class Metrics:
    """The metrics of this process, over all databases that it serves.

    Args:
        version: Of the program.
    """

    def __init__(self, version: str) -> None:
        # Most installations have no metrics: all of it is imported late.
        from prometheus_client import (
            CollectorRegistry,
            Info,
            ProcessCollector,
            disable_created_metrics,
        )

        # when a series began: one more for each
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._models: set[tuple[str, str]] = set()
        self._live: weakref.WeakSet[LiveRuns] = weakref.WeakSet()
        self._recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()
        self._count_runs()
        self._count_calls()
        self._requests = self._counter(
            "polyphony_api_requests_total",
            "Requests to the API that were answered, by route and status.",
            "route", "status",
        )  # fmt: skip
        ProcessCollector(registry=self._registry)
        build = Info("polyphony_build", "The program.", registry=self._registry)
        build.info({"version": version})

    def _count_runs(self) -> None:
        self._runs = self._counter(
            "polyphony_runs_total",
            "Runs that ended: answered, stopped, at a cap, or failed.",
            "end",
        )
        self._run_s = self._histogram(
            "polyphony_run_duration_seconds", "From the start of a run to its end."
        )
        self._answer_s = self._histogram(
            "polyphony_run_first_token_seconds",
            "From the start of a run to the first words of its answer.",
        )
        self._gauge(
            "polyphony_runs_under_way",
            "Runs that go on, or whose end is being recorded.",
            lambda: sum(each.count for each in self._live),
        )
        self._gauge(
            "polyphony_recorder_waiting_events",
            "Events of runs that are not in the database yet.",
            lambda: sum(each.waiting for each in self._recorders),
        )
        self._gauge(
            "polyphony_recorder_failing",
            "Databases that cannot be written now.",
            lambda: sum(each.last_error is not None for each in self._recorders),
        )

    def _count_calls(self) -> None:
        model = ("endpoint", "model")
        self._calls = self._counter(
            "polyphony_calls_total", "Calls that ended.", *model, "outcome"
        )
        self._tokens = self._counter(
            "polyphony_tokens_total", "Tokens that are known.", *model, "direction"
        )
        self._tokens_unknown = self._counter(
            "polyphony_calls_tokens_unknown_total",
            "Calls whose tokens nobody knows; polyphony_tokens_total lacks them.",
            *model,
        )
        self._cost = self._counter(
            "polyphony_cost_usd_total", "US dollars that are known.", *model
        )
        self._cost_unknown = self._counter(
            "polyphony_calls_cost_unknown_total",
            "Calls whose cost nobody knows; polyphony_cost_usd_total lacks them.",
            *model,
        )
        self._call_s = self._histogram(
            "polyphony_call_duration_seconds", "From a request to its end.", "endpoint"
        )
        self._first_token_s = self._histogram(
            "polyphony_call_first_token_seconds",
            "From a request to its first content, if any came.",
            "endpoint",
        )

    def _counter(self, name: str, about: str, *labels: str) -> "Counter":
        from prometheus_client import Counter

        return Counter(name, about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, *labels: str) -> "Histogram":
        from prometheus_client import Histogram

        return Histogram(name, about, labels, registry=self._registry, buckets=_SECONDS)

    def _gauge(self, name: str, about: str, value: Callable[[], float]) -> None:
        from prometheus_client import Gauge

        Gauge(name, about, registry=self._registry).set_function(value)

    def listening(self, recorder: Recorder) -> "CountingRecorder":
        """What records events, and counts them."""
        self._recorders.add(recorder)
        return CountingRecorder(recorder, self)

    def watch(self, live: LiveRuns) -> None:
        """Count these runs as under way, for as long as somebody holds them."""
        self._live.add(live)

    def watch_queues(self, policies: Resilient) -> None:
        """Tell how many calls wait for a place at their endpoint."""
        self._gauge(
            "polyphony_calls_waiting",
            "Calls that wait for a place at their endpoint.",
            lambda: policies.waiting,
        )

    def heard(self, event: RunEvent) -> None:
        """Count what an event of a run tells."""
        if isinstance(event, _CALL_ENDED):
            self.call_ended(event.call)
        elif isinstance(event, RunFinished | RunAborted):
            self._runs.labels(_end_of(event)).inc()
            self._run_s.observe(event.latency_s)
            if isinstance(event, RunFinished) and event.ttft_s is not None:
                self._answer_s.observe(event.ttft_s)

    def call_ended(self, call: Call) -> None:
        """Count a call."""
        model = self._bounded(call.agent.endpoint, call.agent.model)
        self._calls.labels(*model, call.outcome).inc()
        self._call_s.labels(model[0]).observe(call.latency_s)
        if call.ttft_s is not None:
            self._first_token_s.labels(model[0]).observe(call.ttft_s)
        if call.usage.unknown_calls:
            self._tokens_unknown.labels(*model).inc(call.usage.unknown_calls)
        else:
            self._tokens.labels(*model, "input").inc(call.usage.input_tokens)
            self._tokens.labels(*model, "output").inc(call.usage.output_tokens)
        if call.cost.total_usd is None:
            self._cost_unknown.labels(*model).inc(call.cost.unknown_calls)
        else:
            self._cost.labels(*model).inc(float(call.cost.usd))

    def request_answered(self, route: str, status: int) -> None:
        """Count a request to the API; ``route`` is one of a few names."""
        self._requests.labels(route, str(status)).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' form, of type ``CONTENT_TYPE``."""
        from prometheus_client import generate_latest

        told: bytes = generate_latest(self._registry)
        return told

    def _bounded(self, endpoint: str, model: str) -> tuple[str, str]:
        if (endpoint, model) not in self._models:
            if len(self._models) >= MOST_MODELS:
                return _OTHERS
            self._models.add((endpoint, model))
        return endpoint, model


def _end_of(event: RunFinished | RunAborted) -> str:
    if isinstance(event, RunFinished):
        return "answered"
    if isinstance(event.error, RunStoppedError):
        return "stopped"
    return "at_cap" if isinstance(event.error, CapReachedError) else "failed"


class CountingRecorder:
    """Records the events of runs, and has them counted."""

    def __init__(self, recorder: Recorder, metrics: Metrics) -> None:
        self._recorder, self._metrics = recorder, metrics

    @property
    def last_error(self) -> MoAError | None:
        """The recorder's."""
        return self._recorder.last_error

    async def record(self, run_uid: str, event: RunEvent, state: RunState) -> None:
        """Count first: what cannot be recorded has happened all the same."""
        self._metrics.heard(event)
        await self._recorder.record(run_uid, event, state)
