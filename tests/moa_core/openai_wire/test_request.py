import json

import pytest

from moa_core.openai_wire import MOST_BYTES, ApiError, ApiRequest, read_request
from moa_core.run import WriterSettings
from tests.moa_core.scripted import mixture

HELLO = [{"role": "user", "content": "hello"}]
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'},
}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {}}}
AFTER_TOOLS = [
    {"role": "user", "content": "weather in Paris?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "18 degrees"},
]


def read(messages=HELLO, **more):
    return read_request({"model": "polyphony/quick", "messages": messages, **more})


def refusal(body):
    with pytest.raises(ApiError) as caught:
        read_request(body)
    error = caught.value
    assert str(error)[0].isupper() or str(error)[0] == "'"
    assert str(error).endswith(".")
    return error.status, error.code, error.param


def refused(**more):
    return refusal({"model": "polyphony/quick", "messages": HELLO} | more)


def texts(request):
    return [(each.role, each.text) for each in request.messages]


def test_a_plain_request_is_its_texts():
    body = {"model": "polyphony/quick", "messages": HELLO, "stream": True}
    body["stream_options"] = {"include_usage": True}
    request = read_request(json.dumps(body).encode())
    assert isinstance(request, ApiRequest)
    assert texts(request) == [("user", "hello")]
    assert request.question == "hello"
    assert request.writer.messages is None
    assert request.writer.is_plain
    assert (request.stream, request.include_usage) == (True, True)
    assert (request.expose, request.usage, request.ignored) == (None, "run", ())


def test_the_writer_alone_gets_settings_and_parameters_as_they_came():
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}
    request = read(
        temperature=0,
        max_tokens=7,
        max_completion_tokens=9,
        reasoning_effort="low",
        response_format=form,
        tools=[TOOL],
        tool_choice="required",
        stop=["\n"],
        seed=0,
        top_p=0.5,
    )
    settings = WriterSettings(max_tokens=9, temperature=0, effort="low")
    assert request.writer.settings == settings
    assert request.writer.tools == (TOOL,)
    assert request.writer.extra == {
        "tools": [TOOL],
        "tool_choice": "required",
        "response_format": form,
        "stop": ["\n"],
        "seed": 0,
        "top_p": 0.5,
    }
    config = request.writer.applied_to(mixture(["a"], fallbacks=["b"]))
    assert {(each.max_tokens, each.effort) for each in config.aggregators} == {
        (9, "low")
    }
    assert config.layers == mixture(["a"]).layers


@pytest.mark.parametrize(
    "form",
    [
        {"type": "json_object"},
        {"type": "json_schema", "schema": {"type": "object"}},
        {"type": "json_schema", "json_schema": {"name": "a", "strict": True}},
        {"type": "regex", "pattern": "a+"},
    ],
)
def test_a_format_is_sent_in_every_form_that_servers_have(form):
    assert read(response_format=form).writer.extra == {"response_format": form}


def test_what_says_nothing_is_not_sent():
    request = read(
        tools=[],
        tool_choice="auto",
        parallel_tool_calls=True,
        response_format={"type": "text"},
        seed=None,
        stop=[],
    )
    assert request.writer.is_plain


def test_what_is_not_heeded_is_named_and_what_changes_nothing_is_not():
    request = read(
        top_k=4, user="x", metadata={}, min_p=None, polyphony={"depth": 3}, n=1
    )
    assert request.ignored == ("top_k", "polyphony.depth")


def test_the_answer_tells_as_much_as_is_asked_for():
    request = read(polyphony={"expose": "full", "usage": "answer"})
    assert (request.expose, request.usage) == ("full", "answer")


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"model": ""}, "model"),
        ({"model": 3}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": ["x"]}, "messages[0]"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": {}}]}, "messages[0].content"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": 1}, "stream_options"),
        ({"polyphony": []}, "polyphony"),
        ({"polyphony": {"expose": "all"}}, "polyphony.expose"),
        ({"temperature": 9}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"max_completion_tokens": 10**9}, "max_completion_tokens"),
        ({"tools": [{}]}, "tools"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"response_format": "json"}, "response_format"),
        ({"response_format": {"type": "banana"}}, "response_format"),
        ({"response_format": {"type": ["json_schema"]}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": "x"}},
         "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema":
          {"name": "a", "schema": "x"}}}, "response_format"),
        ({"stop": [1]}, "stop"),
        ({"stop": 5}, "stop"),
        ({"stop": [""]}, "stop"),
        ({"seed": "x"}, "seed"),
        ({"top_p": float("nan")}, "top_p"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_parameter(more, param):
    assert refused(**more) == (400, "invalid_value", param)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"audio": {"voice": "x"}}, "audio"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"reasoning_effort": "xhigh"}, "reasoning_effort"),
    ],
)
def test_what_a_mixture_cannot_do_is_refused(more, param):
    assert refused(**more) == (400, "unsupported_value", param)


@pytest.mark.parametrize(
    "part", [{"type": "input_audio", "input_audio": {}}, {"type": "text"}, "x", {}]
)
def test_a_part_that_nobody_can_read_is_refused(part):
    messages = [{"role": "user", "content": [part]}]
    assert refused(messages=messages)[2] == "messages[0].content"


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"", b"\xff", b'{"model": NaN}', b"[" * 5000, b'{"a": "\\ud800"}'],
)
def test_a_body_that_is_no_object_is_refused(body):
    assert refusal(body)[0] == 400


def test_half_a_character_is_refused():
    body = b'{"model": "m", "messages": [{"role": "user", "content": "a\\ud800"}]}'
    assert refusal(body)[:2] == (400, "invalid_value")


def test_a_body_that_is_too_large_is_refused():
    assert refusal(b" " * (MOST_BYTES + 1))[:2] == (413, "request_too_large")


def test_pictures_are_told_in_words_and_the_writer_gets_them():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    messages = [
        {"role": "developer", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "what?"}, picture]},
    ]
    request = read(messages)
    assert texts(request) == [
        ("system", "be brief"),
        ("user", "what?\n\n[an image that you cannot see]"),
    ]
    developer, user = request.writer.messages
    assert (developer.role, developer.text) == ("system", "be brief")
    assert user.as_sent == messages[1]
    assert all(each.as_sent is None for each in request.messages)


def test_tools_are_told_in_words_and_those_since_the_question_to_the_writer_alone():
    question = {"role": "user", "content": "and in Rome?"}
    again = [*AFTER_TOOLS, {"role": "assistant", "content": "18."}, question]
    request = read(again)
    assert texts(request) == [
        ("user", "weather in Paris?"),
        ("assistant", '[called the tool get_weather with {"city": "Paris"}]'),
        ("user", "[the tool get_weather returned]\n18 degrees"),
        ("assistant", "18."),
        ("user", "and in Rome?"),
    ]
    assert not request.follows_tools
    after = read(AFTER_TOOLS)
    assert after.follows_tools
    assert texts(after) == [("user", "weather in Paris?")]
    assert [each.as_sent for each in after.writer.messages][1:] == AFTER_TOOLS[1:]
    assert after.writer.messages[0].as_sent is None


def test_a_turn_is_found_again_by_what_was_said_up_to_it():
    first = read().conversation_sha256("key")
    answered = [*HELLO, {"role": "assistant", "content": "hi"}]
    then = read([*answered, {"role": "user", "content": "more"}])
    assert then.conversation_sha256("key", turns_back=1) == first
    assert then.conversation_sha256("key") != first
    assert then.conversation_sha256("key", turns_back=2) is None
    assert read().conversation_sha256("other key") != first
    assert read([{"role": "user", "content": " hello\n"}], seed=3).conversation_sha256(
        "key"
    ) == (first)


def test_tool_results_are_of_the_turn_that_called_them():
    asked = read(AFTER_TOOLS[:1], tools=[TOOL]).conversation_sha256("key")
    assert read(AFTER_TOOLS).conversation_sha256("key") == asked


def test_other_pictures_are_another_conversation():
    def of(address):
        part = {"type": "image_url", "image_url": {"url": address}}
        return read([{"role": "user", "content": [part]}]).conversation_sha256("key")

    assert of("https://a.example/1.png") != of("https://a.example/2.png")


def test_a_fingerprint_is_of_the_question_and_the_mixture():
    config = mixture(["a"])
    fingerprint = read().fingerprint(config)
    assert read(user="u", stream=True, seed=None).fingerprint(config) == fingerprint
    assert read(temperature=0).fingerprint(config) != fingerprint
    assert read().fingerprint(mixture(["b"])) != fingerprint


def test_a_mixture_that_ranks_honours_no_setting_of_a_writer():
    ranks = mixture(["a", "b"], method="rank")
    request = read(temperature=0, stop="x").for_mixture(ranks)
    assert request.writer.is_plain
    assert request.ignored == ("temperature", "stop")
    assert read(temperature=0).for_mixture(mixture(["a"])).ignored == ()
    with pytest.raises(ApiError) as caught:
        read(tools=[TOOL]).for_mixture(ranks)
    assert (caught.value.code, caught.value.param) == ("unsupported_value", "tools")
