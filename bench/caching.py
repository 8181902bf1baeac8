"""Measures what share of the prompts of a conversation a server reads from its cache.

Five turns, each with three proposers in two layers; the first of them writes the
answer. The server is one that caches by prefix, in steps of 128 tokens; or, by
`python -m bench.caching URL [MODEL]`, any that is there, such as a llama.cpp, where
one model sits at every seat. What is counted is what the server has reported.
"""

import argparse
import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, get_args

from bench.figures import Figures, say
from moa_core.engine import Engine, Resilient
from moa_core.messages import Question, conversation_messages
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Placement, Prompts
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import Call, CallFinished, RunFinished
from moa_core.settings import EndpointSettings, Settings
from tests.model_server import ModelServer, Play
from tests.support.prefix_cache import PrefixCache

NAME = "measured"
QUESTIONS = (
    "What is yeast, and what does it do in a dough? Tell me of the kinds there are, "
    "how each is kept, and what a baker has to know before the first loaf.",
    "How long does a dough rise?",
    "And in a cold kitchen?",
    "What can go wrong then?",
    "Which flour is best for that?",
)
MODELS = ("ada", "ben", "cyd")
PROPOSERS, LAYERS = len(MODELS), 2
MAX_TOKENS = 1000
SHORT_TOKENS = 24
"""Of each answer of a server that is as slow as a model on two cores."""

_WORDS = "yeast eats sugar and makes gas and the dough keeps it until it is baked"


def measure_caching() -> Figures:
    """The cached share of all prompts, and of those after the first turn."""
    figures: Figures = {}
    for placement in get_args(Placement):
        with ModelServer() as server:
            for model in MODELS:
                server.plays[model] = Play(
                    writes=_essay, counts=PrefixCache(least_tokens=0)
                )
            shares = asyncio.run(
                _conversation(server.url, MODELS, placement, MAX_TOKENS)
            )
        figures |= {f"cached_share_{placement}_{n}": s for n, s in shares.items()}
    return figures


def _essay(body: dict[str, Any]) -> str:
    """An answer of some 300 tokens, another one to each prompt and by each model."""
    dice = random.Random(json.dumps([body["model"], body["messages"]]))
    return " ".join(dice.choices(_WORDS.split(), k=300))


def main() -> None:
    """Measure a server with both placements, and print shares by turn and by layer."""
    parser = argparse.ArgumentParser(prog="python -m bench.caching")
    parser.add_argument("url", help="up to and including /v1")
    parser.add_argument("model", nargs="?", default="smollm2-135m")
    parser.add_argument("--placement", choices=get_args(Placement))
    options = parser.parse_args()
    chosen = [options.placement] if options.placement else get_args(Placement)
    shares = {
        placement: asyncio.run(
            _conversation(
                options.url, [options.model] * PROPOSERS, placement, SHORT_TOKENS
            )
        )
        for placement in chosen
    }
    print(json.dumps(shares))


async def _conversation(
    url: str, models: Sequence[str], placement: Placement, max_tokens: int
) -> dict[str, float]:
    agents = tuple(
        AgentSpec(endpoint=NAME, model=model, temperature=0, max_tokens=max_tokens)
        for model in models
    )
    config = MoAConfig(
        layers=(Layer(agents),) * LAYERS,
        aggregator=agents[0],
        prompts=Prompts(placement=placement),
    )
    server = EndpointSettings(name=NAME, kind="local", base_url=url)
    settings = Settings(endpoints=(server,), probe_local=False)
    endpoints = Endpoints(settings)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    engine = Engine(policies.around(endpoints), PriceBook())
    history: list[tuple[Question, str | None]] = []
    calls: dict[int, list[Call]] = defaultdict(list)
    for turn, text in enumerate(QUESTIONS):
        question = Question(text)
        messages = conversation_messages(history, question)
        async for event in engine.run(config, messages):
            if isinstance(event, CallFinished):
                calls[turn].append(event.call)
            if isinstance(event, RunFinished):
                history.append((question, event.text))
        say(f"{placement}, turn {turn + 1}: {_share(calls[turn]):.0%} cached")
    await endpoints.aclose()
    every = [call for group in calls.values() for call in group]
    later = [call for turn in range(1, len(QUESTIONS)) for call in calls[turn]]
    shares = {"all": _share(every), "after_the_first_turn": _share(later)}
    for layer in range(LAYERS + 1):
        said = [call for call in later if call.seat.layer_index == layer]
        shares["aggregator" if layer == LAYERS else f"layer_{layer + 1}"] = _share(said)
    return {name: round(share, 3) for name, share in shares.items()}


def _share(calls: list[Call]) -> float:
    """Cached tokens over all that were read."""
    read = sum(call.usage.input_tokens for call in calls)
    return sum(call.usage.cached_input_tokens for call in calls) / read


if __name__ == "__main__":
    main()
