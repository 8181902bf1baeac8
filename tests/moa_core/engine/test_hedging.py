"""A silent model is asked twice, or its fallback too, in virtual time."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.engine import Budget, Resilient
from moa_core.engine.limits.places import ConcurrencyLimited, Places
from moa_core.engine.pacing import HedgeAllowance, UsualTimes
from moa_core.errors import StoppedError, UnknownEndpointError
from moa_core.mixture import AgentSpec, Hedging, Pace
from moa_core.pricing import PriceBook
from moa_core.run import (
    CallFailed,
    CallFinished,
    CallHedged,
    CallRestarted,
    CallStarted,
    Claim,
    Note,
    Report,
    RunAborted,
    RunFinished,
)
from moa_core.settings import Deadlines, OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import failure, mixture, of
from tests.moa_core.timed_runs import call
from tests.support.paced_runs import HANG, decisions, told
from tests.support.virtual_time import run_virtually

HEDGED = Pace(hedging=Hedging())
REPORTED = Usage(input_tokens=7, output_tokens=0, source="reported")
ONE_DOLLAR = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(1))


def with_deputy(**scripts):
    return told(scripts, mixture(["a"], fallbacks=["deputy", "third"], pace=HEDGED))


def twice(*scripts):
    """What a model does when it is asked for the first time, and for the second."""
    return lambda number: scripts[min(number, len(scripts)) - 1]


def test_the_fallback_is_asked_too_and_the_first_content_wins():
    events, state, _ = with_deputy(chief=HANG, deputy=[0.5, "deputy's"])
    [hedged] = decisions(events)
    assert hedged == CallHedged(seat=hedged.seat, model="lab/deputy", after_s=2.0)
    assert events[-1].text == "deputy's"
    assert events[-1].latency_s == pytest.approx(2.5)
    assert state.synthesis.agent.model == "deputy"
    [closed] = of(CallFailed, events)
    assert closed.call.outcome == "stopped"
    assert closed.call.usage.input_tokens > 0
    assert state.usage == events[-1].usage


def test_the_aggregator_that_begins_after_all_keeps_its_place():
    events, state, provider = with_deputy(chief=[2.5, "chief's"], deputy=[9.0, "late"])
    assert events[-1].text == "chief's"
    assert events[-1].latency_s == pytest.approx(2.5)
    assert state.synthesis.agent.model == "chief"
    assert not provider.asked("third")


def test_both_at_once_leave_one():
    events, state, _ = with_deputy(chief=[3.0, "chief's", 1.0], deputy=[1.0, "x", 1.0])
    assert [call.outcome for call in state.calls if call.role == "aggregator"] == [
        "succeeded",
        "stopped",
    ]
    assert events[-1].text == "chief's"


def test_who_fails_leaves_it_to_the_other_and_to_whoever_comes_next():
    events, _, _ = with_deputy(chief=[3.0, failure("chief")], deputy=[5.0, "deputy's"])
    assert events[-1].text == "deputy's"
    scripts = {"chief": HANG, "deputy": [1.0, "x", failure("deputy")]}
    events, _, _ = with_deputy(**scripts, third=["third's"])
    assert events[-1].text == "third's"


def test_a_fallback_that_does_not_exist_costs_nothing_but_a_word():
    nowhere = AgentSpec(endpoint="nowhere", model="x")
    config = replace(mixture(["a"], pace=HEDGED), fallbacks=(nowhere,))
    events, state, _ = told({"chief": [5.0, "chief's"]}, config)
    assert (events[-1].text, state.synthesis.agent.model) == ("chief's", "chief")
    [missing] = of(CallFailed, events)
    assert isinstance(missing.call.error, UnknownEndpointError)
    assert missing.call.cost.usd == 0


def test_who_writes_in_time_is_not_hedged():
    events, _, provider = with_deputy(chief=[1.9, "chief's", 60.0, "."])
    assert decisions(events) == []
    assert not provider.asked("deputy")


def test_without_a_fallback_the_same_model_is_asked_again():
    scripts = {"chief": twice(HANG, [Note("Second."), 0.5, "again"])}
    events, state, provider = told(scripts, mixture(["a"], pace=HEDGED))
    assert [each.model for each in decisions(events)] == ["lab/chief"]
    assert events[-1].text == "again"
    assert len(provider.asked("chief")) == 2
    [closed] = of(CallRestarted, events)
    assert isinstance(closed.call.error, StoppedError)
    assert (closed.call.started_at_s, closed.call.latency_s) == (0.0, 2.5)
    [answer] = of(CallFinished, events, "aggregator")
    assert (answer.call.attempt, answer.call.started_at_s) == (2, 2.0)
    assert answer.call.ttft_s == pytest.approx(0.5)
    assert answer.call.notes == ("Second.",)
    assert state.synthesis.calls == [closed.call, answer.call]


def test_the_first_request_that_begins_after_all_stays_with_its_notes():
    scripts = {
        "chief": twice([Note("First."), 3.0, "slow"], [Report(usage=REPORTED), 9])
    }
    prices = PriceBook({"lab/chief": ONE_DOLLAR})
    config = mixture(["a"], pace=HEDGED)
    events, _, _ = told(scripts, config, prices=prices)
    [closed] = of(CallRestarted, events)
    assert (closed.call.usage, closed.call.cost.usd) == (REPORTED, Decimal("0.000007"))
    assert (closed.call.started_at_s, closed.call.latency_s) == (2.0, 1.0)
    [answer] = of(CallFinished, events, "aggregator")
    assert (answer.call.text, answer.call.started_at_s) == ("slow", 0.0)
    assert answer.call.ttft_s == pytest.approx(3.0)
    assert answer.call.notes == ("First.",)


@pytest.mark.parametrize("places", [1, 2, 8])
def test_both_requests_take_places_at_their_endpoint(places):
    """A second one that finds none waits for it, and so never comes."""

    def limited(provider):
        return {"lab": ConcurrencyLimited(provider, Places(places))}

    scripts = {"chief": twice([4.0, "slow"], [0.5, "again"])}
    config = mixture(["a"], pace=HEDGED)
    events, state, _ = told(scripts, config, policies=limited)
    assert state.status == "succeeded"
    assert events[-1].text == ("slow" if places == 1 else "again")


def test_a_late_call_that_was_hedged_leaves_both_its_places():
    claim, places, left = Claim(lambda: left.append(1)), Places(3), []

    async def hold(whose, until=None):
        async with places.taken(whose):
            await asyncio.sleep(until or 1.0)

    async def run():
        async with asyncio.TaskGroup() as group:
            for each in (claim, claim, Claim()):
                group.create_task(hold(each))
            await asyncio.sleep(0.1)
            claim.give_up()
            assert not left  # nobody waits
            for _ in range(2):
                group.create_task(hold(Claim()))
            await asyncio.sleep(0.1)
            assert left == [1]

    run_virtually(run())
    assert claim.on_late == []


def test_one_of_two_requests_that_fails_is_billed_and_both_that_fail_fail():
    scripts = {"chief": twice([3.0, failure("chief")], [4.0, "again"])}
    events, _, _ = told(scripts, mixture(["a"], pace=HEDGED))
    assert events[-1].text == "again"
    [closed] = of(CallRestarted, events)
    assert closed.call.error == failure("chief") or closed.call.outcome == "failed"
    scripts = {"chief": twice([3.0, failure("chief")], [4.0, failure("chief")])}
    events, _, _ = told(scripts, mixture(["a"], pace=HEDGED))
    assert isinstance(events[-1], RunAborted)


def test_proposers_are_hedged_by_a_switch_and_one_in_ten_at_most():
    names = [f"p{number}" for number in range(12)]
    both = Pace(hedging=Hedging(proposers=True))
    scripts = {name: twice([60.0, "x"], ["y"]) for name in ("p3", "p4")}
    events, _, provider = told(scripts, mixture(names, pace=both))
    assert len(decisions(events)) == 1
    assert len(provider.requests) == 12 + 1 + 1
    events, _, provider = told(scripts, mixture(names, pace=HEDGED))
    assert len(provider.requests) == 12 + 1
    assert isinstance(events[-1], RunFinished)


def test_the_allowance_is_one_in_ten():
    allowance = HedgeAllowance()
    taken = 0
    for _ in range(35):
        allowance.count_call()
        taken += allowance.take()
    assert taken == 3


@pytest.mark.parametrize(("limit", "asked"), [("0.000016", 1), ("0.000015", 0)])
def test_a_cap_that_is_reached_allows_no_second_request(limit, asked):
    """While the aggregator is silent another run, say, has taken the rest."""
    prices = PriceBook({f"lab/{who}": ONE_DOLLAR for who in ("a", "chief", "deputy")})
    budget = Budget(limit_usd=Decimal(1))

    def spend(event, _controls):
        if isinstance(event, CallStarted) and event.role == "aggregator":
            object.__setattr__(budget, "limit_usd", Decimal(limit))

    config = mixture(["a"], fallbacks=["deputy"], pace=HEDGED)
    scripts = {"a": [1.0, "x"], "chief": [10.0, "chief's"]}
    _, _, provider = told(scripts, config, act=spend, prices=prices, budget=budget)
    assert len(provider.asked("deputy")) == asked


def test_with_all_policies_a_hang_that_is_hedged_ends_well():
    def policies(provider):
        return Resilient({"lab": provider}, Deadlines(), 8)

    scripts = {"chief": twice(HANG, [0.5, "again"])}
    events, _, _ = told(scripts, mixture(["a"], pace=HEDGED), policies=policies)
    assert (events[-1].text, events[-1].latency_s) == ("again", pytest.approx(2.5))


def test_while_it_queues_no_time_runs():
    def policies(provider):
        return Resilient({"lab": provider}, Deadlines(), 1)

    scripts = {"a": [9.0, "x"], "b": [9.0, "y"], "chief": [1.0, "z"]}
    both = Pace(hedging=Hedging(proposers=True, at_least_s=9.5))
    config = mixture(["a", "b"], pace=both)
    events, _, _ = told(scripts, config, policies=policies)
    assert decisions(events) == []
    assert len(of(CallStarted, events)) == 4  # b twice: it queued


AGENT = AgentSpec(endpoint="lab", model="chief")


@pytest.mark.parametrize(
    ("agent", "known", "calls", "after_s"),
    [
        (AGENT, {("aggregator", "lab/chief"): 4.0}, [], 12.0),
        (AGENT, {("aggregator", "lab/chief"): 0.1}, [], 2.0),
        (AGENT, {("proposer", "lab/chief"): 9.0}, [], 2.0),
        (AGENT, {}, [call((0, 0), 0.0, 9.0, first_s=t) for t in (1.0, 2.0, 3.0)], 6.0),
        (AgentSpec(endpoint="lab", model="o3"), {}, [], 30.0),
        (
            AgentSpec(endpoint="lab", model="o3"),
            {("aggregator", "lab/o3"): 20.0},
            [],
            60.0,
        ),
        (
            AgentSpec(endpoint="lab", model="x", effort="high"),
            {},
            [call((0, 0), 0.0, 9.0, first_s=1.0)],  # of the same model
            3.0,
        ),
    ],
)
def test_how_long_is_too_long_is_learnt_from_earlier_runs(agent, known, calls, after_s):
    usual = UsualTimes(first_s=known)
    assert usual.hedge_after_s(Hedging(), "aggregator", agent, calls) == after_s
