"""What is judged of Auto: its mixture's answer against the one that came before."""

from datetime import UTC, datetime

from moa_core.mixture.pace import Auto, Pace
from moa_core.run.run_state import RunState
from pages.widgets.votes.mix_vote import can_be_judged, mix_pair
from storage.runs import StoredRun
from tests.moa_core.scripted import ScriptedProvider, mixture, told

CONFIG = mixture(["a", "b"], pace=Pace(auto=Auto()))
BLUE = ["The sky is blue since air scatters short waves of sunlight the most."]
WIZARD = ["Ask the wizard of the third mountain, who painted everything at dawn."]


async def run_of(scripts) -> StoredRun:
    state = RunState(CONFIG)
    for event in await told(ScriptedProvider(scripts), CONFIG):
        state.apply(event)
    return StoredRun(uid="r", state=state, created_at=datetime.now(UTC))


async def test_the_mix_is_judged_against_the_first_answer():
    run = await run_of(
        {"chief": lambda n: BLUE if n == 1 else ["Written."], "a": WIZARD}
    )
    pair = mix_pair(run)
    (alone,) = [side for side in pair.sides if not side.is_mix]
    assert (alone.seat.text, alone.title) == (BLUE[0], "First answer by chief")
    (mix,) = [side for side in pair.sides if side.is_mix]
    assert (mix.seat.text, mix.title) == ("Written.", "The mix")


async def test_an_answer_that_no_other_model_touched_is_no_mix():
    run = await run_of({"chief": BLUE, "a": BLUE})
    assert run.answer is not None
    assert not can_be_judged(run)
