"""Fills a database with generated conversations, to measure what size costs.

The measured one has ten thousand conversations with a million calls. It is kept in the
system's folder for temporary files, because writing it takes minutes; it is written
anew when the schema or this module has changed.
"""

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, count, product
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench.figures import say
from moa_core import unspaced_scripts
from moa_core.mixture import AgentSpec, agent_to_dict, mixture_from_refs
from storage.database import VERSIONS, Database
from storage.presets import config_id
from storage.schema import (
    Base,
    CallRow,
    CallTextRow,
    ConversationRow,
    RunRow,
    TurnRow,
    search_ddl,
    search_ddl_sqlite,
)
from storage.spending import count_what_is_not
from storage.values import new_uid, now_ms

CONVERSATIONS = 10_000
TURNS, LAYERS, PROPOSERS = 4, 3, 8
"""Of each conversation, of the one run of each turn, of each layer: a hundred calls."""

CHUNK = 200
"""Conversations that are inserted in one transaction."""

DAY_MS = 86_400_000
PRESETS = ("Balanced", "Fast", "Best", "Local", None)
OUTCOMES = ("succeeded",) * 95 + ("failed", "stopped") * 2 + ("interrupted",)
TABLES = (ConversationRow, TurnRow, RunRow, CallRow, CallTextRow)

Rows = dict[type[Base], list[dict[str, Any]]]


MOST_COMMON = (
    "the of a model answer question because layer river mountain light number often "
    "never between city history energy measure music language simple reason example "
    "water garden theory market winter engine paper window memory signal pattern"
)
SYLLABLES = [a + b for a, b in product("bdfgklmnprstv", "aeiou")]
RARER_WORDS = 20_000
SENTENCES = 20_000
WORDS_PER_SENTENCE = 12
SENTENCES_PER_TEXT = 5

COMMON_WORD = "the"
TWO_WORDS = "river market"
RARE_WORD = "zanzibar"
ONE_IN = 100_000
"""So many texts for one that has the rare word."""


@contextmanager
def filled() -> Iterator[Database]:
    """The database, open; whoever changes it puts things back."""
    path = _path()
    if not path.exists():
        for old in path.parent.glob("*.db*"):
            old.unlink()  # of another schema
        unfinished = path.with_suffix(".unfinished.db")
        say(f"writing {CONVERSATIONS:,} conversations with a million calls, once")
        began_s = time.monotonic()
        database = Database.open(f"sqlite:///{unfinished}")
        fill(database, CONVERSATIONS)
        database.close()
        unfinished.rename(path)
        say(f"written in {time.monotonic() - began_s:.0f} s")
    database = Database.open(f"sqlite:///{path}")
    size_mb = path.stat().st_size / 1e6
    say(f"{CONVERSATIONS:,} conversations, a million calls, {size_mb:,.0f} MB: {path}")
    try:
        yield database
    finally:
        database.close()


def _path() -> Path:
    modules = [search_ddl_sqlite.__file__, unspaced_scripts.__file__, __file__]
    made_of = [*sorted(VERSIONS.glob("*.py")), *map(Path, modules)]
    sources = b"".join(each.read_bytes() for each in made_of)
    name = f"{hashlib.sha256(sources).hexdigest()[:12]}-{CONVERSATIONS}.db"
    folder = Path(tempfile.gettempdir()) / f"polyphony-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def fill(database: Database, conversations: int) -> None:
    """Add conversations spread over the last year, their runs ended and billed.

    Equal numbers give equal texts and figures. Search indexes all of it in the end, and
    what was spent is counted then, which takes a fraction of the time.

    Args:
        database: An open database; what it holds stays.
        conversations: How many to add; the last one is the newest.
    """
    now = now_ms()
    with database.writing() as session, search_ddl.detached(session.connection()):
        filler = _Filler(session)
        for first in range(0, conversations, CHUNK):
            rows: Rows = {table: [] for table in TABLES}
            for number in range(first, min(first + CHUNK, conversations)):
                age_ms = 365 * DAY_MS * (conversations - number) // conversations
                filler.add_conversation(rows, now - age_ms)
            for table in TABLES:
                session.execute(insert(table), rows[table])
    with database.writing() as session:
        search_ddl.rebuild(session.connection())
        count_what_is_not(session)


class _Filler:
    """Makes rows with ids of its own, so that they go in without a question back."""

    def __init__(self, session: Session) -> None:
        self.dice = random.Random(1)
        self.texts = Texts(self.dice)
        self.ids = {
            table: count((session.scalar(select(func.max(table.id))) or 0) + 1)
            for table in (ConversationRow, TurnRow, RunRow, CallRow)
        }
        self.configs = []
        for preset in range(len(PRESETS)):
            refs = (f"lab{i % 3}/org/model-{preset}-{i}" for i in range(PROPOSERS))
            layers, aggregator = [tuple(refs)] * LAYERS, "lab0/org/aggregator"
            self.configs.append(mixture_from_refs(*layers, aggregator=aggregator))
        self.config_ids = [config_id(session, each) for each in self.configs]

    def add_conversation(self, rows: Rows, at_ms: int) -> None:
        """Add one that began at ``at_ms``, with its turns."""
        conversation_id = next(self.ids[ConversationRow])
        costs = [
            self._turn(rows, conversation_id, seq, at_ms + seq * 60_000)
            for seq in range(TURNS)
        ]
        rows[ConversationRow].append(
            {
                "id": conversation_id,
                "uid": new_uid(),
                "title": self.texts.title(),
                "created_at": at_ms,
                "updated_at": at_ms + TURNS * 60_000,
                "pinned_at": at_ms if conversation_id % 1000 == 1 else None,
                "archived_at": at_ms if conversation_id % 20 == 2 else None,
                "run_count": TURNS,
                "cost_nusd": sum(cost for cost, _ in costs),
                "cost_unknown_calls": sum(unknown for _, unknown in costs),
            }
        )

    def _turn(
        self, rows: Rows, conversation_id: int, seq: int, at_ms: int
    ) -> tuple[int, int]:
        """Add a turn and its run; returns its nano-dollars and unknown calls."""
        turn_id, run_id = next(self.ids[TurnRow]), next(self.ids[RunRow])
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
        config = self.configs[preset]
        calls = [
            self._call(rows, run_id, agent, "proposer", index, position)
            for index, layer in enumerate(config.layers)
            for position, agent in enumerate(layer.proposers)
        ]
        calls.append(self._call(rows, run_id, config.aggregator, "aggregator", LAYERS))
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

    def _call(
        self,
        rows: Rows,
        run_id: int,
        agent: AgentSpec,
        role: str,
        index: int,
        position: int = 0,
    ) -> dict[str, Any]:
        call_id = next(self.ids[CallRow])
        params = agent_to_dict(agent)
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
        text = {"call_id": call_id, "output": self.texts.answer(), "reasoning": ""}
        rows[CallTextRow].append(text)
        return call


class Texts:
    """Texts of sixty words; equal dice, equal texts.

    Words are drawn as Zipf's law says, sentences ahead of time: drawing every word of
    a million texts would take minutes.
    """

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        rarer = ("".join(dice.choices(SYLLABLES, k=4)) for _ in range(RARER_WORDS))
        words = [*MOST_COMMON.split(), *rarer]
        weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self._sentences = [
            " ".join(dice.choices(words, cum_weights=weights, k=WORDS_PER_SENTENCE))
            for _ in range(SENTENCES)
        ]
        self._answers = 0

    def title(self) -> str:
        """Eight words."""
        return " ".join(self._sentence().split()[:8])

    def question(self) -> str:
        """A sentence."""
        return f"{self._sentence()}?"

    def answer(self) -> str:
        """Some sentences, one answer in ``ONE_IN`` with the rare word."""
        self._answers += 1
        text = ". ".join(self._sentence() for _ in range(SENTENCES_PER_TEXT))
        return f"{text} {RARE_WORD}" if self._answers % ONE_IN == 7 else text

    def _sentence(self) -> str:
        return self._sentences[int(self._dice.random() * SENTENCES)]
