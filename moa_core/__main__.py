"""`python -m moa_core "question"`: a mixture in the terminal, without page or database.

The answer goes to stdout as it is written, the progress of the layers to stderr.
Exit code 0 when an answer came, 1 when none, 2 for a wrong call.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from contextlib import aclosing
from dataclasses import replace
from typing import TextIO, assert_never

from dotenv import find_dotenv, load_dotenv

from moa_core.config import MAX_LAYERS, MoAConfig
from moa_core.engine import Engine
from moa_core.errors import ConfigError
from moa_core.events import (
    LayerFinished,
    LayerStarted,
    ProposalDelta,
    ProposalFailed,
    ProposalFinished,
    ProposalRestarted,
    ProposalStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
    SynthesisDelta,
    SynthesisFailed,
    SynthesisFinished,
    SynthesisRestarted,
    SynthesisStarted,
)
from moa_core.json_lines import event_to_dict
from moa_core.messages import Message
from moa_core.pricing import PriceBook
from moa_core.prompts import PLACEMENTS, Prompts
from moa_core.providers.endpoints import Endpoints
from moa_core.resilience import Resilient
from moa_core.settings import Settings
from moa_core.shipped import DEFAULT_PRESET, PRESETS, mixture, preset_named

ANSWERED, UNANSWERED, WRONG_CALL = 0, 1, 2


def main() -> int:
    """Run one question and return the exit code."""
    parser = _parser()
    call = parser.parse_args()
    load_dotenv(find_dotenv(usecwd=True))
    try:
        config = _config(call)
        settings = Settings.from_mapping(os.environ)
    except ConfigError as error:
        parser.error(str(error))
    try:
        return asyncio.run(_answer(call.question, config, settings, as_json=call.json))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - nobody reads on
        return UNANSWERED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m moa_core",
        description="Ask a mixture of models; REF is endpoint/model, "
        "for example openai/gpt-4o-mini.",
    )
    parser.add_argument("question")
    names = ", ".join(preset.name for preset in PRESETS)
    parser.add_argument("--preset", metavar="NAME", help=f"one of: {names}")
    parser.add_argument("--proposer", metavar="REF", nargs="+", action="extend")
    parser.add_argument(
        "--layers",
        metavar="N",
        type=int,
        default=2,
        help="counts the aggregator as the last layer: 2 is one layer of proposers",
    )
    parser.add_argument("--aggregator", metavar="REF")
    parser.add_argument("--placement", choices=PLACEMENTS)
    parser.add_argument("--json", action="store_true", help="one JSON object an event")
    return parser


def _config(call: argparse.Namespace) -> MoAConfig:
    config = _own_mixture(call) if call.proposer else _preset(call)
    if call.placement:
        config = replace(config, prompts=Prompts(placement=call.placement))
    return config


def _own_mixture(call: argparse.Namespace) -> MoAConfig:
    if call.preset:
        raise ConfigError("Name a preset or proposers, not both.")
    if not 2 <= call.layers <= MAX_LAYERS + 1:
        raise ConfigError(
            f"--layers is 2 to {MAX_LAYERS + 1}: the aggregator is the last one."
        )
    layers = [tuple(call.proposer)] * (call.layers - 1)
    return mixture(*layers, aggregator=call.aggregator or call.proposer[0])


def _preset(call: argparse.Namespace) -> MoAConfig:
    if call.aggregator:
        raise ConfigError("--aggregator needs --proposer; a preset has its own.")
    preset = preset_named(call.preset) if call.preset else DEFAULT_PRESET
    if preset is None:
        names = ", ".join(preset.name for preset in PRESETS)
        raise ConfigError(f"No preset is called {call.preset!r}; there are {names}.")
    return preset.config


async def _answer(
    question: str, config: MoAConfig, settings: Settings, *, as_json: bool
) -> int:
    endpoints, prices, stop = (
        Endpoints(settings),
        PriceBook(settings.prices),
        asyncio.Event(),
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    await endpoints.prepare(config.endpoints)
    await asyncio.to_thread(prices.prepare)
    tell = _tell_json if as_json else _tell_plainly
    engine = Engine(policies, prices)
    code = UNANSWERED
    try:
        messages = (Message("user", question),)
        async with aclosing(engine.run(config, messages, stop=stop)) as events:
            async for event in events:
                tell(event)
                code = ANSWERED if isinstance(event, RunFinished) else code
    finally:
        await endpoints.aclose()
    return code


def _tell_json(event: RunEvent) -> None:
    _say(json.dumps(event_to_dict(event), ensure_ascii=False) + "\n", sys.stdout)


def _tell_plainly(event: RunEvent) -> None:  # noqa: C901 - one case an event
    match event:
        case RunStarted() | ProposalStarted() | ProposalDelta() | SynthesisFinished():
            pass
        case LayerStarted():
            _note(f"Layer {event.layer_index + 1}")
        case ProposalRestarted() | SynthesisRestarted():
            wait = f"trying again in {event.wait_s:.1f} s"
            _note(f"  {event.call.agent.ref}: {event.call.error} ({wait})")
        case ProposalFinished():
            call = event.call
            _note(f"  {call.agent.ref}: {call.latency_s:.1f} s, {call.cost}")
        case ProposalFailed() | SynthesisFailed():
            _note(f"  {event.call.agent.ref}: {event.call.error}")
        case LayerFinished():
            _note(f"  {event.answered} of {event.asked} answered")
        case SynthesisStarted():
            _note(f"{event.agent.ref} writes the answer\n")
        case SynthesisDelta():
            if event.kind == "answer":
                _say(event.text, sys.stdout)
        case RunFinished():
            _say("\n", sys.stdout)
            tokens = event.usage.total_tokens
            _note(f"\n{event.cost} · {tokens:,} tokens · {event.latency_s:.1f} s")
        case RunAborted():
            _note(f"\n{event.error} {event.error.advice}".rstrip())
        case _:
            assert_never(event)


def _note(line: str) -> None:
    _say(f"{line}\n", sys.stderr)


def _say(text: str, stream: TextIO) -> None:
    stream.write(text)
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
