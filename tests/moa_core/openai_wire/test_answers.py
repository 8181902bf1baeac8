import json
from decimal import Decimal

import pytest

from moa_core.engine import Engine
from moa_core.errors import (
    BrokenStreamError,
    CapExceededError,
    ConfigError,
    ContextLengthError,
    KeyMissingError,
    MoAError,
    ModelNotFoundError,
    NoProposalsError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    RunStoppedError,
)
from moa_core.mixture import Auto, Pace, Seat
from moa_core.openai_wire import (
    DONE_EVENT,
    KEEP_ALIVE,
    ApiError,
    ApiRun,
    Expose,
    PanelState,
    StreamChunks,
    UsageOf,
    api_error_of,
    call_values,
    event_of,
    kept_panel,
    members_of,
    panel_state,
    read_request,
    run_error,
    run_summary,
    usage_values,
    whole_answer,
    writer_alone,
)
from moa_core.pricing import PriceBook
from moa_core.run import (
    CallDelta,
    CallReclassified,
    Delta,
    Reclassify,
    Restart,
    RunAborted,
    RunFinished,
    RunState,
    ToolCallDelta,
    ToolCallPiece,
)
from moa_core.settings import OwnPrice
from tests.moa_core.scripted import ScriptedProvider, failure, mixture

PRICES = {
    f"lab/{model}": OwnPrice(
        input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2)
    )
    for model in ("a", "b", "chief")
}
PANEL = mixture(["a", "b"])


def a_run(
    expose: Expose | None = None,
    *,
    key_expose: Expose = "summary",
    panel: PanelState = "asked",
    usage: UsageOf | None = None,
    **more,
):
    body = {
        "model": "polyphony/quick",
        "messages": [{"role": "user", "content": "hello"}],
        "polyphony": {"expose": expose, "usage": usage},
    }
    request = read_request(body | more)
    return ApiRun(request, "r1", "http://x/?run=r1", panel, key_expose, 7)


async def answered(run, scripts=None, config=PANEL, prices=PRICES, **more):
    """The chunks of a run, the error that ended them if one did, and its state."""
    engine = Engine({"lab": ScriptedProvider(scripts, **more)}, PriceBook(prices))
    state, chunks = RunState(config), StreamChunks(run)
    told = [chunks.first(state)]
    try:
        request = run.request
        async for event in engine.run(config, request.messages, request=request.writer):
            state.apply(event)
            if isinstance(event, RunFinished):
                told += chunks.end(state)
            elif isinstance(event, RunAborted):
                raise run_error(run, state, begun=chunks.wrote)
            else:
                told += chunks.of(event, state)
    except ApiError as error:
        return told, error, state
    return told, None, state


def text_of(chunks, name="content"):
    deltas = [choice["delta"] for each in chunks for choice in each["choices"]]
    return "".join(delta.get(name) or "" for delta in deltas)


def progress(chunks):
    return [each["polyphony"]["event"] for each in chunks if "polyphony" in each]


async def test_a_stream_is_whole_chunks_with_progress_beside_the_answer():
    run = a_run(stream_options={"include_usage": True}, top_k=1)
    chunks, error, _ = await answered(run)
    assert error is None
    assert {each["object"] for each in chunks} == {"chat.completion.chunk"}
    assert {each["id"] for each in chunks} == {"chatcmpl-r1"}
    assert {(each["created"], each["model"]) for each in chunks} == {
        (7, "polyphony/quick")
    }
    first = chunks[0]
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert first["polyphony"]["layers"] == [["lab/a", "lab/b"]]
    assert first["polyphony"]["ignored"] == ["top_k"]
    assert progress(chunks) == [
        "run_started",
        "layer_started",
        "proposal_finished",
        "proposal_finished",
        "layer_finished",
        "synthesis_started",
        "run_finished",
    ]
    assert text_of(chunks) == "chief answers"
    *_, end, usage = chunks
    assert end["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] == 45
    assert usage["polyphony"]["url"] == "http://x/?run=r1"
    assert all(each["usage"] is None for each in chunks[:-1])


async def test_without_usage_the_summary_is_on_the_last_chunk():
    chunks, _, _ = await answered(a_run())
    assert not any("usage" in each for each in chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["polyphony"]["panel"]["answered"] == 2


async def test_as_much_is_told_as_the_request_or_its_key_says():
    chunks, _, _ = await answered(a_run("none", key_expose="full"))
    assert progress(chunks) == []
    assert all(
        choice["delta"] or choice["finish_reason"]
        for each in chunks
        for choice in each["choices"]
    )
    chunks, _, _ = await answered(a_run(key_expose="full"))
    thought = text_of(chunks, "reasoning_content")
    assert "**lab/a** (layer 1)\n\na answers" in thought
    assert "**lab/b** (layer 1)" in thought


async def test_a_whole_answer_sums_all_calls():
    run = a_run()
    _, _, state = await answered(run)
    body = whole_answer(run, state)
    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"]["content"] == "chief answers"
    about, usage = body["polyphony"], body["usage"]
    assert usage["prompt_tokens"] == 30
    assert usage["cost"] == pytest.approx(3 * 20e-6)
    assert about["cost_usd"] == usage["cost"]
    assert [each["model"] for each in about["calls"]] == ["lab/a", "lab/b", "lab/chief"]
    assert about["panel"] == {"state": "asked", "asked": 2, "answered": 2, "failed": 0}
    alone = whole_answer(a_run(usage="answer"), state)
    assert alone["usage"] == usage_values(state.synthesis.call.usage)
    assert "polyphony" not in whole_answer(a_run("none"), state)
    full = whole_answer(a_run("full"), state)["choices"][0]["message"]
    assert "a answers" in full["reasoning_content"]
    json.dumps([body, alone, full])


CALLS = [
    ToolCallDelta((ToolCallPiece(index=0, id="c1", name="look"),)),
    ToolCallDelta((ToolCallPiece(index=0, arguments="{}", more={"x": 1}),)),
]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {}}}


async def test_calls_of_tools_come_in_the_pieces_that_came():
    run = a_run(tools=[TOOL])
    chunks, error, state = await answered(run, {"chief": CALLS})
    assert error is None
    told = [each["choices"][0]["delta"].get("tool_calls") for each in chunks]
    assert [each for each in told if each] == [
        [
            {
                "index": 0,
                "id": "c1",
                "type": "function",
                "function": {"name": "look", "arguments": ""},
            }
        ],
        [{"index": 0, "x": 1, "function": {"arguments": "{}"}}],
    ]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"
    choice = whole_answer(run, state)["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    function = {"name": "look", "arguments": "{}"}
    call = {"x": 1, "id": "c1", "type": "function", "function": function}
    assert choice["message"]["tool_calls"] == [call]


async def test_an_answer_that_may_be_replaced_is_held_back_until_it_stands():
    """A client cannot take words back."""
    auto = mixture(["a", "b"], pace=Pace(auto=Auto()))
    same = ["The same words here."]
    agree = {"a": same, "b": same, "chief": same}
    chunks, _, state = await answered(a_run(), agree, auto)
    assert state.synthesis.role == "provisional"
    texts = [text_of([each]) for each in chunks]
    assert [text for text in texts if text] == ["The same words here."]
    assert "decided" in progress(chunks)
    doubt = {"a": ["No, never."], "b": ["Bananas?"]}
    written = {"chief": lambda number: ["First words.", "Second."][number - 1 :]}
    chunks, _, state = await answered(a_run(), doubt | written, auto)
    assert state.synthesis.role == "aggregator"
    assert text_of(chunks) == "Second."
    chunks, error, _ = await answered(
        a_run(tools=[TOOL]), {**doubt, "chief": CALLS}, auto
    )
    assert error is None
    assert chunks[-2]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"]


async def test_a_kept_panel_is_read_again_by_the_writer_alone():
    _, _, state = await answered(a_run())
    plan = kept_panel(state, PANEL)
    assert plan is not None
    assert {seat.layer_index for seat in plan.rework.reused} == {0}
    _, _, failed = await answered(a_run(), {m: [failure(m)] for m in ("a", "b")})
    assert kept_panel(failed, PANEL) is None


async def test_what_is_unknown_is_never_told_as_zero():
    run = a_run()
    _, _, state = await answered(run, prices={"lab/a": PRICES["lab/a"]})
    about, usage = run_summary(run, state), whole_answer(run, state)["usage"]
    assert "cost" not in usage
    assert "cost_usd" not in about
    assert about["cost_usd_known"] == pytest.approx(20e-6)
    assert about["cost_unknown_calls"] == 2
    assert "cost_usd" not in call_values(state.synthesis.call)


async def test_a_member_that_fails_is_told_with_its_reason():
    run = a_run()
    _, _, state = await answered(run, {"a": [failure("a", http_status=503)]})
    about = run_summary(run, state)
    assert about["panel"]["failed"] == 1
    assert about["calls"][0]["error"]["kind"] == "server_failed"
    assert about["calls"][0]["error"]["http_status"] == 503


async def test_an_answer_at_its_limit_ends_by_length():
    run = a_run()
    chunks, _, state = await answered(run, finishes={"chief": "length"})
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"
    assert whole_answer(run, state)["choices"][0]["finish_reason"] == "length"


async def test_an_answer_that_breaks_off_ends_the_stream():
    broken = failure("chief", BrokenStreamError, "It broke off.")
    config = mixture(["a"], fallbacks=["b"])
    chunks, error, _ = await answered(a_run(), {"chief": ["Half", broken]}, config)
    assert (error.status, error.code) == (424, "answer_broken")
    assert "It broke off." in str(error)
    assert error.polyphony["calls"]
    assert text_of(chunks) == "Half"
    again = Restart(broken, 0.0)
    _, error, _ = await answered(a_run(), {"chief": ["Half", again]}, config)
    assert error.code == "answer_broken"


async def test_a_writer_that_fails_before_its_first_word_is_followed_by_its_fallback():
    config = mixture(["a"], fallbacks=["b"])
    chunks, error, _ = await answered(a_run(), {"chief": [failure("chief")]}, config)
    assert error is None
    assert text_of(chunks) == "b answers"
    assert "synthesis_failed" in progress(chunks)
    assert chunks[-1]["polyphony"]["aggregator"] == "lab/b"


async def test_reasoning_that_came_as_the_answer_is_ended_as_models_end_it():
    script = [Delta("Let me see."), Reclassify(), Delta("Yes.")]
    chunks, _, _ = await answered(a_run(), {"chief": script})
    assert text_of(chunks) == "Let me see.\n\n</think>\n\nYes."
    chunks, _, _ = await answered(
        a_run(), {"chief": [Delta("Hm.", "reasoning"), "Yes"]}
    )
    assert text_of(chunks, "reasoning_content") == "Hm."


async def test_words_that_wait_together_are_one_chunk():
    state, chunks = RunState(PANEL), StreamChunks(a_run())
    events = [
        CallDelta(1.0, "aggregator", Seat(1, 0), "Hello ", "answer"),
        CallDelta(1.1, "aggregator", Seat(1, 0), "there", "answer"),
        CallDelta(1.2, "proposer", Seat(0, 0), "unheard", "answer"),
        CallReclassified(1.3, "proposer", Seat(0, 0)),
    ]
    told = list(chunks.of_all(events, state))
    assert [each["choices"][0]["delta"] for each in told] == [
        {"content": "Hello there"}
    ]


async def test_all_members_failing_is_told_with_every_reason():
    scripts = {
        "a": [failure("a", RequestRefusedError, "a refused the request.")],
        "b": [failure("b", ModelNotFoundError, "No such model.")],
    }
    _, error, _ = await answered(a_run(), scripts)
    body = error.body()["error"]
    assert (error.status, body["code"]) == (424, "panel_failed")
    assert "a refused the request." in body["message"]
    assert "b: No such model." in body["message"]
    kinds = {each["kind"] for each in body["polyphony"]["members"]}
    assert kinds == {"request_refused", "model_not_found"}
    assert body["polyphony"]["run"] == "r1"
    assert error.headers() == {"x-should-retry": "false"}


@pytest.mark.parametrize(
    ("kind", "status", "code", "its_type"),
    [
        (KeyMissingError, 424, "configuration_required", "configuration_error"),
        (QuotaSpentError, 402, "provider_quota_spent", "insufficient_quota"),
        (RateLimitedError, 429, "rate_limit_exceeded", "rate_limit_error"),
        (ContextLengthError, 400, "context_length_exceeded", "invalid_request_error"),
    ],
)
def test_members_that_fail_alike_have_a_code_of_their_own(kind, status, code, its_type):
    failures = (failure("a", kind), failure("b", kind))
    error = api_error_of(NoProposalsError(0, failures))
    assert (error.status, error.code, error.type) == (status, code, its_type)
    assert error.polyphony["members"] == members_of(failures)


def test_what_was_paid_for_is_not_tried_again_by_a_client():
    limited = NoProposalsError(0, (failure("a", RateLimitedError),))
    assert api_error_of(limited, billed=True).status == 424
    assert api_error_of(MoAError("Odd."), billed=True).status == 424
    assert api_error_of(MoAError("Odd.")).status == 500


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (
            CapExceededError("Too dear.", cap="daily cap", advice="Wait."),
            402,
            "cap_exceeded",
        ),
        (ConfigError("No."), 400, "bad_mixture"),
        (RunStoppedError(), 424, "run_stopped"),
        (ApiError(404, "model_not_found", "No.", "model"), 404, "model_not_found"),
    ],
)
def test_other_errors_by_the_table(error, status, code):
    told = api_error_of(error)
    assert (told.status, told.code) == (status, code)
    assert told.body()["error"]["message"]


def test_an_error_says_when_it_may_be_tried_again():
    error = ApiError(429, "too_many_runs", "Wait.", retry_after_s=2)
    assert error.headers() == {"x-should-retry": "true", "retry-after": "2"}
    assert error.body() == {
        "error": {
            "message": "Wait.",
            "type": "rate_limit_error",
            "param": None,
            "code": "too_many_runs",
        }
    }


def test_the_panel_is_asked_once_a_message_of_the_user():
    asked = a_run().request
    tool = {"role": "tool", "tool_call_id": "c", "content": "18"}
    more = [{"role": "user", "content": "hello"}, tool]
    after = a_run(messages=more).request
    assert panel_state(asked, known=True) == "asked"
    assert panel_state(after, known=True) == "kept"
    assert panel_state(after, known=False) == "unknown"
    config = mixture(["a"], ["b"], method="rank")
    alone = writer_alone(config)
    assert (alone.layers, alone.method) == ((), "synthesise")
    assert alone.aggregator == config.aggregator


def test_events_are_lines_of_data():
    assert event_of({"text": "ä\n"}) == 'data: {"text":"ä\\n"}\n\n'.encode()
    assert DONE_EVENT == b"data: [DONE]\n\n"
    assert KEEP_ALIVE.startswith(b":")
