"""Whole runs whose answer begins early, by models that keep an exact pace."""

from decimal import Decimal

import pytest

from moa_core.engine import Budget, Engine
from moa_core.errors import CapReachedError
from moa_core.mixture import FastStart, Pace
from moa_core.pricing import PriceBook
from moa_core.review.replay import replayed_events
from moa_core.run import (
    AnswerBegun,
    CallFinished,
    ProvisionalJudged,
    RunAborted,
    RunFinished,
    RunState,
)
from moa_core.usage import Cost, Usage
from tests.moa_core.engine.fast_start.early_runs import ANSWER, PRICE, Paced, ran
from tests.moa_core.scripted import QUESTION, mixture
from tests.support.virtual_time import run_virtually


def bill_of(provider):
    usd = sum(
        usage.input_tokens * PRICE.input_usd_per_mtok
        + usage.output_tokens * PRICE.output_usd_per_mtok
        for _, usage in provider.reported
    )
    return Cost((usd / 1_000_000).quantize(Decimal("1e-9")))


def decided(state, kind):
    return [each for _, each in state.decisions if isinstance(each, kind)]


def test_the_answer_begins_early_with_a_straggler_and_is_one_text():
    state, events = ran(Paced(slow="b"), "chunks")
    usual, _ = ran(Paced(slow="b"), None)
    assert state.ttft_s < 0.3 * usual.ttft_s
    assert state.synthesis.text == "".join(ANSWER).strip() == events[-1].text
    assert state.latency_s < usual.latency_s * 1.1
    (begun,) = decided(state, AnswerBegun)
    assert begun.before_s == pytest.approx(usual.ttft_s - state.ttft_s, abs=1.0)
    assert len(begun.read) == len(state.synthesis.calls) > 3
    assert [call.attempt for call in state.synthesis.calls] == list(
        range(1, len(begun.read) + 1)
    )


@pytest.mark.parametrize("way", ["chunks", "provisional"])
def test_every_request_is_billed_as_the_server_reported_it(way):
    provider = Paced(check="Now everything is different.")
    state, events = ran(provider, way)
    assert state.cost == events[-1].cost == bill_of(provider)
    assert len(state.calls) == len(provider.reported)
    assert state.usage == sum((u for _, u in provider.reported), Usage())


def test_a_replay_tells_the_same_run():
    state, _ = ran(Paced(), "chunks")
    again = RunState(state.config)
    for event in replayed_events(state):
        again.apply(event)
    assert again.synthesis.text == state.synthesis.text
    assert again.synthesis.calls == state.synthesis.calls
    assert again.decisions == state.decisions


def test_stop_keeps_what_was_shown_and_bills_what_was_asked():
    state, events = ran(Paced(), "chunks", stop_s=3.0)
    assert state.status == "stopped"
    assert isinstance(events[-1], RunAborted)
    assert events[-1].text == state.synthesis.text != ""
    assert "".join(ANSWER).startswith(state.synthesis.text)
    assert state.cost == events[-1].cost


def test_a_cap_holds_between_two_requests_of_one_answer():
    budget = Budget(limit_usd=Decimal("0.0004"))
    state, events = ran(Paced(), "chunks", budget=budget)
    assert isinstance(events[-1].error, CapReachedError)
    assert state.synthesis.text == events[-1].text != ""
    whole, _ = ran(Paced(), "chunks")
    assert len(state.calls) < len(whole.calls)


def test_a_provisional_answer_that_stands_is_the_answer():
    state, events = ran(Paced(slow="b"), "provisional")
    assert state.provisional.text == state.synthesis.text == events[-1].text
    assert state.synthesis.call.finish_reason == "stands"
    assert state.synthesis.reasoning == "STANDS"
    assert decided(state, ProvisionalJudged) == [ProvisionalJudged(stands=True)]
    assert state.ttft_s < 3.0


def test_a_revision_stands_beside_the_provisional_answer():
    state, events = ran(Paced(check="No: it is not so."), "provisional")
    assert state.provisional.text == "".join(ANSWER)
    assert state.synthesis.text == events[-1].text == "No: it is not so."
    assert decided(state, ProvisionalJudged) == [ProvisionalJudged(stands=False)]


def test_a_revision_that_fails_leaves_the_provisional_answer():
    state, events = ran(Paced(fails=["check"]), "provisional")
    assert isinstance(events[-1], RunFinished)
    assert events[-1].text == state.synthesis.text == state.provisional.text != ""
    unchecked = ProvisionalJudged(stands=True, checked=False)
    assert decided(state, ProvisionalJudged) == [unchecked]
    assert state.aggregators[0].status == "failed"


def test_stop_while_it_is_checked_leaves_the_provisional_answer():
    checking = Paced(check="No: it is not so.")
    _, events = ran(checking, "provisional")
    drafts_s = max(e.at_s for e in events if isinstance(e, CallFinished))
    state, events = ran(Paced(), "provisional", stop_s=drafts_s - 0.3)
    assert state.status == "stopped"
    assert state.synthesis is state.provisional
    assert events[-1].text == state.provisional.text


def test_where_there_is_nothing_to_begin_early_the_run_is_as_always():
    config = mixture(
        ["a"], method="rank", pace=Pace(fast_start=FastStart(way="chunks"))
    )
    alone = mixture(pace=Pace(fast_start=FastStart(way="chunks")))
    for each in (config, alone):
        engine = Engine({"lab": Paced()}, PriceBook())

        async def run(engine=engine, each=each):
            return [event async for event in engine.run(each, QUESTION)]

        events = run_virtually(run())
        assert not [e for e in events if getattr(e, "decision", None)]
