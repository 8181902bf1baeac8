from moa_core.errors import BrokenStreamError
from moa_core.journal import EndedCall, take_in
from moa_core.mixture import Seat
from moa_core.mixture.pace import EarlyExit, Pace, Quorum
from moa_core.plan import rest_of_run
from moa_core.run import FULL_RUN, Delta, LayerProceeded, LayersSkipped, RunState
from moa_core.run.events import CallFailed, CallFinished
from tests.moa_core.scripted import ScriptedProvider, failure, mixture, told

TWO_LAYERS = mixture(["a", "b"], ["c", "d"])


async def ended(config, scripts=None):
    """Every call of a whole run, in the order in which they ended."""
    events = await told(ScriptedProvider(scripts), config)
    return [e.call for e in events if isinstance(e, CallFinished | CallFailed)]


def cut_off(config, calls, *decisions):
    state = RunState(config)
    for call in calls:
        take_in(state, EndedCall(call, None))
    for decision in decisions:
        state.decide(1.0, decision)
    return state


async def test_nothing_known_is_a_whole_run():
    assert rest_of_run(RunState(TWO_LAYERS)) == FULL_RUN


async def test_proposals_are_not_asked_again():
    calls = await ended(TWO_LAYERS)
    for count in range(1, 5):
        rest = rest_of_run(cut_off(TWO_LAYERS, calls[:count]))
        assert rest.reused.keys() == {call.seat for call in calls[:count]}
        assert rest.whole


async def test_who_failed_is_asked_again_until_somebody_has_read_its_layer():
    scripts = {"b": [failure("b")]}
    calls = await ended(TWO_LAYERS, scripts)
    first = [call for call in calls if call.seat.layer_index == 0]
    assert rest_of_run(cut_off(TWO_LAYERS, first)).reused.keys() == {Seat(0, 0)}
    c = [call for call in calls if call.agent.model == "c"]
    rest = rest_of_run(cut_off(TWO_LAYERS, [*first, *c]))
    assert rest.reused.keys() == {Seat(0, 0), Seat(0, 1), Seat(1, 0)}
    assert not rest.reused[Seat(0, 1)].read


async def test_a_failure_that_was_paid_for_is_not_paid_for_again():
    broken = [Delta("half"), failure("b", BrokenStreamError)]
    calls = await ended(TWO_LAYERS, {"b": broken})
    first = [call for call in calls if call.seat.layer_index == 0]
    state = cut_off(TWO_LAYERS, first)
    assert rest_of_run(state).reused.keys() == {Seat(0, 0), Seat(0, 1)}
    state.status = "failed"  # it was tried to its end, and is tried again
    assert rest_of_run(state).reused.keys() == {Seat(0, 0)}


async def test_whom_a_layer_went_on_without_is_not_asked_again():
    config = mixture(["a", "b", "x"], ["c"], pace=Pace(quorum=Quorum()))
    calls = await ended(mixture(["a", "b"], ["c"]))
    late = LayerProceeded(layer_index=0, answered=2, late=(Seat(0, 2),), waited_s=1.0)
    kept = [call for call in calls if call.role == "proposer"]
    rest = rest_of_run(cut_off(config, kept, late))
    assert rest.asks == frozenset()
    assert rest.reused.keys() == {Seat(0, 0), Seat(0, 1), Seat(1, 0)}


async def test_layers_that_were_skipped_stay_so():
    config = mixture(["a", "b"], ["c", "d"], pace=Pace(early_exit=EarlyExit()))
    calls = [c for c in await ended(TWO_LAYERS) if c.seat.layer_index == 0]
    skipped = LayersSkipped(first=1, last=1, agreement=0.9)
    rest = rest_of_run(cut_off(config, calls, skipped))
    assert rest.whole  # its proposals agree once more, so that they are skipped again
    assert rest.reused.keys() == {Seat(0, 0), Seat(0, 1)}
