"""An arm that was cut off goes on by its mixture's own rules, and asks nobody twice."""

from collections import Counter

import pytest

from moa_core.experiments import KnownRun
from moa_core.experiments.answers import answer_in_run
from moa_core.experiments.arms import continued
from moa_core.mixture.pace import Auto, EarlyExit, Pace
from moa_core.run import CallFailed, CallFinished, CallStarted, RunState
from tests.moa_core.scripted import ScriptedProvider, failure, mixture, told

ALIKE = ["The sky is blue since air scatters short waves of sunlight the most."]
UNLIKE = ["Ask the wizard of the third mountain, who painted everything at dawn."]
LAYER = ["qwen", "llama", "gemma", "mistral"]
AUTO, EARLY = Pace(auto=Auto()), Pace(early_exit=EarlyExit())
SCRIPTS = {"qwen-chief": ALIKE, "gemma": ALIKE, "c": UNLIKE, "d": UNLIKE}


def state_after(config, events, rework=None):
    state = RunState(config, *([rework] if rework else []))
    for event in events:
        state.apply(event)
    return state


@pytest.mark.parametrize(
    ("pace", "scripts"),
    [
        (AUTO, {"llama": ALIKE}),  # the first answer stands
        (AUTO, {"llama": UNLIKE}),  # another maker agrees with it
        (AUTO, {"llama": UNLIKE, "gemma": UNLIKE}),  # all are asked
        (AUTO, {"llama": [failure("llama")], "gemma": UNLIKE}),
        (EARLY, dict.fromkeys(LAYER, ALIKE)),  # the second layer is left out
        (EARLY, {"llama": UNLIKE}),
    ],
)
async def test_wherever_it_was_cut_off_it_ends_as_if_it_had_not_been(pace, scripts):
    config = mixture(LAYER, ["c", "d"], aggregator="qwen-chief", pace=pace)
    provider = ScriptedProvider({**SCRIPTS, **scripts})
    events = await told(provider, config)
    whole, asked = state_after(config, events), Counter(models(provider))
    for cut in range(1, len(events)):
        until = state_after(config, events[:cut])
        until.status = "interrupted"
        known = KnownRun("first", until)
        ended = [e for e in events[:cut] if isinstance(e, CallFinished | CallFailed)]
        if known.answered:
            assert ended[-1].call.role == "aggregator"
            continue
        how = continued(config, known)
        provider.requests.clear()
        again = await told(provider, config, rework=how.rework)
        state = state_after(config, again, how.rework)
        assert state.synthesis.text == whole.synthesis.text
        assert state.synthesis.role == whole.synthesis.role
        assert [type(d) for _, d in state.decisions] == [
            type(d) for _, d in whole.decisions
        ]
        kept = Counter(each.call.agent.model for each in how.rework.reused.values())
        assert Counter(models(provider)) == asked - kept
        assert answer_in_run(state)[1].text == whole.synthesis.text


def models(provider):
    return [request.agent.model for request in provider.requests]


async def test_a_doubted_first_answer_is_no_answer_of_a_run_that_was_cut_off():
    config = mixture(LAYER, aggregator="qwen-chief", pace=AUTO)
    provider = ScriptedProvider({**SCRIPTS, "llama": UNLIKE, "gemma": UNLIKE})
    events = await told(provider, config)
    third = [isinstance(event, CallStarted) for event in events]
    until = [n for n, begins in enumerate(third, 1) if begins][2]
    state = state_after(config, events[:until])
    for status in ("interrupted", "stopped", "failed"):
        state.status = status
        assert state.synthesis.text == ALIKE[0]
        assert not KnownRun("first", state).answered
