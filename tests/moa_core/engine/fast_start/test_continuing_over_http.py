"""Each documented way to continue a text, on a real server that behaves like it."""

import threading

import pytest

from moa_core.engine import Continuations, Engine, Resilient
from moa_core.mixture import AgentSpec, FastStart, Layer, MoAConfig, Pace
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.providers.streaming.chat_completions import api_url
from moa_core.run import RunState
from moa_core.settings import EndpointSettings, Settings
from tests.moa_core.scripted import QUESTION
from tests.model_server import Play

pytestmark = pytest.mark.slow

WHOLE = "Air scatters blue light the most. Violet is scattered too."
HALF = WHOLE[: WHOLE.index(" Violet")]
DRAFT = "Light from the sun is scattered by the molecules of the air. " * 4
PROBED = "[k7] one, two, three, four, five,"


def continuation(text):
    """What follows a text that a model is to continue."""
    return " six, seven" if text == PROBED else WHOLE[len(text) :]


def begins(body):
    """A new answer, as after a whole turn of the assistant's."""
    probed = PROBED in body["messages"][-1]["content"]
    return "One, two, three, four, five, six, seven" if probed else HALF


class Mistral:
    """Continues with ``prefix``, and repeats the prefix; refuses all else."""

    way = "prefix"

    @staticmethod
    def judge(body):
        last = body["messages"][-1]
        if last["role"] != "assistant" or last.get("prefix"):
            return None
        message = (
            "Expected last role User or Tool (or Assistant with prefix True) for "
            "serving but got assistant"
        )
        kind = "invalid_request_message_order"
        return 400, {
            "object": "error", "message": message, "type": kind, "code": "3230"
        }  # fmt: skip

    @staticmethod
    def writes(body):
        last = body["messages"][-1]
        if last["role"] != "assistant":
            return HALF
        return last["content"] + continuation(last["content"])


class DeepSeek:
    """Continues with ``prefix``; without, it answers what it had said anew."""

    way = "prefix"
    judge = None

    @staticmethod
    def writes(body):
        last = body["messages"][-1]
        return continuation(last["content"]) if last.get("prefix") else begins(body)


class Vllm:
    """Continues with ``continue_final_message``; ``prefix`` means nothing to it."""

    way = "final_message"

    @staticmethod
    def judge(body):
        if not body.get("continue_final_message") or not body.get(
            "add_generation_prompt", True
        ):
            return None
        message = (
            "Cannot set both `continue_final_message` and `add_generation_prompt` to "
            "True."
        )
        return 400, {"object": "error", "message": message, "code": 400}

    @staticmethod
    def writes(body):
        if not body.get("continue_final_message"):
            return begins(body)
        return continuation(body["messages"][-1]["content"])


class Refusing:
    """Takes no message of the assistant's at the end, and no unknown parameter."""

    way = "turns"

    @staticmethod
    def judge(body):
        message = None
        if body["messages"][-1]["role"] == "assistant":
            message = "The conversation must end with a user message."
        if "continue_final_message" in body:
            message = "Unrecognized request argument supplied: continue_final_message"
        kind = "invalid_request_error"
        return message and (400, {"error": {"message": message, "type": kind}})

    @staticmethod
    def writes(body):
        went_on = any(each["role"] == "assistant" for each in body["messages"])
        return WHOLE[len(HALF) :].strip() if went_on else HALF


SPELT = {
    "trailing": ({}, {}),
    "prefix": ({"prefix": True}, {}),
    "final_message": (
        {},
        {"continue_final_message": True, "add_generation_prompt": False},
    ),
}
"""By the way to continue: what is in the last message, and what beside the messages."""


async def asked(server, chief, known):
    """Run a mixture whose last draft waits for the chief; what the chief was sent."""
    go_on = threading.Event()

    def writes(body):
        text = chief.writes(body)
        if PROBED not in body["messages"][-1]["content"]:
            go_on.set()
        return text

    for name in ("ada", "ben"):
        server.plays[name] = Play(pieces=[DRAFT, f"So says {name}."])
    server.plays["cleo"] = Play(pieces=[DRAFT, "So it is."], held_until=go_on)
    server.plays["chief"] = Play(writes=writes, judge=chief.judge)
    agents = [
        AgentSpec(endpoint="lab", model=name)
        for name in ("ada", "ben", "cleo", "chief")
    ]
    config = MoAConfig(
        layers=(Layer(tuple(agents[:3])),),
        aggregator=agents[3],
        pace=Pace(fast_start=FastStart(way="chunks")),
    )
    settings = Settings.from_mapping(
        {"POLYPHONY_ENDPOINTS": f"lab={server.url}", "POLYPHONY_LOCAL_SERVERS": "off"}
    )
    endpoints, state = Endpoints(settings), RunState(config)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    engine = Engine(policies.around(endpoints), PriceBook(), continuations=known)
    async for event in engine.run(config, QUESTION):
        state.apply(event)
    await endpoints.aclose()
    return state, [each.body for each in server.calls if each.body["model"] == "chief"]


@pytest.mark.parametrize("chief", [Mistral, DeepSeek, Vllm, Refusing])
async def test_it_is_found_out_and_spelt_as_documented(model_server, chief):
    known = Continuations()
    state, bodies = await asked(model_server, chief, known)
    assert known.learnt == {"lab/chief": chief.way}
    assert state.status == "succeeded"
    assert state.synthesis.text == WHOLE
    probes = [each for each in bodies if PROBED in each["messages"][-1]["content"]]
    tried = list(SPELT)[: list(SPELT).index(chief.way) + 1 if chief.way in SPELT else 3]
    assert len(probes) == len(tried)
    for spelling, body in zip(tried, probes, strict=True):
        assert_spelt(spelling, body, PROBED)
    if chief.way == "turns":
        assert bodies[-1]["messages"][-1]["role"] == "user"
        assert {"role": "assistant", "content": HALF} in bodies[-1]["messages"]
    else:
        assert_spelt(chief.way, bodies[-1], HALF)
    first = bodies[len(probes)]  # nothing is there to be continued
    assert first["messages"][-1]["role"] == "user"
    assert not first.keys() & {"continue_final_message", "add_generation_prompt"}


def assert_spelt(spelling, body, text):
    in_message, beside = SPELT[spelling]
    last = {"role": "assistant", "content": text}
    assert body["messages"][-1] == last | in_message
    told = {"continue_final_message", "add_generation_prompt"} & body.keys()
    assert {name: body[name] for name in told} == beside


def test_deepseek_continues_under_another_address_only():
    for base, wanted in (
        ("https://api.deepseek.com", "https://api.deepseek.com/beta"),
        ("https://api.deepseek.com/v1", "https://api.deepseek.com/beta"),
        ("https://api.mistral.ai/v1", "https://api.mistral.ai/v1"),
    ):
        endpoint = EndpointSettings(name="x", kind="compatible", base_url=base)
        assert api_url(endpoint, "prefix") == wanted
        assert api_url(endpoint) == base
