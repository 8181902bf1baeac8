"""Chats, experiments and benchmarks, told apart in history and spending."""

from moa_core.experiments import questions_of
from storage.evaluation import Benchmarks
from storage.history import ConversationList, Filters, Search
from storage.spending.amounts import CallFilter
from storage.spending.spend import Spend
from tests.moa_core.experiments.desk import JUDGE, MIXTURE
from tests.storage.evaluation.laboratory import Laboratory


async def test_each_kind_is_found_by_itself_and_their_costs_add_up(database, recorder):
    laboratory = Laboratory(database, recorder)
    laboratory.world.judge = lambda *_: '{"score": 7, "better": "same"}'
    chat = (await laboratory.ask("Question 0?")).conversation_uid
    experiment = laboratory.create(2)
    found = questions_of("questions", b"Question 7?", "mine.txt")
    items = found.drawn(None, seed=1)
    protocol = found.protocol_for(items, "Mine", MIXTURE, JUDGE)
    benchmark = Benchmarks(database).create("A run", protocol, items)
    for uid in experiment, benchmark:
        await laboratory.run(uid)
    made = {"chat": chat, "experiment": experiment, "benchmark": benchmark}

    listing, search = ConversationList(database), Search(database)
    assert [each.uid for each in listing.newest()] == [chat]
    for kind, uid in made.items():
        [listed] = listing.newest(Filters(kind=kind))
        assert (listed.uid, listed.kind) == (uid, kind)
        hits = search.find("question", Filters(kind=kind)).hits
        assert {(hit.conversation_uid, hit.kind) for hit in hits} == {(uid, kind)}
    answers = search.find("answer", Filters(kind="experiment")).hits
    assert answers == (), "who votes on them must not have read them"

    spend = Spend(database)
    spend.catch_up()
    kinds = {each.kind: each for each in spend.by_kind()}
    assert set(kinds) == set(made)
    spent = sum(each.cost.usd for each in kinds.values())
    assert spent == spend.breakdown().total.cost.usd > 0
    for kind, uid in made.items():
        runs = spend.runs(CallFilter(), limit=50, kind=kind)
        assert len(runs) == kinds[kind].runs
        assert {(run.kind, run.conversation_uid) for run in runs} == {(kind, uid)}
