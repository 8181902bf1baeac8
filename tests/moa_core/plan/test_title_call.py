"""The call that titles a chat: which model is asked, with how much room."""

from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from moa_core.plan import title_call
from moa_core.pricing import PriceBook
from moa_core.run.run_state import RunState
from moa_core.settings import OwnPrice
from moa_core.titles import question_to_title
from moa_core.usage import FREE
from tests.storage.fabricated import call

QUESTION = "Why is the sky blue?"


def agent(ref: str, **more) -> AgentSpec:
    return replace(AgentSpec.from_ref(ref), **more)


def answered(aggregator: AgentSpec, *proposers: AgentSpec) -> RunState:
    layers = (Layer(proposers),) if proposers else ()
    state = RunState(MoAConfig(layers=layers, aggregator=aggregator))
    for seat in state.seats:
        seat.start(1, 0.0)
        seat.end(call(seat.seat, role=seat.role, agent=seat.agent, text="Because."))
    state.status = "succeeded"
    return state


def own(**usd: str) -> PriceBook:
    return PriceBook(
        {
            f"lab/{name}": OwnPrice(
                input_usd_per_mtok=Decimal(price), output_usd_per_mtok=Decimal(price)
            )
            for name, price in usd.items()
        }
    )


def test_the_cheapest_of_those_that_answered_is_asked():
    state = answered(agent("lab/chief"), agent("lab/a"), agent("lab/b"))
    planned = title_call(state, QUESTION, own(chief="5", a="1", b="2"))
    assert planned
    assert planned.agent.model == "a"
    assert planned.seat == Seat(2, 0)
    assert question_to_title(planned.messages) == QUESTION
    assert planned.agent.max_tokens < 100
    assert 0 < planned.high.usd < Decimal("0.001")


def test_an_unknown_price_is_no_low_price():
    state = answered(agent("lab/chief"), agent("lab/a"))
    planned = title_call(state, QUESTION, own(chief="5"))
    assert planned
    assert planned.agent.model == "chief"
    assert title_call(state, QUESTION, own()) is None


def test_of_several_free_models_the_one_that_wrote_the_answer_is_asked():
    state = answered(agent("ollama/b"), agent("ollama/a"))
    planned = title_call(state, QUESTION, PriceBook())
    assert planned
    assert planned.agent.model == "b"
    assert planned.high == FREE


def test_of_equally_cheap_models_one_that_does_not_think_is_asked():
    state = answered(agent("ollama/qwq"), agent("ollama/llama"))
    planned = title_call(state, QUESTION, PriceBook())
    assert planned
    assert planned.agent.model == "llama"


@pytest.mark.parametrize(
    ("model", "effort", "asked_effort", "room", "switched"),
    [
        ("llama", None, None, False, False),
        ("o5-mini", "high", "low", True, False),
        ("deepseek-r1", None, None, True, False),
        ("qwen3:8b", None, None, True, True),
        ("Qwen/Qwen3-32B", None, None, True, True),
        ("Qwen/Qwen3.7-Plus", None, None, True, False),
        ("Qwen3-30B-A3B-Instruct-2507", None, None, True, False),
    ],
)
def test_a_model_that_thinks_has_room_for_it_and_is_told_not_to_where_it_can_be(
    model, effort, asked_effort, room, switched
):
    state = answered(agent(f"ollama/{model}", effort=effort, system_prompt="Be mean."))
    planned = title_call(state, QUESTION, PriceBook())
    assert planned
    assert planned.agent.effort == asked_effort
    assert (planned.agent.max_tokens > 1000) == room
    said = [each.text for each in planned.messages if each.role == "system"]
    assert said == (["/no_think"] if switched else [])
