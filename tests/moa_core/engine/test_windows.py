"""What a server has not read is said, what it has read in another count is not."""

import pytest

from moa_core.engine.execution import Engine
from moa_core.engine.windows import Windows
from moa_core.messages import Message
from moa_core.pricing import PriceBook
from moa_core.run.events import CallFinished, CallNoted
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Usage
from tests.language_samples import SAMPLES
from tests.moa_core.scripted import QUESTION, ScriptedProvider, agent, mixture, of

LONG = (
    "Air scatters short waves of light more than long ones, so the sky is blue. " * 300
)


def read(text, tokens, windows=None, source="reported"):
    usage = Usage(input_tokens=tokens, output_tokens=1, source=source)
    prompt = [Message.from_text("user", text)]
    return (windows or Windows()).read(agent("a"), prompt, usage)


@pytest.mark.parametrize("tokens", [2048, 4096, 1024, 100, 1500])
def test_a_prompt_that_was_shortened_is_told_with_the_way_out(tokens):
    said = read(LONG, tokens)
    assert f"read {tokens:,} of about 5,100 tokens" in said
    assert "num_ctx" in said


def test_figures_that_nobody_reported_say_nothing():
    assert read(LONG, 100, source="estimated") is None
    assert read(LONG, 0) is None


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("share", [0.65, 0.8, 1.0, 1.5])
def test_a_frugal_tokenizer_is_no_alarm(sample, share):
    """0.65 of the estimate is the least that was measured of real texts."""
    text = SAMPLES[sample] * 60
    tokens = int(estimate_prompt_tokens([Message.from_text("user", text)]) * share)
    assert read(text, tokens + (tokens % 1024 == 0)) is None


def test_long_rules_are_no_alarm():
    assert read(("=" * 80 + "\n") * 200, 400) is None


def test_a_short_prompt_is_no_alarm():
    assert read("Why is the sky blue? " * 20, 20) is None


async def told(provider, config, windows):
    engine = Engine({"lab": provider}, PriceBook(), windows)
    return [event async for event in engine.run(config, QUESTION)]


async def test_a_window_that_was_learnt_is_kept_to_from_then_on():
    usage = Usage(input_tokens=2048, output_tokens=9, source="reported")
    provider = ScriptedProvider({"a": [LONG]}, usage=usage)
    windows = Windows()
    events = await told(provider, mixture(["a"]), windows)
    assert "shortened the prompt" in of(CallNoted, events, "aggregator")[0].text
    assert windows.of(agent("chief")) == 2048
    events = await told(provider, mixture(["a"]), windows)
    [call] = [e.call for e in of(CallFinished, events, "aggregator")]
    assert "The draft was shortened to fit its window of 2,048" in call.notes[0]
    assert "shortened to fit]" in provider.requests[-1].messages[-1].text


async def test_a_window_that_the_endpoint_lists_is_kept_to():
    provider = ScriptedProvider({"a": [LONG]}, usage=None)
    events = await told(provider, mixture(["a"]), Windows(lambda ref: 3000))
    [call] = [e.call for e in of(CallFinished, events, "aggregator")]
    assert "3,000 tokens" in call.notes[0]
    assert estimate_prompt_tokens(provider.requests[-1].messages) < 3000
