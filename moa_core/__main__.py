"""`python -m moa_core "question"`: a mixture in the terminal, without page or database.

The answer goes to stdout as it is written, the progress of the layers to stderr.
Exit code 0 when an answer came, 1 when none, 2 for a wrong call.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from io import TextIOWrapper

from dotenv import find_dotenv, load_dotenv

from moa_core.config import MAX_LAYERS, MoAConfig
from moa_core.engine import Engine
from moa_core.errors import ConfigError
from moa_core.events import RunEvent, RunFinished
from moa_core.json_lines import event_to_line
from moa_core.messages import Message
from moa_core.plain_lines import PlainLines
from moa_core.pricing import PriceBook
from moa_core.prompts import PLACEMENTS
from moa_core.providers.endpoints import Endpoints
from moa_core.resilience import Resilient
from moa_core.settings import LOCAL_SERVERS, SIMULATED, EndpointSettings, Settings
from moa_core.shipped import DEFAULT_PRESET, PRESETS, mixture, preset_named

ANSWERED, UNANSWERED = 0, 1  # argparse itself leaves with 2 after a wrong call


def main() -> int:
    """Run one question and return the exit code."""
    parser = _parser()
    call = parser.parse_args()
    load_dotenv(find_dotenv(usecwd=True))
    try:
        config = _config(call)
        settings = _settings(config)
    except ConfigError as error:
        parser.error(str(error))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # no terminal can write every character
            stream.reconfigure(errors="replace")
    try:
        return asyncio.run(_answer(call.question, config, settings, as_json=call.json))
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # or Python complains when it exits
        os.dup2(nowhere, sys.stdout.fileno())
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
        help="counts the aggregator as the last layer: 2, the default, is one layer of "
        "proposers",
    )
    parser.add_argument("--aggregator", metavar="REF")
    parser.add_argument("--placement", choices=PLACEMENTS)
    parser.add_argument("--json", action="store_true", help="one JSON object an event")
    return parser


def _config(call: argparse.Namespace) -> MoAConfig:
    if not call.question.strip():
        raise ConfigError("The question is empty.")
    config = _own_mixture(call) if call.proposer else _preset(call)
    if call.placement:
        prompts = replace(config.prompts, placement=call.placement)
        config = replace(config, prompts=prompts)
    return config


def _own_mixture(call: argparse.Namespace) -> MoAConfig:
    if call.preset:
        raise ConfigError("Name a preset or proposers, not both.")
    depth = 2 if call.layers is None else call.layers
    if not 2 <= depth <= MAX_LAYERS + 1:
        raise ConfigError(
            f"--layers is 2 to {MAX_LAYERS + 1}: the aggregator is the last one."
        )
    layers = [tuple(call.proposer)] * (depth - 1)
    return mixture(*layers, aggregator=call.aggregator or call.proposer[0])


def _preset(call: argparse.Namespace) -> MoAConfig:
    if call.aggregator:
        raise ConfigError("--aggregator needs --proposer; a preset has its own.")
    if call.layers is not None:
        raise ConfigError("--layers needs --proposer; a preset has its own.")
    preset = preset_named(call.preset) if call.preset else DEFAULT_PRESET
    if preset is None:
        names = ", ".join(preset.name for preset in PRESETS)
        raise ConfigError(f"No preset is called {call.preset!r}; there are {names}.")
    return preset.config


def _settings(config: MoAConfig) -> Settings:
    """The environment's settings; a local server may be named without a setting."""
    settings = Settings.from_mapping(os.environ)
    missing = config.endpoints - {SIMULATED, *(e.name for e in settings.endpoints)}
    strangers = sorted(missing - LOCAL_SERVERS.keys())
    if strangers:
        raise ConfigError(
            f"No endpoint is called {strangers[0]!r}: name it in POLYPHONY_ENDPOINTS, "
            f"for example {strangers[0]}=http://localhost:8000/v1."
        )
    local = (
        EndpointSettings(
            name=name,
            kind="local",
            base_url=f"http://127.0.0.1:{LOCAL_SERVERS[name]}/v1",
        )
        for name in sorted(missing)
    )
    return replace(settings, endpoints=(*settings.endpoints, *local))


async def _answer(
    question: str, config: MoAConfig, settings: Settings, *, as_json: bool
) -> int:
    endpoints, prices = Endpoints(settings), PriceBook(settings.prices)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    stop = _stopped_by_signals()
    if config.endpoints != {SIMULATED}:  # what is slow once is no part of the run
        await asyncio.gather(endpoints.warm_up(), asyncio.to_thread(prices.prepare))
    story = Engine(policies, prices).run(config, (Message("user", question),), stop)
    plain = PlainLines(answer=sys.stdout, progress=sys.stderr)
    try:
        return await _told(story, _tell_json if as_json else plain.tell)
    finally:
        await endpoints.aclose()


def _stopped_by_signals() -> asyncio.Event:
    """Set by Ctrl-C and by a request to end, so that what had arrived is kept."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _told(
    story: AsyncGenerator[RunEvent, None], tell: Callable[[RunEvent], None]
) -> int:
    code = UNANSWERED
    async with aclosing(story) as events:
        async for event in events:
            tell(event)
            code = ANSWERED if isinstance(event, RunFinished) else code
    return code


def _tell_json(event: RunEvent) -> None:
    sys.stdout.write(event_to_line(event))
    sys.stdout.flush()


if __name__ == "__main__":
    code = main()
    gc.freeze()  # nobody needs what is left to be tidied up: it takes 0.3 s of CPU
    sys.exit(code)
