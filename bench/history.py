"""How long the list of conversations takes when there are ten thousand of them."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figures, say
from bench.fill import fill
from storage.conversations import Conversations
from storage.database import Database

CONVERSATIONS = 10_000
LISTED = 50
TIMES = 40


def measure() -> Figures:
    """List the 50 newest of 10,000 conversations, with what each has cost."""
    with TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        say(f"history: writing {CONVERSATIONS:,} conversations")
        fill(database, CONVERSATIONS)
        conversations = Conversations(database)
        taken_ms = [_list_once(conversations) for _ in range(TIMES)]
        size_mb = database.path.stat().st_size / 1e6
        database.close()
    say(f"history: {size_mb:.0f} MB; first {taken_ms[0]:.1f} ms, then faster")
    return {
        "history_list_ms": statistics.median(taken_ms),
        "history_list_ms_slowest": max(taken_ms),
    }


def _list_once(conversations: Conversations) -> float:
    began_s = time.perf_counter()
    listed = conversations.newest(LISTED)
    taken_ms = 1000 * (time.perf_counter() - began_s)
    if len(listed) != LISTED or not any(each.cost.usd for each in listed):
        raise ValueError("the list has not its conversations, or no costs")
    return taken_ms
