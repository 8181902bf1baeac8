"""A stored run is drawn as it was live: the same state, to the millisecond."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from moa_core.errors import RunStoppedError
from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.pricing import Price
from moa_core.run.events import CallFinished, RunAborted
from moa_core.run.results import Call
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Usage
from storage.database.sessions import Database
from storage.history.conversation_list import ConversationList
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from storage.schema import CallRow, ConversationRow, RunRow
from storage.values.text import clean
from tests.profiles import examples
from tests.storage.fabricated import Storyteller, call, mixture
from tests.storage.kinds import KINDS
from tests.storage.shown import shown

pytestmark = pytest.mark.slow


class Store:
    """One database for many examples."""

    def __init__(self, url: str) -> None:
        self.database = Database.open(url)
        self.runs, self.recorder = Runs(self.database), Recorder(self.database)

    async def keep(self, config, dice, trouble) -> tuple[RunState, RunState]:
        begun = self.runs.begin(Question("Why?"), config)
        state = RunState(config)
        for event in Storyteller(config, dice, trouble).tell():
            state.apply(event)
            await self.recorder.record(begun.run_uid, event, state)
        return state, self.runs.load(begun.run_uid).state


@pytest.fixture(scope="module", params=KINDS)
def store(request, tmp_path_factory) -> Iterator[Store]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('store')}/polyphony.db"
        else:
            server = request.getfixturevalue("postgresql")
            url = stack.enter_context(server.new_database())
        store = Store(url)
        yield store
        store.recorder.close()
        store.database.close()


@given(
    dice=st.randoms(use_true_random=False),
    layers=st.integers(1, 3),
    width=st.integers(1, 3),
    fallbacks=st.integers(0, 2),
    trouble=st.sampled_from([0.0, 0.3, 0.9]),
)
@settings(examples(0.6), suppress_health_check=[HealthCheck.too_slow])
def test_any_run_comes_back_as_it_was(store, dice, layers, width, fallbacks, trouble):
    config = mixture(layers, width, fallbacks)
    live, stored = asyncio.run(store.keep(config, dice, trouble))
    assert shown(stored) == shown(live)


@given(
    calls=st.lists(
        st.tuples(
            st.integers(0, 10**7),
            st.integers(0, 10**7),
            st.none()
            | st.tuples(*[st.decimals(0, 1000, places=9, allow_nan=False)] * 2),
        ),
        min_size=1,
        max_size=12,
    )
)
@examples(0.6)
def test_money_is_exact_to_the_nano_dollar_and_unknown_is_never_zero(store, calls):
    ended = [_billed(position, *figures) for position, figures in enumerate(calls)]
    run = asyncio.run(_kept(store, ended))
    expected = sum((call.cost for call in ended), FREE)
    with store.database.reading() as session:
        row = session.scalars(select(RunRow).where(RunRow.uid == run)).one()
        talk = session.get(ConversationRow, row.conversation_id)
        unknown = session.scalar(
            select(func.count()).where(
                CallRow.run_id == row.id, CallRow.cost_nusd.is_(None)
            )
        )
    assert store.runs.load(run).state.cost == expected
    for kept in (row, talk):
        assert Decimal(kept.cost_nusd).scaleb(-9) == expected.usd
        assert kept.cost_unknown_calls == expected.unknown_calls == unknown


def _billed(position: int, input_tokens: int, output_tokens: int, amounts) -> Call:
    usage = Usage(
        input_tokens=input_tokens, output_tokens=output_tokens, source="reported"
    )
    price = amounts and Price(
        input_usd_per_mtok=amounts[0], output_usd_per_mtok=amounts[1], source="test"
    )
    return call(Seat(0, position), usage=usage, price=price)


async def _kept(store, calls: list[Call]) -> str:
    """A run of exactly these calls."""
    config = mixture(1, len(calls))
    begun = store.runs.begin(Question("How much?"), config)
    state = RunState(config)
    events = [CallFinished(1.0, ended) for ended in calls]
    aborted = RunAborted(
        at_s=2.0,
        error=RunStoppedError(),
        text="",
        usage=Usage(),
        cost=FREE,
        latency_s=2.0,
    )
    for event in (*events, aborted):
        state.apply(event)
        await store.recorder.record(begun.run_uid, event, state)
    return begun.run_uid


def test_a_conversation_adds_up_its_runs(store):
    async def two_runs() -> list[RunState]:
        return [
            (await store.keep(mixture(2, 3), random.Random(seed), 0.3))[1]
            for seed in (3, 4)
        ]

    before = ConversationList(store.database).newest(limit=1)
    states = asyncio.run(two_runs())
    newest = ConversationList(store.database).newest(limit=2)
    assert sum((s.cost for s in newest), FREE) == sum((s.cost for s in states), FREE)
    assert [summary.run_count for summary in newest] == [1, 1]
    assert newest[0] not in before


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaned_text_can_be_stored_anywhere_and_is_clean(text):
    cleaned = clean(text)
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned == clean(cleaned)


@given(st.text())
def test_clean_text_is_left_alone_but_for_nul(text):
    assert clean(text) == text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_halves_of_a_character_become_that_character():
    assert clean("\ud83c\udf88 \ud83c") == "🎈 \N{REPLACEMENT CHARACTER}"
