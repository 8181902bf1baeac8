"""Late, hedged, closed and provisional calls are billed as their servers reported them.

Real requests to a real server, the app's own wiring, a database of each kind asked in
SQL; then all of it is exported, and imported where nothing was.
"""

import io
import itertools
import json
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import select

from moa_core.messages import Question
from moa_core.mixture import AgentSpec, FastStart, Hedging, Layer, MoAConfig, Pace
from moa_core.mixture.pace import Auto, Quorum
from moa_core.run import CallHedged, ProvisionalJudged
from moa_core.settings import Settings
from services import build_services
from storage.database.sessions import Database
from storage.recording.runs import Runs
from storage.schema import CallRow
from storage.transfer.export import export_lines
from storage.transfer.importer import import_file
from storage.upkeep.erase import erase_everything
from tests.model_server import USAGE, Play
from tests.storage.installation import content
from tests.storage.rollup import difference
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow

INPUT, OUTPUT = Decimal("0.123"), Decimal("7.657")
"""US dollars per million tokens: each token is a whole number of nano-dollars."""

NAMES = ("a", "b", "c", "d", "e", "f", "chief", "deputy")
BEGINNING = "Light from the sun is scattered by the molecules of the air. " * 4
BLUE = "The sky is blue since air scatters short waves of sunlight the most."
WIZARD = "Ask the wizard of the third mountain, who painted everything at dawn."
FIRST = "Air scatters blue light the most. Violet is scattered too."


class Bench:
    """An app on a database, its models, and what these have reported.

    Attributes:
        reported: Tokens in and out of every request that told them.
    """

    def __init__(self, url, server):
        self.server, self.reported = server, []
        self._numbers = itertools.count(1)
        prices = ";".join(f"lab/{name}={INPUT}/{OUTPUT}" for name in NAMES)
        self.app = build_services(
            Settings.from_mapping(
                {
                    "DATABASE_URL": url,
                    "POLYPHONY_ENDPOINTS": f"lab={server.url}",
                    "POLYPHONY_LOCAL_SERVERS": "off",
                    "POLYPHONY_PRICES": prices,
                }
            )
        )

    def play(self, model, **how):
        """Let a model answer, and note what it reports."""
        self.server.plays[model] = Play(counts=self._count, **how)

    def play_silence(self, model, **how):
        """Let a model report what it has read, and then hang until it is closed."""
        usage = self._usage()
        event = f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n"
        self.server.plays[model] = Play(wire=[event.encode()], stays_open=True, **how)

    def _count(self, _body, _text):
        return self._usage()

    def _usage(self):
        number = next(self._numbers)
        read, written = 1000 + number, 10 * number
        self.reported.append((read, written))
        return {"prompt_tokens": read, "completion_tokens": written}

    def asked(self, model):
        """What waits until a model has been asked so often, in the form of an event."""
        return Until(lambda: any(c.body["model"] == model for c in self.server.calls))

    def ended(self, model):
        """What waits until a model's answer has been sent."""
        return Until(
            lambda: any(c.body["model"] == model and c.ended for c in self.server.calls)
        )

    def ask(self, config, play):
        """Ask a question to its end; the state of its run as it is stored."""
        self.server.forget()
        self.reported.clear()
        play(self)
        with self.app.database.reading() as session:
            before = set(session.scalars(select(CallRow.id)))
        begun = self.app.asking().start_question(Question("Why?"), config)
        eventually(lambda: self.app.live.get(begun.run_uid) is None)
        with self.app.database.reading() as session:
            rows = session.execute(
                select(CallRow.id, CallRow.cost_nusd, CallRow.usage_source)
            )
            new = [row for row in rows if row.id not in before]
            assert difference(session) == 0
        assert {row.usage_source for row in new} == {"reported"}
        bills = [nano_usd(*each) for each in self.reported]
        assert Counter(row.cost_nusd for row in new) == Counter(bills)
        return Runs(self.app.database).load(begun.run_uid).state


class Until:
    """Looks like an event that is set once something is so."""

    def __init__(self, holds):
        self.is_set = holds


def nano_usd(read, written):
    return int(read * INPUT * 1000 + written * OUTPUT * 1000)


def mixture(*proposers, fallbacks=(), **pace):
    agents = [
        AgentSpec(endpoint="lab", model=name)
        for name in (*proposers, "chief", *fallbacks)
    ]
    count = len(proposers)
    return MoAConfig(
        layers=(Layer(tuple(agents[:count])),),
        aggregator=agents[count],
        fallbacks=tuple(agents[count + 1 :]),
        pace=Pace(**pace),
    )


@pytest.fixture
def bench(url, model_server):
    bench = Bench(url, model_server)
    yield bench
    bench.app.close()


def late_and_closed(bench):
    """One proposer comes too late, another hangs and is closed with the answer."""
    for name in ("a", "b", "c", "d"):
        bench.play(name, pieces=[f"{name} says so."])
    bench.play("e", pieces=["e ", "says so."], held_until=bench.asked("chief"))
    bench.play_silence("f")
    bench.play("chief", pieces=["So it ", "is."], held_until=bench.ended("e"))


def check_late(state):
    seats = state.layers[0].seats
    assert [seat.late for seat in seats] == [False] * 4 + [True] * 2
    assert [seat.status for seat in seats[4:]] == ["succeeded", "stopped"]


def hedged_by_the_fallback(bench):
    bench.play("a", pieces=["a says so."])
    bench.play_silence("chief")
    bench.play("deputy", pieces=["So it is."])


def hedged_by_itself(bench):
    bench.play("a", pieces=["a says so."])
    bench.play_silence("chief", times=1)
    bench.reported.append((USAGE["prompt_tokens"], USAGE["completion_tokens"]))


def check_hedged(state):
    (hedged,) = [d for _, d in state.decisions]
    assert isinstance(hedged, CallHedged)
    outcomes = [call.outcome for call in state.calls if call.role == "aggregator"]
    assert sorted(outcomes) == ["stopped", "succeeded"]


def drafts(bench):
    for name in ("a", "b"):
        bench.play(name, pieces=[BEGINNING, f"So says {name}."])
    bench.play("c", pieces=[BEGINNING, "So it is."], held_until=bench.asked("chief"))


def provisional_and_revised(bench):
    def writes(body):
        checks = "reply with the one word STANDS" in body["messages"][-1]["content"]
        return "It is not so." if checks else FIRST

    drafts(bench)
    bench.play("chief", writes=writes)


def check_revised(state):
    judged = [d for _, d in state.decisions if isinstance(d, ProvisionalJudged)]
    assert [each.stands for each in judged] == [False]
    assert state.provisional.text == FIRST


def continued(bench):
    half = FIRST.index(" Violet")

    def writes(body):
        last = body["messages"][-1]
        if "[k7]" in last["content"]:
            return " six, seven"
        return FIRST[half:] if last["role"] == "assistant" else FIRST[:half]

    drafts(bench)
    bench.play("chief", writes=writes)


def check_continued(state):
    assert state.synthesis.text == FIRST
    assert len(state.synthesis.calls) > 2


def first_answer_stands(bench):
    for name in ("chief", "a"):
        bench.play(name, pieces=[BLUE])


def first_answer_is_doubted(bench):
    for name, text in (("chief", BLUE), ("a", WIZARD), ("b", WIZARD), ("c", BLUE)):
        bench.play(name, pieces=[text])


SIX = ("a", "b", "c", "d", "e", "f")
THREE = ("a", "b", "c")
AUTO = mixture(*THREE, auto=Auto())
HEDGING = Hedging(at_least_s=0.3)
RUNS = (
    (mixture(*SIX, quorum=Quorum(floor=0, ceiling=0)), late_and_closed, check_late),
    (
        mixture("a", fallbacks=("deputy",), hedging=HEDGING),
        hedged_by_the_fallback,
        check_hedged,
    ),
    (mixture("a", hedging=HEDGING), hedged_by_itself, check_hedged),
    (
        mixture(*THREE, fast_start=FastStart(way="provisional")),
        provisional_and_revised,
        check_revised,
    ),
    (mixture(*THREE, fast_start=FastStart(way="chunks")), continued, check_continued),
    (AUTO, first_answer_stands, lambda state: state.decisions[0][1].stands),
    (AUTO, first_answer_is_doubted, lambda state: not state.decisions[0][1].stands),
)


def test_bills_are_what_servers_reported_and_come_back_from_an_export(bench, tmp_path):
    database = bench.app.database
    for config, play, check in RUNS:
        state = bench.ask(config, play)
        assert state.status == "succeeded", play.__name__
        assert check(state) in (None, True)
    whole = content(database)
    data = "".join(export_lines(database)).encode()
    other = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'other.db')}")
    import_file(other, io.BytesIO(data), "all.json")
    assert content(other) == whole
    again = "".join(export_lines(other)).encode()
    other.close()
    erase_everything(database)
    import_file(database, io.BytesIO(again), "all.json")  # into each kind of database
    assert content(database) == whole
    with database.reading() as session:
        assert difference(session) == 0
