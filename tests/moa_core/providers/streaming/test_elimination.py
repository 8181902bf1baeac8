"""Models that refuse parts of a request, in any words, answer in another form."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moa_core.errors import ProviderError, RequestRefusedError, ServerFailedError
from moa_core.messages import Message
from moa_core.providers.errors.failure import Failure
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.elimination import MOST_REQUESTS
from moa_core.providers.streaming.quirks import Quirk
from moa_core.providers.streaming.refused_names import gives_no_reason
from moa_core.run.completion import Delta, Note
from tests.model_server import TEXT, Play
from tests.profiles import examples

CHAT = (
    Message.from_text("system", "Be brief."),
    Message.from_text("user", "Why?"),
    Message.from_text("user", "Drafts: ..."),
)


def roles(body):
    return [message["role"] for message in body["messages"]]


HAS = {
    "temperature": lambda body: "temperature" in body,
    "reasoning_effort": lambda body: "reasoning_effort" in body,
    "stream_options": lambda body: "stream_options" in body,
    "max_tokens": lambda body: "max_tokens" in body,
    "any limit": lambda body: "max_tokens" in body or "max_completion_tokens" in body,
    "stream": lambda body: body["stream"],
    "system": lambda body: "system" in roles(body),
    "doubled": lambda body: any(a == b for a, b in itertools.pairwise(roles(body))),
}
SAYS = {
    "temperature": Quirk.NO_TEMPERATURE,
    "reasoning_effort": Quirk.NO_EFFORT,
    "stream_options": Quirk.NO_STREAM_OPTIONS,
    "max_tokens": Quirk.COMPLETION_TOKENS,
    "any limit": Quirk.NO_LIMIT,
    "stream": Quirk.NOT_STREAMED,
    "system": Quirk.NO_SYSTEM,
    "doubled": Quirk.ALTERNATING,
}


def refusing(part, status, body):
    return Play(judge=lambda sent: (status, body) if HAS[part](sent) else None)


def said(message, **more):
    return {"error": {"message": message, **more}}


NAMED = [
    ("temperature", 400, said("`temperature` is deprecated for this model.")),
    ("temperature", 400, said("invalid temperature: only 1 is allowed")),
    (
        "temperature",
        400,
        {"message": "This model doesn't support the temperature field"},
    ),
    ("temperature", 400, said("该模型不支持参数 temperature")),
    (
        "temperature",
        400,
        said("Le paramètre « temperature » n'est pas pris en charge."),
    ),
    ("temperature", 400, said("Model m does not support it", param="temperature")),
    ("temperature", 403, said("Not permitted.", param="temperature")),
    ("temperature", 500, said("Unsupported value: temperature")),
    ("temperature", 405, said("temperature is not implemented")),
    ("temperature", 200, said("Unsupported value: 'temperature'", code=400)),
    (
        "temperature",
        400,
        said(
            "Provider returned error",
            metadata={"raw": '{"error":{"message":"temperature: not allowed"}}'},
        ),
    ),
    (
        "temperature",
        422,
        {
            "detail": [
                {
                    "loc": ["body", "temperature"],
                    "msg": "Extra inputs are not permitted",
                    "input": 0.7,
                }
            ]
        },
    ),
    ("reasoning_effort", 400, said("Unrecognized request argument: reasoning_effort")),
    ("reasoning_effort", 422, said("x", param="reasoning.effort", code="unsuported")),
    ("reasoning_effort", 400, said('"m" does not support thinking')),
    ("stream_options", 400, {"error": 'json: unknown field "stream_options"'}),
    ("stream_options", 422, "stream_options.include_usage: forbidden"),
    (
        "max_tokens",
        400,
        said("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."),
    ),
    ("any limit", 400, said("max_tokens is not allowed for this deployment")),
    ("stream", 400, said("Streaming is not available for this model.")),
    ("stream", 422, {"detail": [{"loc": ["body", "stream"], "msg": "must be false"}]}),
    ("stream", 400, said("must be verified", param="stream")),
    ("stream", 403, said("Streaming responses are not permitted for your plan")),
    ("stream", 501, said("SSE is not implemented")),
    ("system", 400, {"message": "System role not supported"}),
    ("system", 400, said("Only user and assistant roles are supported!")),
    ("system", 500, said("Jinja template: System role not supported")),
    ("system", 400, said("Developer instruction is not enabled for models/gemma")),
    ("system", 400, said("Invalid value: 'system'", param="messages[0].role")),
    ("system", 400, said("Invalid order", param="messages")),
    ("system", 400, said("不支持system角色")),
    ("system", 400, said("Se rechazan los mensajes de 'system'.")),
    ("system", 422, {"detail": [{"loc": ["body", "messages", 0], "msg": "wrong"}]}),
    ("doubled", 500, said("Conversation roles must alternate user/assistant/...")),
    ("doubled", 400, said("does not support successive user or assistant messages")),
    ("doubled", 400, {"message": 'found multiple "user" roles in a row'}),
]


@pytest.mark.parametrize(("part", "status", "body"), NAMED)
async def test_what_a_server_names_is_left_out_at_once_and_from_then_on(
    client, model_server, part, status, body
):
    model_server.plays["m"] = refusing(part, status, body)
    await client.ask("m", CHAT, effort="low")
    wasted = len(model_server.calls) - 1
    assert client.text() == TEXT
    assert wasted <= (2 if part == "any limit" else 1)
    await client.ask("m", CHAT, effort="low")
    assert len(model_server.calls) == wasted + 2
    usual = {"model", "messages", "stream", "max_tokens", "temperature"}
    usual |= {"reasoning_effort", "stream_options"}
    lost = usual - model_server.calls[-1].body.keys()
    assert lost == {
        "any limit": {"max_tokens"},
        "stream": {"stream_options"},
        "system": set(),
        "doubled": set(),
    }.get(part, {part})
    notes = [item.text for item in client.items if isinstance(item, Note)]
    assert set(notes) == {SAYS[part]}


UNNAMED = [
    "Bad request",
    "参数错误",
    {"error": "invalid_request"},
    "",
    said("非法请求"),
]


@pytest.mark.parametrize("body", UNNAMED)
@pytest.mark.parametrize("part", list(HAS))
async def test_without_a_reason_parameters_go_one_by_one(
    client, model_server, part, body
):
    model_server.plays["m"] = refusing(part, 400, body)
    await client.ask("m", CHAT, effort="low")
    assert client.text() == TEXT
    wasted = len(model_server.calls) - 1
    assert wasted < MOST_REQUESTS
    await client.ask("m", CHAT, effort="low")
    assert len(model_server.calls) == wasted + 2
    if part in ("temperature", "system"):  # the likeliest: nothing else is lost
        notes = {item.text for item in client.items if isinstance(item, Note)}
        assert notes == {SAYS[part]}


async def test_what_was_left_out_in_vain_is_sent_again(client, model_server):
    model_server.plays["m"] = refusing("stream_options", 400, "Bad request")
    await client.ask("m", temperature=None)
    await client.ask("m")
    assert "temperature" in model_server.calls[-1].body
    assert len(model_server.calls) == 3


async def test_several_refusals_after_one_another_are_met(client, model_server):
    model_server.plays["m"] = Play(refuses=["max_tokens", "temperature", "system"])
    await client.ask("m", CHAT)
    assert client.text() == TEXT
    assert len(model_server.calls) == MOST_REQUESTS


async def test_what_a_server_lists_at_once_goes_at_once(client, model_server):
    refused = ("temperature", "reasoning_effort", "stream_options")
    details = [{"loc": ["body", name], "msg": "extra"} for name in refused]
    model_server.plays["m"] = Play(
        judge=lambda sent: (
            (422, {"detail": details}) if sent.keys() & set(refused) else None
        )
    )
    await client.ask("m", CHAT, effort="low")
    assert client.text() == TEXT
    assert len(model_server.calls) == 2


@pytest.mark.parametrize("words", ["Unsupported: {}", "{} 不支持"])
async def test_a_server_that_repeats_the_whole_list_is_met(client, model_server, words):
    refused = ("temperature", "stream_options")
    message = words.format(", ".join(refused))
    model_server.plays["m"] = Play(
        judge=lambda sent: (400, message) if sent.keys() & set(refused) else None
    )
    await client.ask("m", CHAT, effort="low")
    assert client.text() == TEXT
    assert len(model_server.calls) == 3
    assert "reasoning_effort" in model_server.calls[-1].body


@pytest.mark.parametrize(
    "refused", ["The parameter top_k is out of range", "Bad input near \ud83d"]
)
async def test_a_refusal_that_nothing_helps_against_has_no_notes(
    client, model_server, refused
):
    """What was tried in vain tells nobody anything."""
    model_server.plays["m"] = Play(status=400, body=said(refused))
    with pytest.raises(RequestRefusedError):
        await client.ask("m")
    assert [item for item in client.items if isinstance(item, Note) and item.text] == []


async def test_an_unstreamed_answer_is_announced_before_it_comes(client, model_server):
    model_server.plays["m"] = refusing("stream", 400, said("stream: not supported"))
    await client.ask("m")
    first, *_, last = client.items
    assert first == Note(Quirk.NOT_STREAMED, all_at_once=True)
    assert isinstance(next(i for i in client.items if isinstance(i, Delta)), Delta)
    assert last.usage is not None


def window(size, prompt=48):
    def judge(sent):
        total = prompt + sent["max_tokens"]
        return total > size and (
            400,
            said(
                f"This model's maximum context length is {size} tokens. However, you "
                f"requested {total} tokens ({prompt} in the messages, "
                f"{sent['max_tokens']} in the completion)."
            ),
        )

    return Play(judge=judge)


async def test_an_answer_is_fitted_to_a_window_for_this_prompt_only(
    client, model_server
):
    model_server.plays["m"] = window(2048)
    await client.ask("m", max_tokens=2048)
    assert client.text() == TEXT
    assert model_server.calls[-1].body["max_tokens"] == 2000
    model_server.plays["m"] = Play()
    await client.ask("m", max_tokens=2048)
    assert model_server.calls[-1].body["max_tokens"] == 2048


async def test_a_limit_of_the_server_is_kept_to_from_then_on(client, model_server):
    model_server.plays["m"] = Play(
        judge=lambda sent: (
            (400, said("max_tokens must be in [1, 1024]"))
            if sent["max_tokens"] > 1024
            else None
        )
    )
    for asked, sent in ((2048, 1024), (4096, 1024), (77, 77)):
        await client.ask("m", max_tokens=asked)
        assert model_server.calls[-1].body["max_tokens"] == sent
    assert len(model_server.calls) == 4


FINAL = [
    (401, said("Incorrect API key provided")),
    (402, said("requires more credits, or fewer max_tokens. You can only afford 1919")),
    (403, said("Your input was flagged by moderation")),
    (404, said("The model `m` does not exist", code="model_not_found")),
    (400, said("This is not a chat model", param="model")),
    (400, said("The response was filtered by the content filter")),
    (400, said("Tool choice is none, but model called a tool", code="tool_use_failed")),
    (400, said("The input token count (1200293) exceeds the maximum of (1048576).")),
    (
        422,
        {
            "detail": [
                {
                    "loc": ["body", "user"],
                    "msg": "String should have at least 1 character",
                    "input": {"temperature": 0.7, "messages": [], "stream": True},
                }
            ]
        },
    ),
    (429, said("Rate limit reached: too many consecutive requests, temperature")),
    (503, said("overloaded")),
    (403, said("Your role has no permission for this model, which is not allowed")),
    (500, said("System error: unexpected")),
    (500, said("CUDA error while streaming")),
]


@pytest.mark.parametrize(("status", "body"), FINAL)
async def test_what_no_other_form_can_help_is_asked_once(
    client, model_server, status, body
):
    model_server.plays["m"] = Play(status=status, body=body)
    with pytest.raises(ProviderError):
        await client.ask("m", CHAT)
    assert len(model_server.calls) == 1


async def test_a_refusal_that_nothing_cures_is_told_and_teaches_nothing(
    client, model_server
):
    model_server.plays["m"] = Play(status=400, body=said("temperature is unsupported"))
    with pytest.raises(RequestRefusedError):
        await client.ask("m")
    assert len(model_server.calls) == 2
    model_server.plays["m"] = Play()
    await client.ask("m")
    assert "temperature" in model_server.calls[-1].body


async def test_the_first_refusal_is_told_when_all_guesses_fail(client, model_server):
    model_server.plays["m"] = Play(
        judge=lambda sent: (400, said("bad luck" if "max_tokens" in sent else "worse"))
    )
    for requests in (MOST_REQUESTS, MOST_REQUESTS + 1):  # and it is not guessed again
        with pytest.raises(RequestRefusedError, match="bad luck"):
            await client.ask("m", CHAT)
        assert len(model_server.calls) == requests


async def test_a_later_refusal_of_another_kind_is_the_reason(client, model_server):
    def judge(sent):
        if "temperature" in sent:
            return 400, said("temperature is not supported")
        return 401, said("Incorrect API key provided")

    model_server.plays["m"] = Play(judge=judge)
    with pytest.raises(ProviderError, match="API key"):
        await client.ask("m")
    assert len(model_server.calls) == 2
    assert client.items == [Note(Quirk.NO_TEMPERATURE)]


async def test_a_server_that_fails_without_a_reason_is_believed_the_second_time(
    client, model_server
):
    model_server.plays["m"] = refusing("system", 500, "")
    with pytest.raises(ServerFailedError):
        await client.ask("m", CHAT)
    assert len(model_server.calls) == 1
    for requests in (3, 4):
        await client.ask("m", CHAT)
        assert client.text() == TEXT
        assert len(model_server.calls) == requests
    assert "temperature" in model_server.calls[-1].body


async def test_a_server_that_goes_on_failing_is_left_alone(client, model_server):
    model_server.plays["m"] = Play(status=500, body="Internal Server Error")
    for requests in (1, 3, 4, 5):
        with pytest.raises(ServerFailedError):
            await client.ask("m", CHAT)
        assert len(model_server.calls) == requests


async def test_an_answer_that_has_begun_is_never_asked_for_again(client, model_server):
    broken = b'data: {"choices":[{"delta":{"content":"The sky "}}]}\n\n'
    refusal = b'data: {"error":{"message":"temperature is not supported"}}\n\n'
    model_server.plays["m"] = Play(wire=[broken, refusal])
    with pytest.raises(ProviderError):
        await client.ask("m")
    assert len(model_server.calls) == 1


WORDS = st.sampled_from(
    [
        "Unsupported parameter: '{}'",
        "{} is not permitted",
        "参数 {} 无效",
        "unknown field `{}`, expected one of `model`, `messages`",
        "{}: Extra inputs are not permitted",
        "No se admite {}.",
    ]
)
WRAPS = st.sampled_from(
    [
        lambda text: {"error": {"message": text, "code": "unsuported_valeu"}},
        lambda text: {"message": text},
        lambda text: {"detail": text},
        lambda text: {"error": text},
        lambda text: {"error": {"error": {"message": text}}},
        lambda text: text,
        lambda text: {"errors": [{"message": text}]},
    ]
)
PARTS = ("temperature", "reasoning_effort", "stream_options", "max_tokens")


@dataclass(frozen=True)
class Strict:
    """A server that refuses parts, one refusal after the other."""

    parts: list[str]
    status: int
    words: str
    wrap: Any

    def judge(self, sent):
        for part in self.parts:
            if HAS[part](sent):
                return self.status, self.wrap(self.words.format(part))
        return None


@given(
    st.builds(
        Strict,
        st.lists(st.sampled_from(PARTS), min_size=1, max_size=3, unique=True),
        st.sampled_from([400, 422]),
        WORDS,
        WRAPS,
    )
)
@settings(examples(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_server_that_names_what_it_refuses_answers_in_few_requests(
    client, connections, model_server, strict
):
    model_server.forget()
    client.adapter = ChatCompletions(client.settings, connections)
    model_server.plays["m"] = Play(judge=strict.judge)
    await client.ask("m", CHAT, effort="low")
    assert client.text() == TEXT
    assert len(model_server.calls) == len(strict.parts) + 1
    left_out = set(PARTS) - model_server.calls[-1].body.keys()
    assert left_out == set(strict.parts)


@pytest.mark.parametrize(
    ("body", "no_reason"),
    [
        ("", True),
        ("Internal Server Error", True),
        (said("Internal server error", type="server_error", code=500), True),
        ({"detail": "Internal Server Error"}, True),
        ({"error": "An unexpected error occurred. Please try again later."}, True),
        (said("Something went wrong"), True),
        (said("CUDA out of memory"), False),
        ({"detail": "list index out of range"}, False),
        ("<html><title>500 Internal Server Error</title></html>", False),
    ],
)
def test_a_reason_is_more_than_that_something_went_wrong(body, no_reason):
    assert gives_no_reason(Failure.from_response(500, body, {})) is no_reason


async def test_a_busy_server_is_not_asked_in_another_form(client, model_server):
    """Its words may be those of refusals, as DeepSeek's are."""
    said = "Service is too busy. Switch to alternative systems, stream unavailable."
    body = {"error": {"message": said, "code": "invalid_request_error"}}
    for status in (502, 503, 529):
        model_server.plays["m"] = Play(status=status, body=body)
        with pytest.raises(ProviderError):
            await client.ask("m")
    assert len(model_server.requests) == 3


@pytest.mark.parametrize("tokens", [60, 400])
async def test_a_prompt_of_which_not_all_was_counted_gets_room(
    client, model_server, tokens
):
    """vLLM counts only to the first token too many, so each refusal says one more."""

    def judge(body):
        cap = body.get("max_tokens", 0)
        if cap + tokens <= 2048:
            return None
        least = 2049 - cap
        return 400, said(
            "This model's maximum context length is 2048 tokens. However, you "
            f"requested {cap} output tokens and your prompt contains at least {least} "
            "input tokens, for a total of at least 2049 tokens. Please reduce the "
            f"length of the input prompt. (parameter=input_tokens, value={least})"
        )

    model_server.plays["m"] = Play(judge=judge)
    await client.ask("m", max_tokens=2048)
    assert client.text() == TEXT


@pytest.mark.parametrize(
    "words",
    [
        "stream error: stream ID 5; INTERNAL_ERROR; received from peer",
        "unexpected EOF while reading the stream of the upstream",
        "invalid response from the system, must retry",
    ],
)
async def test_a_server_that_failed_has_refused_nothing(client, model_server, words):
    model_server.plays["m"] = Play(status=500, body=said(words))
    for _ in range(2):
        with pytest.raises(ServerFailedError):
            await client.ask("m")
    assert len(model_server.requests) == 2


async def test_a_failure_that_no_form_helps_against_is_adapted_once(
    client, model_server
):
    body = said("unexpected keyword argument 'temperature'")
    model_server.plays["m"] = Play(status=500, body=body)
    for requests in (2, 3):
        with pytest.raises(ServerFailedError):
            await client.ask("m")
        assert len(model_server.requests) == requests
