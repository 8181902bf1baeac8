"""Measures what share of the prompts of a conversation a server reads from its cache.

`python -m bench.caching URL [MODEL]` asks the server there, such as a llama.cpp: five
turns, each with three proposers in two layers and an aggregator, all of them the same
model. What is printed is what the server has reported.
"""

import argparse
import asyncio
import json
from collections import defaultdict

from bench.figures import say
from moa_core.engine import Engine, Resilient
from moa_core.messages import Question, conversation_messages
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Prompts
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import Call, CallFinished, RunFinished
from moa_core.settings import EndpointSettings, Settings

NAME = "measured"
QUESTIONS = (
    "What is yeast, and what does it do in a dough? Tell me of the kinds there are, "
    "how each is kept, and what a baker has to know before the first loaf.",
    "How long does a dough rise?",
    "And in a cold kitchen?",
    "What can go wrong then?",
    "Which flour is best for that?",
)
PROPOSERS, LAYERS = 3, 2
MAX_TOKENS = 24


def main() -> None:
    """Measure with both placements, and print the shares by turn and by layer."""
    parser = argparse.ArgumentParser(prog="python -m bench.caching")
    parser.add_argument("url", help="up to and including /v1")
    parser.add_argument("model", nargs="?", default="smollm2-135m")
    parser.add_argument("--placement", choices=("trailing", "paper"))
    options = parser.parse_args()
    chosen = [options.placement] if options.placement else ["trailing", "paper"]
    shares = {
        placement: asyncio.run(_conversation(options.url, options.model, placement))
        for placement in chosen
    }
    print(json.dumps(shares))


async def _conversation(url: str, model: str, placement: str) -> dict[str, float]:
    agent = AgentSpec(endpoint=NAME, model=model, temperature=0, max_tokens=MAX_TOKENS)
    config = MoAConfig(
        layers=(Layer((agent,) * PROPOSERS),) * LAYERS,
        aggregator=agent,
        prompts=Prompts(placement="paper" if placement == "paper" else "trailing"),
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
