"""A layer goes on without those who are late, in virtual time."""

from decimal import Decimal

import pytest

from moa_core.engine import Budget, Resilient
from moa_core.engine.limits.places import ConcurrencyLimited, Places
from moa_core.errors import CapReachedError
from moa_core.mixture import Seat
from moa_core.pricing import PriceBook
from moa_core.run import (
    CallFailed,
    CallFinished,
    CallStarted,
    LayerFinished,
    LayerProceeded,
    ReusedCall,
    Rework,
    RunAborted,
    RunFinished,
)
from moa_core.settings import Deadlines, OwnPrice
from tests.moa_core.scripted import failure, mixture, of
from tests.support.paced_runs import (
    HANG,
    PATIENT,
    SIX,
    answers,
    decisions,
    steady,
    told,
)


def test_a_straggler_is_left_behind_writes_on_and_is_billed_and_marked():
    slow = steady(1.0, 12, 1.0)  # would end soon if it did not pause
    slow[3] = 6.0
    config = mixture(SIX, SIX[:3], pace=PATIENT)
    events, state, provider = told(answers(f=slow), config)
    [proceeded] = decisions(events)
    late = Seat(0, 5)
    assert (proceeded.layer_index, proceeded.answered) == (0, 5)
    assert proceeded.late == (late,)
    assert proceeded.waited_s == pytest.approx(1.0, abs=0.3)
    [layer, _] = of(LayerFinished, events)
    assert (layer.answered, layer.asked) == (5, 6)
    assert layer.at_s == pytest.approx(11.0, abs=0.3)
    [ended] = [e for e in of(CallFinished, events) if e.seat == late]
    assert ended.at_s == pytest.approx(18.0)
    assert ended.call.late
    assert state.seat_at(late).late
    assert not state.seat_at(late).included
    assert ended.call in state.calls
    assert state.usage == events[-1].usage
    assert state.layers[0].answered == 5
    read = provider.asked("a")[1].messages[-1].text
    assert read.count("x" * 1000) == 5


def test_a_hang_costs_nothing_and_is_closed_when_the_answer_is_complete():
    events, state, _ = told(answers(c=HANG), mixture(SIX, pace=PATIENT))
    assert events[-1].latency_s == pytest.approx(14.0, abs=0.5)
    assert state.seat_at(Seat(0, 2)).status == "stopped"
    [closed] = of(CallFailed, events)
    assert closed.call.late
    assert str(closed.call.error) == "This call came too late, and was closed."
    assert closed.call.usage.input_tokens > 0  # it was asked, so it may be billed
    assert isinstance(events[-1], RunFinished)


@pytest.mark.parametrize("layer", [SIX[:3], SIX[:2]])
def test_with_three_proposers_or_fewer_nobody_is_left_out(layer):
    slow = steady(1.0, 10, 50.0)
    events, _, _ = told(answers(b=slow), mixture(layer, pace=PATIENT))
    assert decisions(events) == []
    assert of(LayerFinished, events)[0].answered == len(layer)


def test_when_nobody_is_slow_everybody_is_waited_for():
    close = {model: steady(1.0, 10, 1.0 + 0.05 * n) for n, model in enumerate(SIX)}
    events, _, _ = told(answers(**close), mixture(SIX, pace=PATIENT))
    assert decisions(events) == []


def test_whoever_fails_does_not_count():
    scripts = answers(a=[0.5, failure("a")], b=[0.5, failure("b")], f=HANG)
    events, _, _ = told(scripts, mixture(SIX, pace=PATIENT))
    [proceeded] = decisions(events)
    assert proceeded.late == (Seat(0, 5),)
    assert proceeded.answered == 3


def test_a_rework_waits_for_whom_it_asks():
    config = mixture(SIX, pace=PATIENT)
    _, state, _ = told(answers(), config)
    reused = {seat.seat: ReusedCall(seat.call) for seat in state.layers[0].seats[:4]}
    slow = answers(e=steady(1.0, 10, 30.0), f=steady(1.0, 10, 30.0))
    asks = frozenset({Seat(0, 4), Seat(0, 5)})
    events, _, _ = told(slow, config, rework=Rework(reused=reused, asks=asks))
    assert decisions(events) == []
    assert of(LayerFinished, events)[0].answered == 6


def test_a_run_that_was_cut_off_goes_on_without_who_is_late():
    config = mixture(SIX, pace=PATIENT)
    _, state, _ = told(answers(), config)
    reused = {seat.seat: ReusedCall(seat.call) for seat in state.layers[0].seats[:4]}
    slow = answers(e=steady(1.0, 10, 1.0), f=HANG)
    events, _, _ = told(slow, config, rework=Rework(reused=reused))
    [proceeded] = decisions(events)
    assert (proceeded.answered, proceeded.late) == (5, (Seat(0, 5),))
    hang = answers(e=HANG, f=HANG)
    events, _, _ = told(hang, config, rework=Rework(reused=reused))
    assert [each.late for each in decisions(events)] == [(Seat(0, 4), Seat(0, 5))]
    assert isinstance(events[-1], RunFinished)


def test_late_ones_count_for_the_caps():
    price = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(10**6))
    free = {f"lab/{model}": FREE for model in [*SIX, "chief"]}
    prices = PriceBook(free | {"lab/f": price})
    scripts = answers(f=steady(1.0, 40, 1.0))
    budget = Budget(limit_usd=Decimal(50))
    config = mixture(SIX, pace=PATIENT)
    events, _, _ = told(scripts, config, prices=prices, budget=budget)
    assert isinstance(events[-1], RunAborted)
    assert isinstance(events[-1].error, CapReachedError)
    [late] = of(CallFailed, events)
    assert events[-1].cost == late.call.cost


FREE = OwnPrice(input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(0))


def test_a_stop_ends_late_ones_too():
    def stop(event, controls):
        if isinstance(event, CallStarted) and event.role == "aggregator":
            controls.stop()

    events, state, _ = told(answers(f=HANG), mixture(SIX, pace=PATIENT), act=stop)
    assert isinstance(events[-1], RunAborted)
    assert state.status == "stopped"
    assert state.seat_at(Seat(0, 5)).status == "stopped"
    assert state.seat_at(Seat(0, 5)).call.late


def one_place(provider):
    return {"lab": ConcurrencyLimited(provider, Places(1))}


def test_who_queues_is_not_late_and_a_late_one_leaves_its_place_to_others():
    quick = {model: steady(0.5, 4, 0.5) for model in SIX} | {"e": HANG}
    scripts = answers(**quick)
    config = mixture(SIX, pace=PATIENT)
    events, state, _ = told(scripts, config, policies=one_place)
    [proceeded] = decisions(events)
    assert proceeded.answered == 4
    assert Seat(0, 4) in proceeded.late
    assert state.seat_at(Seat(0, 4)).status == "stopped"
    assert isinstance(events[-1], RunFinished)
    assert events[-1].latency_s < 25


def test_one_place_and_nobody_slow_leaves_nobody_out():
    quick = {model: steady(0.5, 4, 0.5) for model in SIX}
    config = mixture(SIX, pace=PATIENT)
    events, _, _ = told(answers(**quick), config, policies=one_place)
    assert decisions(events) == []


def test_with_all_policies_a_hang_is_left_behind_as_well():
    def policies(provider):
        return Resilient({"lab": provider}, Deadlines(), 8)

    events, _, _ = told(answers(f=HANG), mixture(SIX, pace=PATIENT), policies=policies)
    assert [type(each) for each in decisions(events)] == [LayerProceeded]
    assert events[-1].latency_s == pytest.approx(14.0, abs=0.5)
