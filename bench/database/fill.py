"""Fills a database with made-up conversations, to measure what size does to it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench.database.fill_texts import Texts
from moa_core.mixture import AgentSpec, Layer, MoAConfig, agent_to_dict
from storage.database import Database
from storage.presets import config_id
from storage.schema import (
    Base,
    CallRow,
    CallTextRow,
    ConversationRow,
    RunRow,
    TurnRow,
    search_ddl,
)
from storage.spending import count_what_is_not
from storage.values import new_uid, now_ms

CHUNK = 200
"""Conversations that are inserted in one transaction."""

DAY_MS = 86_400_000
PRESETS = ("Balanced", "Fast", "Best", "Local", None)
PROPOSERS = 8
OUTCOMES = ("succeeded",) * 95 + (
    "failed",
    "failed",
    "stopped",
    "stopped",
    "interrupted",
)

Rows = dict[type[Base], list[dict[str, Any]]]


def fill(
    database: Database,
    conversations: int = 10_000,
    *,
    turns: int = 4,
    layers: int = 3,
    width: int = PROPOSERS,
    seed: int = 1,
) -> None:
    """Add conversations spread over the last year, their runs ended and billed.

    As they are by default, each has a hundred calls. Search indexes all of it in the
    end, and what was spent is counted then, which takes a fraction of the time.

    Args:
        database: An open database; what it holds stays.
        conversations: How many to add.
        turns: Turns of each, with one run a turn.
        layers: Proposer layers of every run.
        width: Proposers of every layer.
        seed: Equal seeds give equal texts and figures.
    """
    configs = [_mixture(layers, width, preset) for preset in range(len(PRESETS))]
    filler = _Filler(configs, turns, random.Random(seed))
    remaining = iter(range(conversations))
    with database.writing() as session, search_ddl.detached(session.connection()):
        filler.begin(session)
        while numbers := list(islice(remaining, CHUNK)):
            filler.add(session, numbers, conversations)
    with database.writing() as session:
        search_ddl.rebuild(session.connection())
        count_what_is_not(session)


def _mixture(layers: int, width: int, preset: int) -> MoAConfig:
    agents = tuple(
        AgentSpec(endpoint=f"lab{i % 3}", model=f"org/model-{preset}-{i}")
        for i in range(width)
    )
    return MoAConfig(
        layers=(Layer(agents),) * layers,
        aggregator=AgentSpec(endpoint="lab0", model="org/aggregator"),
    )


@dataclass
class _Filler:
    """Makes rows with ids of its own, so that they go in without a question back."""

    configs: Sequence[MoAConfig]
    turns: int
    dice: random.Random

    def begin(self, session: Session) -> None:
        """Find out where ids go on, and add the mixtures."""
        self.texts = Texts(self.dice)
        self.next_id: dict[type[Base], int] = {
            table: (session.scalar(select(func.max(table.id))) or 0) + 1
            for table in (ConversationRow, TurnRow, RunRow, CallRow)
        }
        self.config_ids = [config_id(session, each) for each in self.configs]
        self.now = now_ms()

    def add(self, session: Session, numbers: list[int], total: int) -> None:
        """Add conversations; the last one of ``total`` is the newest."""
        tables = (ConversationRow, TurnRow, RunRow, CallRow, CallTextRow)
        rows: Rows = {table: [] for table in tables}
        for number in numbers:
            age_ms = 365 * DAY_MS * (total - number) // total
            self._conversation(rows, self.now - age_ms)
        for table in tables:
            session.execute(insert(table), rows[table])

    def _id(self, table: type[Base]) -> int:
        self.next_id[table] += 1
        return self.next_id[table] - 1

    def _conversation(self, rows: Rows, at_ms: int) -> None:
        conversation_id = self._id(ConversationRow)
        costs = [
            self._turn(rows, conversation_id, seq, at_ms + seq * 60_000)
            for seq in range(self.turns)
        ]
        rows[ConversationRow].append(
            {
                "id": conversation_id,
                "uid": new_uid(),
                "title": self.texts.title(),
                "created_at": at_ms,
                "updated_at": at_ms + self.turns * 60_000,
                "pinned_at": at_ms if conversation_id % 1000 == 1 else None,
                "archived_at": at_ms if conversation_id % 20 == 2 else None,
                "run_count": self.turns,
                "cost_nusd": sum(cost for cost, _ in costs),
                "cost_unknown_calls": sum(unknown for _, unknown in costs),
            }
        )

    def _turn(
        self, rows: Rows, conversation_id: int, seq: int, at_ms: int
    ) -> tuple[int, int]:
        """Add a turn and its run; returns its nano-dollars and unknown calls."""
        turn_id, run_id = self._id(TurnRow), self._id(RunRow)
        rows[TurnRow].append(
            {
                "id": turn_id,
                "uid": new_uid(),
                "conversation_id": conversation_id,
                "seq": seq,
                "parent_id": turn_id - 1 if seq else None,
                "question": self.texts.question(),
                "created_at": at_ms,
            }
        )
        preset = self.dice.randrange(len(PRESETS))
        calls = list(self._calls(rows, run_id, self.configs[preset]))
        known = [call["cost_nusd"] for call in calls if call["cost_nusd"] is not None]
        cost, unknown = sum(known), len(calls) - len(known)
        rows[RunRow].append(
            {
                "id": run_id,
                "uid": new_uid(),
                "conversation_id": conversation_id,
                "turn_id": turn_id,
                "config_id": self.config_ids[preset],
                "preset_name": PRESETS[preset],
                "status": self.dice.choice(OUTCOMES),
                "worker": "bench#0::",
                "heartbeat_at": at_ms,
                "created_at": at_ms,
                "finished_at": at_ms + 20_000,
                "ttft_ms": 12_000,
                "latency_ms": 20_000,
                "calls_ok": len(calls),
                "calls_failed": 0,
                "input_tokens": sum(call["input_tokens"] for call in calls),
                "output_tokens": sum(call["output_tokens"] for call in calls),
                "cost_nusd": cost,
                "cost_unknown_calls": unknown,
            }
        )
        return cost, unknown

    def _calls(
        self, rows: Rows, run_id: int, config: MoAConfig
    ) -> Iterator[dict[str, Any]]:
        for index, layer in enumerate(config.layers):
            for position, agent in enumerate(layer.proposers):
                seat = ("proposer", index, position)
                yield self._call(rows, run_id, agent, seat)
        last = ("aggregator", len(config.layers), 0)
        yield self._call(rows, run_id, config.aggregator, last)

    def _call(
        self, rows: Rows, run_id: int, agent: AgentSpec, seat: tuple[str, int, int]
    ) -> dict[str, Any]:
        call_id = self._id(CallRow)
        params = agent_to_dict(agent)
        role, index, position = seat
        cost = self.dice.randrange(10**7) if self.dice.random() < 0.98 else None
        call = {
            "id": call_id,
            "run_id": run_id,
            "layer_index": index,
            "position": position,
            "attempt": 1,
            "role": role,
            "endpoint": params.pop("endpoint"),
            "model_requested": params.pop("model"),
            "params": params,
            "status": "succeeded",
            "finish_reason": "stop",
            "input_tokens": self.dice.randrange(4000),
            "output_tokens": self.dice.randrange(1000),
            "cached_input_tokens": 0,
            "reasoning_tokens": 0,
            "usage_source": "reported",
            "cost_nusd": cost,
            "cost_source": "unknown" if cost is None else "computed",
            "started_ms": index * 6000,
            "ttft_ms": self.dice.randrange(200, 2000),
            "duration_ms": self.dice.randrange(2000, 6000),
        }
        rows[CallRow].append(call)
        text = {
            "call_id": call_id,
            "output": self.texts.answer(),
            "reasoning": "",
        }
        rows[CallTextRow].append(text)
        return call
