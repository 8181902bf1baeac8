"""Deadlines by situation, what they keep, and what a user adds to them."""

import asyncio
import itertools
from contextlib import aclosing
from decimal import Decimal

import pytest

from moa_core.engine.deadlines import HOSTED, LOCAL, REASONING, WithDeadlines, reasons
from moa_core.engine.execution import Engine
from moa_core.engine.resilience import Resilient, Retrying, RetryPolicy
from moa_core.errors import (
    DeadlineError,
    ModelLoadingError,
    NoSynthesisError,
    TokensUsedUpError,
)
from moa_core.mixture.config import Seat
from moa_core.pricing import PriceBook
from moa_core.run.completion import (
    Begin,
    CompletionRequest,
    Delta,
    Finish,
    Note,
    Queued,
    SignOfLife,
    Timed,
)
from moa_core.run.controls import Controls
from moa_core.run.events import (
    CallDelta,
    CallExtended,
    CallFailed,
    CallFinished,
    CallQueued,
    CallRestarted,
    CallTimed,
    RunAborted,
    RunFinished,
)
from moa_core.run.run_state import RunState
from moa_core.settings import Deadlines, OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import (
    QUESTION,
    ScriptedProvider,
    agent,
    failure,
    mixture,
    of,
)

PARAGRAPH = "The sky is blue because air scatters short waves more than long ones. " * 5
QUICK = Deadlines(first_token_s=0.2, idle_s=0.2)


async def streamed(provider, model="a", **more):
    request = CompletionRequest(agent(model, **more), QUESTION)
    async with aclosing(provider.stream(request)) as items:
        return [item async for item in items]


async def limits_of(model, *, local=False, seen=(), own=None, **more):
    provider = ScriptedProvider({model: ["x"]})
    watched = WithDeadlines(provider, own or Deadlines(), local, {*seen})
    return (await streamed(watched, model, **more))[0]


async def test_limits_go_by_the_situation():
    assert await limits_of("gpt-4o") == HOSTED
    assert await limits_of("gpt-4o", effort="low") == REASONING
    assert await limits_of("gpt-4o", seen=["lab/gpt-4o"]) == REASONING
    assert await limits_of("o3") == REASONING
    assert await limits_of("o3", local=True) == LOCAL
    patient = await limits_of("o3", local=True, seen=["lab/o3"])
    assert patient == Timed(600.0, 300.0)


async def test_the_users_own_limits_hold_everywhere():
    own = Deadlines(first_token_s=7, idle_s=8, call_s=9)
    for local in (False, True):
        assert await limits_of("o3", local=local, own=own) == Timed(7, 8, 9)
    assert await limits_of("gpt-4o", own=Deadlines(idle_s=8)) == Timed(60.0, 8)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mini", "gpt-4.1", "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "Qwen/Qwen2.5-72B-Instruct", "claude-sonnet-4.5", "mistral-large-latest",
        "google/gemma-3-27b-it", "deepseek-chat", "grok-4-fast-non-reasoning",
        "Qwen/Qwen3-235B-A22B-Instruct-2507", "kimi-k2-0905",
    ],
)  # fmt: skip
def test_models_that_answer_at_once(model):
    assert not reasons(model, None)


@pytest.mark.parametrize(
    "model",
    [
        "o1-mini", "o3", "o4-mini", "gpt-5", "gpt-5.2-pro", "deepseek-reasoner",
        "deepseek-ai/DeepSeek-R1", "DeepSeek-R1-Distill-Llama-70B", "qwq-32b",
        "Qwen/Qwen3-235B-A22B-Thinking-2507", "magistral-medium", "grok-3-mini",
        "gemini-2.5-pro", "gpt-oss-120b", "kimi-k2-thinking", "glm-4.6",
        "phi-4-reasoning", "a-model-of-next-year",
    ],
)  # fmt: skip
def test_models_that_may_think_for_minutes_those_nobody_knows_among_them(model):
    assert reasons(model, None)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([5], "didn't answer within 0.1 seconds"),
        ([SignOfLife(), 0.02] * 9, "didn't answer within 0.1 seconds"),
        (["x", 5], "sent nothing for 0.2 seconds"),
        ([Delta("x", "reasoning"), 5], "sent nothing for 0.2 seconds"),
        (["x", 0.02] * 30, "didn't finish within 0.4 seconds"),
    ],
)
async def test_deadlines_count_content(script, words):
    limits = Deadlines(first_token_s=0.1, idle_s=0.2, call_s=0.4)
    provider = ScriptedProvider({"a": script})
    with pytest.raises(DeadlineError, match=words):
        await streamed(WithDeadlines(provider, limits))
    assert provider.open == set()


async def test_a_first_word_may_take_long_and_the_next_must_not():
    limits = Deadlines(first_token_s=60, idle_s=0.05)
    with pytest.raises(DeadlineError, match="sent nothing for"):
        await streamed(WithDeadlines(ScriptedProvider({"a": [0.1, "x", 60]}), limits))


async def test_while_content_comes_nothing_is_cut():
    provider = ScriptedProvider({"a": ["x", 0.05] * 6})
    items = await streamed(WithDeadlines(provider, QUICK))
    assert items[-1].reason == "stop"


async def test_an_answer_without_end_is_cut_far_beyond_its_limit():
    """A server that ignores the limit would write, and be paid, for ever."""
    provider = ScriptedProvider({"a": itertools.repeat("and so on ")})
    *_, last = items = await streamed(WithDeadlines(provider, QUICK), max_tokens=10)
    assert last == Finish(reason="length")
    written = sum(len(item.text) for item in items if isinstance(item, Delta))
    assert 160 < written <= 170


async def test_reasoning_without_end_is_cut_too_and_not_asked_for_again(monkeypatch):
    monkeypatch.setattr("moa_core.engine.deadlines.REASONING_TOKENS", 20)
    thought = Delta("and so on ", "reasoning")
    provider = ScriptedProvider({"a": itertools.repeat(thought)})
    patient = Retrying(WithDeadlines(provider, QUICK))
    with pytest.raises(
        TokensUsedUpError, match="reasoned on, far beyond the 10 tokens"
    ):
        await streamed(patient, max_tokens=10)
    assert len(provider.requests) == 1
    provider = ScriptedProvider({"a": ["So: ", *[thought] * 33]})
    *_, last = await streamed(WithDeadlines(provider, QUICK), max_tokens=10)
    assert last == Finish(reason="length")
    provider = ScriptedProvider({"a": [*[thought] * 30, "An answer."]})
    *_, last = await streamed(WithDeadlines(provider, QUICK), max_tokens=10)
    assert last.reason == "stop"


async def test_a_slow_reader_does_not_use_up_the_models_time():
    limits = Deadlines(first_token_s=0.1, idle_s=0.05)
    request = CompletionRequest(agent("a"), QUESTION)
    watched = WithDeadlines(ScriptedProvider({"a": ["x", "y"]}), limits)
    texts = []
    async with aclosing(watched.stream(request)) as items:
        async for item in items:
            texts.append(getattr(item, "text", None))
            await asyncio.sleep(0.08)
    assert texts[1:3] == ["x", "y"]


async def test_a_model_that_is_seen_to_reason_may_think_longer_from_then_on():
    seen = set()
    script = [Delta("hm", "reasoning"), "x"]
    watched = WithDeadlines(
        ScriptedProvider({"gpt-4o": script}), Deadlines(), seen_reasoning=seen
    )
    assert [i for i in await streamed(watched, "gpt-4o") if isinstance(i, Timed)] == [
        HOSTED,
        REASONING,
    ]
    assert (await streamed(watched, "gpt-4o"))[0] == REASONING


async def test_an_answer_that_comes_all_at_once_is_waited_for_like_reasoning():
    script = [Note("It comes all at once.", all_at_once=True), "x"]
    watched = WithDeadlines(ScriptedProvider({"gpt-4o": script}), Deadlines())
    items = await streamed(watched, "gpt-4o")
    assert [item for item in items if isinstance(item, Timed)] == [HOSTED, REASONING]


async def test_reasoning_that_is_only_counted_is_seen_too():
    usage = Usage(input_tokens=1, output_tokens=9, reasoning_tokens=8)
    provider = ScriptedProvider({"gpt-4o": ["x"]}, usage=usage)
    watched = WithDeadlines(provider, Deadlines())
    await streamed(watched, "gpt-4o")
    assert (await streamed(watched, "gpt-4o"))[0] == REASONING


async def told(provider, config, react=lambda event, controls: None, **more):
    controls, events = Controls(), []
    policies = Resilient({"lab": provider}, more.pop("deadlines", QUICK), 4)
    engine = Engine(policies, more.pop("prices", PriceBook()))
    async for event in engine.run(config, QUESTION, controls):
        events.append(event)
        react(event, controls)
    assert provider.open == set()
    return events


async def test_a_proposal_that_a_deadline_cut_is_kept_used_marked_and_billed():
    price = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(1))
    provider = ScriptedProvider({"a": [PARAGRAPH, 60]})
    prices = PriceBook({"lab/a": price, "lab/chief": price})
    events = await told(provider, mixture(["a"]), prices=prices)
    [proposal] = of(CallFinished, events, "proposer")
    assert proposal.call.finish_reason == "deadline"
    assert proposal.call.text == PARAGRAPH
    assert proposal.call.cost.usd > 0
    assert not of(CallRestarted, events)
    assert PARAGRAPH in provider.asked("chief")[0].messages[-1].text
    assert isinstance(events[-1], RunFinished)


async def test_a_few_words_are_no_draft_and_are_asked_for_once_more():
    provider = ScriptedProvider({"a": ["Well", 60]})
    events = await told(provider, mixture(["a", "b"]))
    [again] = of(CallRestarted, events)
    assert (again.call.text, again.call.finish_reason) == ("Well", "deadline")
    [failed] = of(CallFailed, events)
    assert (failed.call.text, failed.call.finish_reason) == ("Well", "deadline")
    assert "Well" not in provider.asked("chief")[0].messages[-1].text


async def test_how_much_is_a_draft_is_a_setting():
    provider = ScriptedProvider({"a": ["Well", 60]})
    anything = Deadlines(first_token_s=0.05, idle_s=0.05, cut_draft_tokens=1)
    events = await told(provider, mixture(["a"]), deadlines=anything)
    assert of(CallFinished, events, "proposer")[0].call.text == "Well"


async def test_a_cut_synthesis_is_the_answer_and_says_that_it_is_not_whole():
    provider = ScriptedProvider({"chief": [PARAGRAPH, 60]})
    events = await told(provider, mixture(["a"]))
    assert (events[-1].text, events[-1].finish_reason) == (PARAGRAPH, "deadline")


async def test_a_fallback_is_asked_before_a_cut_synthesis_is_taken():
    provider = ScriptedProvider({"chief": [PARAGRAPH, 60]})
    events = await told(provider, mixture(["a"], fallbacks=["deputy"]))
    [failed] = of(CallFailed, events)
    assert (failed.call.text, failed.call.finish_reason) == (PARAGRAPH, "deadline")
    assert events[-1].text == "deputy answers"


async def test_a_cut_choice_is_no_choice():
    provider = ScriptedProvider({"chief": [f"1 {PARAGRAPH}", 60]})
    events = await told(provider, mixture(["a"], method="rank"))
    assert isinstance(events[-1], RunAborted)
    assert isinstance(events[-1].error, NoSynthesisError)


def on_first(kind, act):
    done = []

    def react(event, controls):
        if isinstance(event, kind) and not done:
            done.append(event)
            act(controls)

    return react


async def test_a_user_gives_a_call_more_time():
    provider = ScriptedProvider({"a": ["x", 0.4, "y"]})
    more = on_first(CallDelta, lambda controls: controls.give_time(Seat(0, 0), 60.0))
    config, state = mixture(["a"]), RunState(mixture(["a"]))
    events = await told(provider, config, more)
    for event in events[: events.index(of(CallExtended, events)[0]) + 1]:
        state.apply(event)
    assert state.seat_at(Seat(0, 0)).gives_up_s > 59
    assert of(CallFinished, events, "proposer")[0].call.text == "xy"


async def test_time_that_has_passed_too_is_given_in_vain():
    provider = ScriptedProvider({"a": [60]})
    more = on_first(CallTimed, lambda controls: controls.give_time(Seat(0, 0), 0.1))
    events = await told(provider, mixture(["a", "b"]), more)
    [failed] = of(CallFailed, events)
    assert isinstance(failed.call.error, DeadlineError)


async def test_more_time_for_a_seat_that_has_ended_changes_nothing():
    def late(controls):
        controls.give_time(Seat(0, 0), 60.0)
        controls.give_time(Seat(7, 7), 60.0)

    events = await told(
        ScriptedProvider(), mixture(["a"]), on_first(CallFinished, late)
    )
    assert not of(CallExtended, events)


LOADING = failure("a", ModelLoadingError, "Loading model")


def loading_first(times):
    return lambda count: [LOADING] if count <= times else ["ready"]


async def test_a_model_that_is_being_loaded_is_waited_for_in_one_attempt():
    provider = ScriptedProvider({"a": loading_first(5)})
    policy = RetryPolicy(first_wait_s=0.001)
    items = await streamed(Retrying(provider, policy))
    assert items[:-2] == [Queued("loading"), Begin()] * 5
    assert isinstance(items[-1], Finish)


async def test_a_model_that_never_loads_is_given_up():
    provider = ScriptedProvider({"a": [LOADING]})
    policy = RetryPolicy(first_wait_s=0.001, loading_s=0.5, loading_wait_s=0.05)
    with pytest.raises(ModelLoadingError):
        await streamed(Retrying(provider, policy))
    assert len(provider.requests) > 2


async def test_a_run_says_that_a_model_is_loaded_and_pays_nothing_for_it():
    provider = ScriptedProvider({"a": loading_first(1)})
    events = await told(provider, mixture(["a"]), deadlines=Deadlines())
    assert of(CallQueued, events)[0].reason == "loading"
    assert not of(CallRestarted, events)
    [proposal] = of(CallFinished, events, "proposer")
    assert proposal.call.attempt == 1


class Server:
    """A local server that answers ``count`` calls at once."""

    address = "http://here"

    def __init__(self, count):
        self.count = count

    async def slots(self):
        return self.count


class Local(ScriptedProvider):
    """A scripted provider near by."""

    def __init__(self, count, *args, **more):
        super().__init__(*args, **more)
        self.local_server = Server(count)


@pytest.mark.parametrize("slots", [1, 2, None])
async def test_a_local_server_is_asked_as_many_at_once_as_it_has_slots(slots):
    provider = Local(slots, {m: [0.02, "x"] for m in "abcd"})
    events = await told(provider, mixture(list("abcd")), deadlines=Deadlines())
    assert provider.most_open == (slots or 4)
    queued = [e for e in of(CallQueued, events) if e.reason == "slot"]
    assert len(queued) == 4 - (slots or 4)
    assert isinstance(events[-1], RunFinished)
    assert {e.limits.first_content_s for e in of(CallTimed, events)} == {600.0}


async def test_clocks_start_when_a_slot_is_free():
    provider = Local(1, {m: [0.08, "x"] for m in "abcd"})
    events = await told(provider, mixture(list("abcd")))  # 0.2 s each
    assert len(of(CallFinished, events, "proposer")) == 4


async def test_endpoints_of_one_server_share_its_slots():
    first, second = Local(1, {"a": [0.02, "x"]}), Local(1, {"a": [0.02, "x"]})
    policies = Resilient({"lab": first, "other": second}, Deadlines(), 9)
    both = await asyncio.gather(streamed(policies["lab"]), streamed(policies["other"]))
    assert [Queued() in items for items in both] == [False, True]
