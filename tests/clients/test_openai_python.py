"""OpenAI's own package for Python asks a preset as it asks any other model."""

import asyncio
import json

import openai
import pytest
from pydantic import BaseModel

MODEL = "polyphony/quick"
ASKED = [{"role": "user", "content": "Why is the sea salty?"}]
USAGE = {"include_usage": True}


@pytest.fixture
def client(served):
    with openai.OpenAI(base_url=served.url, api_key=served.key) as client:
        yield client


def test_presets_are_listed_and_described(client):
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).polyphony["layers"] == [
        ["lab/ada", "lab/ben", "lab/cleo"]
    ]


def test_a_whole_answer_with_its_run_and_its_cost(client):
    asked = client.chat.completions.with_raw_response
    raw = asked.create(model=MODEL, messages=ASKED)
    answer = raw.parse()
    assert answer.choices[0].message.content.startswith("word0 word1")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == MODEL
    assert answer._request_id == answer.polyphony["run"]
    assert raw.headers["x-polyphony-run"] == answer.polyphony["run"]
    assert answer.polyphony["panel"]["answered"] == 3
    assert answer.usage.total_tokens == 4 * 18
    assert answer.usage.cost == answer.polyphony["cost_usd"] > 0


def test_a_stream_and_what_adds_its_pieces_up(client):
    create = client.chat.completions.create
    chunks = list(
        create(model=MODEL, messages=ASKED, stream=True, stream_options=USAGE)
    )
    pieces = [each.choices[0].delta.content for each in chunks if each.choices]
    assert "".join(filter(None, pieces)).endswith(" word29")
    assert chunks[-1].usage.total_tokens == 4 * 18
    assert chunks[-1].polyphony["event"] == "run_finished"
    with client.chat.completions.stream(model=MODEL, messages=ASKED) as events:
        kinds = {event.type for event in events}
        final = events.get_final_completion()
    assert {"content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content.endswith(" word29")


def test_drafts_come_as_reasoning_where_they_are_asked_for(client):
    chunks = client.chat.completions.create(
        model=MODEL,
        messages=ASKED,
        stream=True,
        extra_body={"polyphony": {"expose": "full"}},
    )
    deltas = [each.choices[0].delta for each in chunks]
    thoughts = [getattr(delta, "reasoning_content", None) for delta in deltas]
    assert len(list(filter(None, thoughts))) == 3


class Form(BaseModel):
    answer: str


def test_a_form_is_filled_in(client):
    answer = client.chat.completions.parse(
        model=MODEL, messages=ASKED, response_format=Form
    )
    assert answer.choices[0].message.parsed == Form(answer="forty two")


TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def test_a_tool_is_called_and_what_it_returns_goes_on_from_the_same_drafts(client):
    create = client.chat.completions.create
    weather = {"role": "user", "content": "What is the weather like in Paris?"}
    asked = create(model=MODEL, messages=[weather], tools=[TOOL])
    assert asked.choices[0].finish_reason == "tool_calls"
    [call] = asked.choices[0].message.tool_calls
    assert json.loads(call.function.arguments) == {"city": "Paris"}
    result = {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}
    talk = [weather, asked.choices[0].message, result]
    answer = create(model=MODEL, messages=talk, tools=[TOOL])
    assert answer.choices[0].message.content
    assert answer.polyphony["panel"]["state"] == "kept"
    assert len(answer.polyphony["calls"]) == 1
    with client.chat.completions.stream(
        model=MODEL, messages=[weather], tools=[TOOL]
    ) as events:
        kinds = {event.type for event in events}
        final = events.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds
    assert final.choices[0].message.tool_calls[0].function.name == "get_weather"


@pytest.mark.parametrize(
    ("kind", "code", "asked"),
    [
        (openai.NotFoundError, "model_not_found", {"model": "polyphony/none"}),
        (openai.BadRequestError, "unsupported_value", {"n": 2}),
        (openai.APIStatusError, "panel_failed", {"model": "polyphony/all-fail"}),
        (openai.RateLimitError, "rate_limit_exceeded",
         {"model": "polyphony/all-limited"}),
        (openai.APIStatusError, "aggregator_failed",
         {"model": "polyphony/writer-fails"}),
    ],
)  # fmt: skip
def test_an_error_is_raised_at_once_with_its_reasons(served, client, kind, code, asked):
    asked = {"model": MODEL, "messages": ASKED, **asked}
    made = []
    for retries in (0, 2, 0):  # the first time, what the models refuse is found out
        before = len(served.models.calls)
        patient = client.with_options(max_retries=retries).chat.completions
        with pytest.raises(kind) as raised:
            patient.create(**asked)
        made.append(len(served.models.calls) - before)
    assert raised.value.code == code
    assert made[1] == made[2], "the panel is not asked again by itself"
    if code == "panel_failed":
        members = raised.value.body["polyphony"]["members"]
        assert {each["model"] for each in members} == {"lab/down", "lab/gone"}


def test_a_wrong_key_and_an_error_in_a_stream_are_raised(served, client):
    stranger = openai.OpenAI(base_url=served.url, api_key="sk-wrong")
    with pytest.raises(openai.AuthenticationError), stranger:
        stranger.models.list()
    model = "polyphony/all-fail"
    with pytest.raises(openai.APIError) as raised:
        list(client.chat.completions.create(model=model, messages=ASKED, stream=True))
    assert raised.value.body["code"] == "panel_failed"
    assert len(raised.value.body["polyphony"]["members"]) == 2


async def test_ten_at_once_and_one_that_leaves(served):
    async with openai.AsyncOpenAI(base_url=served.url, api_key=served.key) as client:
        create = client.chat.completions.create
        questions = ([{"role": "user", "content": f"Question {n}"}] for n in range(10))
        answers = await asyncio.gather(
            *(create(model=MODEL, messages=each) for each in questions)
        )
        assert len({each.id for each in answers}) == 10
        dropped = [each.ended for each in served.models.calls].count("dropped")
        stream = await create(model="polyphony/long", messages=ASKED, stream=True)
        async for chunk in stream:
            if chunk.choices[0].delta.content:
                break
        await stream.close()
        await asyncio.to_thread(served.models.wait_until_dropped, dropped + 1)
