"""A rework is kept as it ran: what it was given, what it asked, and what that cost."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.mixture.prompts import Prompts
from moa_core.plan import rework_plan
from moa_core.run.controls import Controls
from moa_core.run.rework import FULL_RUN, ReusedCall, Rework
from moa_core.usage import Cost
from storage.database.workers import Worker
from storage.errors import ConversationBusyError, NotFoundError
from storage.presets.preset_store import Presets
from storage.runs.answers import AnswerRef, call_id_of
from storage.schema import CallRow, RunInputRow, RunRow, TurnRow
from storage.votes.answer_costs import cost_of_answer
from tests.moa_core.scripted import agent, failure, mixture
from tests.storage.desk import Desk
from tests.storage.shown import shown

pytestmark = pytest.mark.slow

A, B, C, D = Seat(0, 0), Seat(0, 1), Seat(1, 0), Seat(1, 1)
CHIEF, DEPUTY = Seat(2, 0), Seat(2, 1)
DEEP = mixture(["a", "b"], ["c", "d"], fallbacks=["deputy"])
FLAT = mixture(["a", "b"])


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


def usd(dollars: int, unknown: int = 0) -> Cost:
    return Cost(usd=dollars, unknown_calls=unknown)


SHAPES = {
    "one proposer again": lambda s: rework_plan.retry_seats(s, [B]),
    "another model in its place": lambda s: rework_plan.retry_seats(s, [C], agent("a")),
    "two proposers again": lambda s: rework_plan.retry_seats(s, [A, D]),
    "the synthesis again": lambda s: rework_plan.resynthesise(s),
    "a proposal unticked": lambda s: rework_plan.resynthesise(s, included=[C]),
    "another aggregator": lambda s: rework_plan.resynthesise(
        s, aggregator=agent("d"), fallbacks=(), length="short"
    ),
    "other prompts": lambda s: rework_plan.resynthesise(
        s, prompts=Prompts(placement="paper")
    ),
    "a choice instead": lambda s: rework_plan.resynthesise(s, method="rank"),
    "a layer and on": lambda s: rework_plan.rerun_from_layer(s, 1),
    "all of it": lambda s: rework_plan.rerun_from_layer(s, 0),
}


@pytest.mark.parametrize("trouble", ["nobody", "b", "chief", "d"])
async def test_a_rework_comes_back_as_it_was(desk, trouble):
    desk.scripts = {trouble: ["half", failure(trouble)]}
    begun, state = await desk.ask("Why?", DEEP)
    desk.scripts = {"c": ["c once more"]}
    for shape, planned in SHAPES.items():
        plan = planned(state)
        rework, live = await desk.rework(begun.run_uid, plan)
        stored = desk.runs.load(rework.run_uid)
        assert shown(stored.state, timed=False) == shown(live, timed=False), shape
        assert stored.state.rework.synthesise == plan.rework.synthesise, shape
        assert stored.based_on == begun.run_uid, shape
        assert rework.turn_uid == begun.turn_uid, shape
        assert rework.messages == begun.messages, shape


async def test_reworks_of_reworks_go_on_from_the_calls_themselves(desk, database):
    first, state = await desk.ask("Why?", DEEP)
    uids = [first.run_uid]
    plans = [
        lambda s: rework_plan.retry_seats(s, [A]),
        lambda s: rework_plan.retry_seats(s, [B], agent("d")),
        lambda s: rework_plan.retry_seats(s, [A]),
        lambda s: rework_plan.resynthesise(s, included=[C]),
        lambda s: rework_plan.resynthesise(s, aggregator=agent("b")),
    ]
    for plan in plans:
        begun, live = await desk.rework(uids[-1], plan(state))
        stored = desk.runs.load(begun.run_uid)
        assert shown(stored.state, timed=False) == shown(live, timed=False)
        state = stored.state
        uids.append(begun.run_uid)
    last = desk.turn(first).runs[-1]
    assert [last.ref(seat).run_uid for seat in (A, B, C)] == [uids[3], uids[2], uids[0]]
    assert last.based_on == uids[4]
    assert last.answer == AnswerRef(uids[-1], CHIEF)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CallRow)) == 5 + 5


async def test_a_run_that_was_given_all_asks_once_and_bills_once(
    desk, database, listing
):
    begun, state = await desk.ask("Why?", DEEP)
    rework, live = await desk.rework(
        begun.run_uid, rework_plan.resynthesise(state, included=[C])
    )
    assert [request.agent.model for request in desk.provider.requests] == ["chief"]
    assert live.cost == desk.runs.load(rework.run_uid).state.cost == usd(16)
    with database.reading() as session:
        row = session.scalars(select(RunRow).where(RunRow.uid == rework.run_uid)).one()
        assert (row.calls_ok, row.input_tokens) == (1, 10)
    [summary] = listing.newest()
    assert summary.cost == usd(1 + 2 + 4 + 8 + 16 + 16)
    assert summary.run_count == 2


async def test_syntheses_are_numbered_and_retries_are_not(desk):
    begun, state = await desk.ask("Why?", FLAT)
    desk.scripts = {"a": ["a again"], "chief": ["second thoughts"]}
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [A])
    )
    second, state = await desk.rework(retried.run_uid, rework_plan.resynthesise(state))
    turn = desk.turn(begun)
    assert [run.uid for run in turn.runs] == [
        begun.run_uid,
        retried.run_uid,
        second.run_uid,
    ]
    assert [(v.number, v.run.uid, v.text) for v in turn.versions] == [
        (1, begun.run_uid, "chief answers"),
        (2, second.run_uid, "second thoughts"),
    ]
    assert turn.run.uid == second.run_uid
    assert turn.answer == turn.versions[1].ref
    assert turn.runs[1].state.synthesis.text == "chief answers"
    assert turn.runs[1].answer is None


async def test_a_rework_that_was_stopped_is_kept_as_far_as_it_came(desk):
    begun, state = await desk.ask("Why?", FLAT)
    controls = Controls()
    desk.scripts = {"chief": ["half", 30.0]}
    controls.stop()
    rework, live = await desk.rework(
        begun.run_uid, rework_plan.resynthesise(state), controls
    )
    stored = desk.runs.load(rework.run_uid).state
    assert stored.status == "stopped"
    assert shown(stored, timed=False) == shown(live, timed=False)
    assert desk.turn(begun).answer == AnswerRef(begun.run_uid, Seat(1, 0))


async def test_a_rework_whose_process_died_is_interrupted(desk, database, recorder):
    begun, state = await desk.ask("Why?", FLAT)
    plan = rework_plan.retry_seats(state, [A])
    rework = desk.runs.begin_rework(begun.run_uid, plan.config, plan.rework)
    dead = replace(Worker.current(), pid=2**22 + 1)
    with database.writing() as session:
        session.execute(
            update(RunRow).where(RunRow.uid == rework.run_uid).values(worker=str(dead))
        )
    assert recorder.mark_interrupted() == 1
    stored = desk.runs.load(rework.run_uid).state
    assert stored.status == "interrupted"
    assert stored.seat_at(A).status == "pending"
    assert stored.seat_at(B).reused
    assert stored.synthesis.text == "chief answers"
    again_after, _ = await desk.rework(
        rework.run_uid, rework_plan.resynthesise(stored, included=[B])
    )
    assert desk.turn(begun).answer.run_uid == again_after.run_uid


async def test_one_question_or_rework_at_a_time(desk):
    begun, state = await desk.ask("Why?", FLAT)
    plan = rework_plan.resynthesise(state)
    desk.runs.begin_rework(begun.run_uid, plan.config, plan.rework)
    talk = {"conversation_uid": begun.conversation_uid}
    with pytest.raises(ConversationBusyError):
        desk.runs.begin_rework(begun.run_uid, plan.config, plan.rework)
    with pytest.raises(ConversationBusyError):
        desk.runs.begin(Question("And?"), FLAT, **talk)
    with pytest.raises(ConversationBusyError):
        desk.runs.begin(Question("And?"), FLAT, after=None, **talk)
    assert len(desk.turn(begun).runs) == 2


async def test_nothing_is_stored_of_a_rework_that_is_given_what_is_not_there(
    desk, database
):
    begun, state = await desk.ask("Why?", FLAT)
    call = state.seat_at(A).call
    rework = Rework(reused={Seat(0, 7): ReusedCall(call)})
    with pytest.raises(NotFoundError):
        desk.runs.begin_rework(begun.run_uid, FLAT, rework)
    with pytest.raises(NotFoundError, match="run 12ab"):
        desk.runs.begin_rework("12ab", FLAT, FULL_RUN)
    desk.conversations.delete(begun.conversation_uid)
    with pytest.raises(NotFoundError):
        desk.runs.begin_rework(begun.run_uid, FLAT, FULL_RUN)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RunRow)) == 1
        assert session.scalar(select(func.count()).select_from(RunInputRow)) == 0


async def test_an_answer_costs_its_calls_and_those_of_what_was_read_for_it(
    desk, database
):
    desk.scripts = {"chief": [failure("chief")]}
    unpriced = mixture(["a", "b", "x"], ["c", "d"], fallbacks=["deputy"])
    begun, state = await desk.ask("Why?", unpriced)
    desk.scripts = {}
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [C])
    )
    ablated, _ = await desk.rework(
        retried.run_uid, rework_plan.resynthesise(state, included=[C])
    )

    def cost(run, seat):
        with database.reading() as session:
            return cost_of_answer(session, AnswerRef(run.run_uid, seat))

    below = 1 + 2  # and that of x, which nobody knows
    assert cost(begun, A) == usd(1)
    assert cost(begun, C) == usd(below + 4, unknown=1)
    assert cost(begun, DEPUTY) == usd(below + 4 + 8 + 32, unknown=1)
    assert cost(retried, C) == usd(below + 4, unknown=1)
    assert cost(retried, D) == cost(begun, D) == usd(below + 8, unknown=1)
    assert cost(ablated, CHIEF) == usd(below + 4 + 16, unknown=1)


async def test_a_given_call_has_one_row_however_it_is_named(desk, database):
    begun, state = await desk.ask("Why?", FLAT)
    rework, _ = await desk.rework(begun.run_uid, rework_plan.resynthesise(state))
    with database.reading() as session:
        refs = [AnswerRef(run.run_uid, A) for run in (begun, rework)]
        assert len({call_id_of(session, ref) for ref in refs}) == 1
        chief = [AnswerRef(run.run_uid, Seat(1, 0)) for run in (begun, rework)]
        assert len({call_id_of(session, ref) for ref in chief}) == 2
        with pytest.raises(NotFoundError):
            call_id_of(session, AnswerRef(begun.run_uid, Seat(5, 5)))


async def test_a_new_synthesis_takes_the_place_of_what_was_chosen(desk, database):
    begun, state = await desk.ask("Why?", FLAT)
    chosen = AnswerRef(begun.run_uid, B)
    desk.conversations.choose(begun.turn_uid, chosen)
    assert desk.turn(begun).answer == desk.turn(begun).chosen == chosen
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [A])
    )
    assert desk.turn(begun).chosen == chosen
    second, _ = await desk.rework(retried.run_uid, rework_plan.resynthesise(state))
    turn = desk.turn(begun)
    assert turn.chosen is None
    assert turn.answer == AnswerRef(second.run_uid, Seat(1, 0))
    with database.reading() as session:
        row = session.scalars(select(TurnRow)).one()
        assert row.chosen_call_id is row.origin_call_id is None


async def test_a_synthesis_that_failed_leaves_what_was_chosen(desk):
    begun, state = await desk.ask("Why?", FLAT)
    chosen = AnswerRef(begun.run_uid, B)
    desk.conversations.choose(begun.turn_uid, chosen)
    desk.scripts = {"chief": [failure("chief")]}
    _, state = await desk.rework(begun.run_uid, rework_plan.resynthesise(state))
    assert state.status == "failed"
    assert desk.turn(begun).answer == chosen


async def test_only_a_whole_answer_of_the_turn_can_be_chosen(desk):
    desk.scripts = {"a": ["half", failure("a")]}
    begun, _ = await desk.ask("Why?", FLAT)
    other, _ = await desk.ask("And?", FLAT, conversation_uid=begun.conversation_uid)
    for turn_uid, ref in (
        (begun.turn_uid, AnswerRef(begun.run_uid, A)),
        (begun.turn_uid, AnswerRef(other.run_uid, B)),
        (begun.turn_uid, AnswerRef("12ab", B)),
        ("12ab", AnswerRef(begun.run_uid, B)),
    ):
        with pytest.raises(NotFoundError):
            desk.conversations.choose(turn_uid, ref)
    desk.conversations.choose(begun.turn_uid, AnswerRef(begun.run_uid, B))
    desk.conversations.choose(begun.turn_uid, None)
    assert desk.turn(begun).chosen is None


async def test_a_presets_figures_leave_reworks_out(desk, database):
    begun, state = await desk.ask("Why?", FLAT)
    presets = Presets(database)
    before = presets.record_of(FLAT)
    await desk.rework(begun.run_uid, rework_plan.retry_seats(state, [A]))
    after = presets.record_of(FLAT)
    assert after == replace(before, runs=2)
    assert after.mean_cost_usd == 1 + 2 + 16
