"""Rebuilds the runs of an experiment from the records of its calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moa_core.errors import RunError, RunInterruptedError
from moa_core.experiments.benchmark import Design, config_at
from moa_core.experiments.items import Item
from moa_core.experiments.work import (
    AnswerKey,
    GradeKey,
    JudgementKey,
    KnownRun,
    Task,
    UnreadReply,
    WorkKey,
)
from moa_core.journal import EndedCall, call_from_dict, call_to_dict, take_in
from moa_core.mixture import Seat
from moa_core.run import (
    FULL_RUN,
    Call,
    ReusedCall,
    Rework,
    RunState,
    decision_from_dict,
    decision_to_dict,
)
from moa_core.usage import FREE, Cost


@dataclass(slots=True)
class KeptRuns:
    """All runs of one experiment, by uid, and the newest one of every piece of work.

    Attributes:
        design: What is done.
        items: The questions, by id.
        spent: What their calls have cost.
    """

    design: Design
    items: Mapping[str, Item]
    spent: Cost = FREE
    _newest: dict[str, dict[WorkKey, KnownRun]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _runs: dict[str, KnownRun] = field(default_factory=dict)

    def of_item(self, item: str) -> dict[WorkKey, KnownRun]:
        """The newest run of every piece of work of a question."""
        return dict(self._newest[item])

    def stand_in(self, key: WorkKey, uid: str) -> None:
        """Let a run stand for a piece of work that has none: its answer is in it."""
        self._newest[key.item].setdefault(key, self._runs[uid])

    def named(self, uid: str) -> KnownRun:
        """The run of that uid."""
        return self._runs[uid]

    def add(self, key: WorkKey, run: KnownRun) -> None:
        """Take in a run that begins."""
        self._runs[run.uid] = run
        self._newest[key.item][key] = run

    def begin(self, record: Mapping[str, Any]) -> None:
        """Take in that a run began; it counts as cut off until its end is read."""
        key, unread = key_from_list(record["key"]), record["unread"]
        reused = {
            Seat(*seat): ReusedCall(self._call_at(uid, Seat(*seat)), included)
            for seat, uid, included in record["reused"]
        }
        rework = Rework(reused=reused) if reused else FULL_RUN
        config = config_at(self.design, self.items[key.item], key)
        state = RunState(config, rework)
        state.status, state.error = "interrupted", RunInterruptedError()
        reply = None
        if unread:
            reply = UnreadReply(unread, self._runs[unread].state.synthesis.text)
        self.add(key, KnownRun(record["run"], state, reply))

    def end_call(self, record: Mapping[str, Any]) -> None:
        """Take in a call that ended."""
        call = call_from_dict(record["call"])
        self.spent += call.cost
        state = self._runs[record["run"]].state
        take_in(state, EndedCall(call, record["wait_s"]))

    def end(self, record: Mapping[str, Any]) -> None:
        """Take in how a run ended."""
        state = self._runs[record["run"]].state
        state.status, state.latency_s = record["status"], record["latency_s"]
        state.error = RunError(record["error"]) if record["error"] else None
        for at_s, decision in record.get("decisions", ()):
            state.decide(at_s, decision_from_dict(decision))

    def _call_at(self, uid: str, seat: Seat) -> Call:
        call = self._runs[uid].state.seat_at(seat).call
        if call is None:
            raise ValueError(f"run {uid} has no call at {seat}")
        return call


def begun_record(uid: str, task: Task) -> dict[str, Any]:
    """That a run began, and what it takes over."""
    return {
        "run": uid,
        "key": key_to_list(task.key),
        "unread": task.unread.run if task.unread else None,
        "reused": [
            [[seat.layer_index, seat.position], task.base, each.included]
            for seat, each in task.rework.reused.items()
        ],
    }


def call_record(uid: str, ended: EndedCall) -> dict[str, Any]:
    """That a call ended."""
    return {"run": uid, "call": call_to_dict(ended.call), "wait_s": ended.wait_s}


def ended_record(uid: str, state: RunState) -> dict[str, Any]:
    """How a run ended."""
    return {
        "run": uid,
        "status": state.status,
        "latency_s": state.latency_s,
        "error": str(state.error) if state.error else None,
        "decisions": [[at_s, decision_to_dict(each)] for at_s, each in state.decisions],
    }


def key_to_list(key: WorkKey) -> list[str | bool]:
    """A piece of work as JSON values."""
    match key:
        case AnswerKey():
            return [key.item, key.arm]
        case GradeKey():
            return [key.item]
        case JudgementKey():
            return [key.item, key.pair, key.ours_first]


def key_from_list(values: Sequence[Any]) -> WorkKey:
    """Read what ``key_to_list`` wrote."""
    kinds: tuple[type[WorkKey], ...] = (GradeKey, AnswerKey, JudgementKey)
    return kinds[len(values) - 1](*values)
