"""What providers have cached is learnt from stored runs, and makes estimates closer.

The server is a real one that remembers what prompts began with, and says so or not.
"""

import csv
import io
from decimal import Decimal

import pytest

from moa_core.engine.execution import Engine
from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.prompts import Prompts
from moa_core.plan.estimate import estimate
from moa_core.pricing import PriceBook
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.connections import Connections
from moa_core.run.run_state import RunState
from moa_core.settings import EndpointSettings
from storage.recording.runs import Runs
from storage.spending.amounts import CallFilter
from storage.spending.csv_export import breakdown_csv
from storage.spending.spend import Spend
from tests.model_server import Play
from tests.storage.kinds import sqlite_only
from tests.support.prefix_cache import PrefixCache

MODEL = "gpt-4.1"
ADA = AgentSpec(endpoint="openai", model=MODEL)
QUESTIONS = ["Explain how bread rises: " + "the dough and the oven " * 400] + [
    f"Explain point {number} of that." for number in range(2, 6)
]
ANSWER = "Yeast eats sugar and makes gas, and the dough keeps it. " * 30


def mixture(placement="trailing"):
    return MoAConfig(
        layers=(Layer((ADA, ADA, ADA)),) * 2,
        aggregator=ADA,
        prompts=Prompts(placement=placement),
    )


class Chat:
    """Asks one question after the other, and estimates each before."""

    def __init__(self, database, recorder, server, connections):
        settings = EndpointSettings(
            name="openai", kind="compatible", base_url=server.url, api_key="k"
        )
        self.prices, self.spend = PriceBook(), Spend(database)
        provider = ChatCompletions(settings, connections)
        providers = {"openai": provider, "openrouter": provider}
        self.engine = Engine(providers, self.prices)
        self.runs, self.recorder, self.uid = Runs(database), recorder, None
        self.expected = []

    async def ask(self, text, config):
        """The estimate before, and the run."""
        self.prices.use_cached_shares(self.spend.cached_shares())

        def estimator(messages):
            self.expected.append(estimate(config, messages, self.prices))
            return self.expected[-1]

        begun = self.runs.begin(
            Question(text), config, conversation_uid=self.uid, estimate=estimator
        )
        self.uid, state = begun.conversation_uid, RunState(config)
        async for event in self.engine.run(config, begun.messages):
            state.apply(event)
            await self.recorder.record(begun.run_uid, event, state)
        return self.expected[-1], state


@pytest.fixture
async def chat(database, recorder, model_server):
    connections = Connections()
    yield Chat(database, recorder, model_server, connections)
    await connections.aclose()


async def test_what_a_server_caches_is_expected_of_it_billed_and_summed_up(
    chat, model_server
):
    cache = PrefixCache()
    model_server.plays[MODEL] = Play(pieces=(ANSWER,), counts=cache)
    turns = [await chat.ask(text, mixture()) for text in QUESTIONS]
    told = [state.usage for _, state in turns]
    cached = sum(usage.cached_input_tokens for usage in told)
    assert cached == cache.cached_tokens
    assert all(usage.cached_share > 0.3 for usage in told)

    share = chat.spend.cached_shares()[ADA.ref]
    assert share.low > 0.9
    for said, state in turns:
        assert said.low.usd <= state.cost.usd <= said.high.usd
    first, last = turns[0][0], turns[-1][0]
    width = [said.high.usd / said.low.usd for said in (first, last)]
    assert width[1] < width[0] * Decimal("0.8")

    amount = chat.spend.breakdown().of(CallFilter(model=MODEL))
    assert amount.cached_share == pytest.approx(
        cached / sum(usage.input_tokens for usage in told)
    )
    saved_usd = cached * (Decimal(2) - Decimal("0.5")) / 10**6  # gpt-4.1's prices
    assert amount.cache_saved_usd == saved_usd
    lines = list(csv.DictReader(io.StringIO(breakdown_csv(chat.spend.breakdown()))))
    assert sum(Decimal(line["cache_saved_usd"]) for line in lines) == saved_usd


@sqlite_only
async def test_of_a_server_that_says_nothing_nothing_is_learnt(chat, model_server):
    model_server.plays[MODEL] = Play(pieces=(ANSWER,), counts=PrefixCache(tells=False))
    for text in QUESTIONS[:2]:
        _, state = await chat.ask(text, mixture())
    assert state.usage.cached_share is None
    assert chat.spend.cached_shares() == {}
    unknown = estimate(mixture(), [Question(QUESTIONS[0]).message], PriceBook())
    assert chat.expected[0] == unknown
    amount = chat.spend.breakdown().total
    assert (amount.cached_share, amount.cache_saved_usd) == (None, 0)


@sqlite_only
async def test_drafts_that_come_first_say_nothing_of_a_cache(chat, model_server):
    model_server.plays[MODEL] = Play(pieces=(ANSWER,), counts=PrefixCache())
    for text in QUESTIONS[:2]:
        await chat.ask(text, mixture("paper"))
    assert chat.spend.cached_shares() == {}, "three calls of a first layer are too few"


@sqlite_only
async def test_what_is_written_to_a_cache_is_billed_and_taken_off_what_it_saved(
    chat, model_server
):
    claude = AgentSpec.from_ref("openrouter/anthropic/claude-sonnet-4.5")
    details = {"cached_tokens": 1000, "cache_write_tokens": 2000}
    usage = {"prompt_tokens": 4000, "completion_tokens": 100}
    model_server.plays[claude.model] = Play(
        usage=usage | {"prompt_tokens_details": details}
    )
    _, state = await chat.ask("Why?", MoAConfig(layers=(), aggregator=claude))
    read = 1000 * Decimal(3) + 1000 * Decimal("0.3") + 2000 * Decimal("3.75")
    assert state.cost.usd == (read + 100 * Decimal(15)) / 10**6
    amount = chat.spend.breakdown().total
    assert amount.cost == state.cost
    assert amount.cached_share == 0.25
    saved = 1000 * Decimal("2.7") - 2000 * Decimal("0.75")
    assert amount.cache_saved_usd == saved / 10**6
