"""What a server has not read is said, what it has read in another count is not."""

import pytest

from moa_core.engine.execution import Engine
from moa_core.engine.resilience import Resilient
from moa_core.engine.windows import Window, Windows
from moa_core.errors import ContextLengthError, NoSynthesisError
from moa_core.messages import Message
from moa_core.pricing import PriceBook
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.connections import Connections
from moa_core.review.sent_prompt import matches_prompt_hash, sent_to
from moa_core.run.events import CallFinished, CallNoted, RunAborted, RunFinished
from moa_core.run.run_state import RunState
from moa_core.settings import Deadlines, EndpointSettings
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Usage
from tests.moa_core.scripted import QUESTION, ScriptedProvider, agent, mixture, of
from tests.model_server import Play
from tests.support.language_samples import SAMPLES

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
    assert windows.of(agent("chief")) == Window(2048, 2048)
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


def counting(window, size, words):
    """Refuses what is over a window, where so many characters are a token."""

    def judge(body):
        prompt = sum(len(each["content"]) for each in body["messages"]) // size
        answer = body.get("max_tokens", 0)
        if prompt + answer <= window:
            return None
        said = words.format(
            window=window, prompt=prompt, answer=answer, total=prompt + answer
        )
        return 400, {"error": {"message": said}}

    return Play(judge=judge, usage=None)


OPENAI = (
    "This model's maximum context length is {window} tokens. However, you requested "
    "{total} tokens ({prompt} in the messages, {answer} in the completion). Please "
    "reduce the length of the messages or completion."
)
TERSE = "maximum context length is {window} tokens, you requested {total}"
LLAMA = (
    "the request exceeds the available context size, try increasing it "
    "(n_prompt_tokens: {prompt}, n_ctx: {window})"
)
SILENT = "context length exceeded: at most {window} tokens"


async def asked_of(model_server, config, windows, question=QUESTION):
    """The state of one run over a real server, its failures included."""
    connections = Connections()
    settings = EndpointSettings(
        name="lab", base_url=model_server.url, kind="compatible", api_key="sk-test"
    )
    adapter = ChatCompletions(settings, connections)
    engine = Engine(Resilient({"lab": adapter}, Deadlines(), 8), PriceBook(), windows)
    state = RunState(config)
    try:
        async for event in engine.run(config, question):
            state.apply(event)
    finally:
        await connections.aclose()
    return state, event


@pytest.mark.parametrize(
    ("words", "size"),
    [(OPENAI, 5), (TERSE, 5), (LLAMA, 5), (SILENT, 5), (SILENT, 3), (LLAMA, 2)],
)
async def test_a_refusal_that_names_the_window_is_answered_with_shorter_drafts(
    model_server, words, size
):
    """Also where a tokenizer makes twice as many tokens of a text as we estimate."""
    model_server.plays["a"] = Play(pieces=(LONG,))
    model_server.plays["chief"] = counting(4096, size, words)
    windows = Windows()
    state, last = await asked_of(model_server, mixture(["a"]), windows)
    assert isinstance(last, RunFinished)
    refused, answered = [call for call in state.calls if call.role == "aggregator"]
    assert isinstance(refused.error, ContextLengthError)
    assert (refused.attempt, answered.attempt) == (1, 2)
    assert (refused.usage.input_tokens, refused.notes) == (0, ())
    assert "shortened to fit its window of 4,096 tokens" in answered.notes[0]
    assert windows.of(answered.agent).tokens == 4096
    sent = sent_to(state, answered.seat, QUESTION)
    assert matches_prompt_hash(answered, sent)
    await asked_of(model_server, mixture(["a"]), windows)
    bodies = [each.body for each in model_server.calls if each.body["model"] == "chief"]
    assert len(bodies) == 3, "the second run knows the window before it asks"


async def test_drafts_are_shortened_rather_than_the_answer(model_server):
    """The prompt alone would fit, and leave 300 tokens to an answer of 2,048."""
    model_server.plays["a"] = Play(pieces=(LONG,))
    prompt = estimate_prompt_tokens([Message.from_text("user", LONG)])
    model_server.plays["chief"] = counting(prompt + 400, 5, OPENAI)
    _, last = await asked_of(model_server, mixture(["a"]), Windows())
    assert isinstance(last, RunFinished)
    assert model_server.calls[-1].body["max_tokens"] == 2048


async def test_it_is_asked_again_once_whatever_it_names(model_server):
    """A server that takes nothing, and names another window each time."""
    sizes = iter(range(4000, 0, -100))

    def judge(body):
        said = f"maximum context length is {next(sizes)} tokens"
        return 400, {"error": {"message": said}}

    model_server.plays["a"] = Play(pieces=(LONG,))
    model_server.plays["chief"] = Play(judge=judge)
    state, last = await asked_of(model_server, mixture(["a"]), Windows())
    assert isinstance(last, RunAborted)
    assert [each.body["model"] for each in model_server.calls] == ["a"] + ["chief"] * 2
    assert isinstance(last.error, NoSynthesisError)
    assert isinstance(state.calls[-1].error, ContextLengthError)


@pytest.mark.parametrize("draft", ["It is blue.", LONG])
async def test_a_question_that_is_too_long_is_refused_as_before(model_server, draft):
    question = (Message.from_text("user", LONG),)
    model_server.plays["a"] = Play(pieces=(draft,))
    model_server.plays["chief"] = counting(2000, 4, LLAMA)
    _, last = await asked_of(model_server, mixture(["a"]), Windows(), question)
    assert isinstance(last, RunAborted)
    assert len(model_server.calls) == 2
    assert "the model reads 2,000" in str(last.error)


async def test_a_first_layer_has_nothing_to_shorten_and_still_teaches_the_window(
    model_server,
):
    question = (Message.from_text("user", LONG),)
    model_server.plays["a"] = counting(2000, 4, LLAMA)
    windows = Windows()
    await asked_of(model_server, mixture(["a", "b"]), windows, question)
    assert len(model_server.calls) == 3
    assert windows.of(agent("a")).tokens == 2000


async def test_a_number_too_small_for_a_window_is_not_learnt(model_server):
    model_server.plays["a"] = Play(pieces=(LONG,))
    words = "the prompt is too long: at most 20 messages and a context of 20"
    model_server.plays["chief"] = counting(100, 4, words)
    windows = Windows()
    await asked_of(model_server, mixture(["a"]), windows)
    assert windows.of(agent("chief")) is None
