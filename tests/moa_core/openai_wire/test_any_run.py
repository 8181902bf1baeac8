"""Whatever happens in a run, its client is told one answer, or one error."""

import json

import pytest
from hypothesis import given

from moa_core.engine import Continuations, Engine
from moa_core.mixture import FastStart, Pace
from moa_core.openai_wire import (
    ApiError,
    ApiRun,
    StreamChunks,
    event_of,
    read_request,
    run_error,
    whole_answer,
)
from moa_core.pricing import PriceBook
from moa_core.run import RunAborted, RunFinished, RunState
from tests.moa_core.engine.fast_start.early_runs import ANSWER, Paced
from tests.moa_core.generated_runs import runs
from tests.moa_core.scripted import QUESTION, mixture
from tests.profiles import examples
from tests.support.virtual_time import run_virtually

BODY = {
    "model": "polyphony/quick",
    "messages": [{"role": "user", "content": "Why?"}],
    "polyphony": {"expose": "full"},
    "stream_options": {"include_usage": True},
}
RETRIED = {408, 409, 429, *range(500, 600)}


def told(events, state):
    """The chunks of a run, and the error that ended them, if one did."""
    run = ApiRun(read_request(BODY), "r1", "http://x/?run=r1")
    chunks = StreamChunks(run)
    sent = [chunks.first(state)]
    try:
        for event in events:
            state.apply(event)
            if isinstance(event, RunAborted):
                raise run_error(run, state, begun=chunks.wrote)
            if isinstance(event, RunFinished):
                whole = whole_answer(run, state)["choices"][0]["message"]
                assert whole["content"] == state.synthesis.text
                sent += chunks.end(state)
            else:
                sent += chunks.of(event, state)
    except ApiError as error:
        return sent, error
    return sent, None


def text_of(chunks):
    deltas = [choice["delta"] for each in chunks for choice in each["choices"]]
    return "".join(delta.get("content") or "" for delta in deltas)


@given(runs)
@examples(1)
def test_a_client_of_any_run_has_its_answer_or_an_error(made):
    state = RunState(made.config, made.rework)
    sent, error = told(made.events(), state)
    for each in sent:
        assert json.loads(event_of(each).removeprefix(b"data: "))
    if error is None:
        assert text_of(sent).endswith(state.synthesis.text)
        assert sent[-2]["choices"][0]["finish_reason"] in ("stop", "length")
        assert sent[-1]["usage"]["total_tokens"] == state.usage.total_tokens
    else:
        assert json.dumps(error.body())
        billed = state.usage.total_tokens or state.usage.unknown_calls
        assert not (billed and error.status in RETRIED)


@pytest.mark.parametrize("check", ["STANDS", "Another answer, which is better."])
@pytest.mark.parametrize("way", ["chunks", "provisional"])
def test_what_was_begun_early_is_sent_once_it_stands(way, check):
    config = mixture(["a", "b", "c"], pace=Pace(fast_start=FastStart(way=way)))
    state = RunState(config)

    async def run():
        known = Continuations({"lab/chief": "trailing"})
        engine = Engine({"lab": Paced(check)}, PriceBook(), continuations=known)
        return [event async for event in engine.run(config, QUESTION)]

    sent, error = told(run_virtually(run()), state)
    assert error is None
    assert text_of(sent) == state.synthesis.text
    revised = way == "provisional" and check != "STANDS"
    assert text_of(sent).rstrip() == (check if revised else "".join(ANSWER).rstrip())
    words = [each for each in sent if text_of([each])]
    assert (len(words) > 10) is (way == "chunks")
