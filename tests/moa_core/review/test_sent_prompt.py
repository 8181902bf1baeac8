from dataclasses import replace

import pytest
from hypothesis import given

from moa_core.messages import Message
from moa_core.mixture.config import Seat
from moa_core.mixture.prompts import Prompts
from moa_core.review.sent_prompt import matches_prompt_hash, sent_to
from moa_core.run.run_state import RunState
from tests.moa_core.engine.fast_start.early_runs import Paced, ran
from tests.moa_core.generated_runs import runs, state_after
from tests.moa_core.scripted import QUESTION, ScriptedProvider, mixture, told
from tests.profiles import examples

pytestmark = pytest.mark.slow


@given(runs)
@examples(0.4)
def test_every_prompt_can_be_rebuilt_from_the_run_and_proven(made):
    state = state_after(made)
    for call in state.calls:
        assert matches_prompt_hash(call, sent_to(state, call.seat, QUESTION))


async def test_what_is_rebuilt_is_what_the_model_was_sent():
    provider = ScriptedProvider()
    config = mixture(["a", "b"], ["c"], prompts=Prompts(placement="paper"))
    state = RunState(config)
    for event in await told(provider, config):
        state.apply(event)
    for model, seat in (("b", Seat(0, 1)), ("c", Seat(1, 0)), ("chief", Seat(2, 0))):
        [request] = provider.asked(model)
        assert sent_to(state, seat, QUESTION) == request.messages


async def test_other_words_prove_nothing():
    config = mixture(["a"])
    state = RunState(config)
    for event in await told(ScriptedProvider(), config):
        state.apply(event)
    [call, _] = state.calls
    sent = sent_to(state, call.seat, QUESTION)
    assert matches_prompt_hash(call, sent) is True
    assert matches_prompt_hash(call, (*sent, Message.from_text("user", ""))) is False
    assert matches_prompt_hash(replace(call, prompt_sha256=None), sent) is None


@pytest.mark.parametrize("way", ["chunks", "provisional"])
@pytest.mark.parametrize("check", ["STANDS", "No: it is not so."])
def test_the_prompts_of_an_answer_that_began_early_are_proven_too(way, check):
    state, _ = ran(Paced(check=check), way)
    seats = [state.synthesis, *([state.provisional] if state.provisional else [])]
    for seat in seats:
        sent = sent_to(state, seat.seat, QUESTION)
        assert matches_prompt_hash(seat.call, sent)
