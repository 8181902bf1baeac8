"""Runs a mixture in the terminal: `python -m moa_core "question"`; batches; evaluates.

The answer goes to stdout as it is written, the progress of the layers to stderr.
Exit code 0 when an answer came, 1 when none, 2 for a wrong call.
"""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING

from moa_core.engine import Engine, Resilient
from moa_core.env_file import load_env_file
from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.mixture import PRESETS, MoAConfig, preset_to_json
from moa_core.network import system_proxies
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import Controls, RunFinished
from moa_core.settings import SIMULATED, Settings
from moa_core.terminal import (
    BATCH,
    EVALUATE,
    Kept,
    OwnPresets,
    PlainLines,
    attached,
    event_to_line,
    forgive_standard_error,
    mixture_asked_for,
    mixture_to_begin_with,
    on_stop_signals,
    parser,
    preset_asked_for,
    preset_line,
    preset_paragraph,
    question_asked,
    usable_first,
    with_local_servers,
    with_pace,
    with_placement,
)
from moa_core.text import one_line

if TYPE_CHECKING:
    from moa_core.batch import Row
    from moa_core.experiments import ExperimentFolder

ANSWERED, UNANSWERED, WRONG, STOPPED = 0, 1, 2, 130
PROGRAM = "python -m moa_core"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for: `batch ...`, `evaluate ...`, or a question.

    Args:
        arguments: Those of the command line; ``None`` for this process's own.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == BATCH:
        return batch(words[1:], f"{PROGRAM} {BATCH}")
    if words and words[0] == EVALUATE:
        return evaluate(words[1:], f"{PROGRAM} {EVALUATE}")
    return ask(words)


def ask(arguments: Sequence[str], prog: str = PROGRAM, kept: Kept | None = None) -> int:
    """Ask a mixture, list the presets or print one, and return the exit code.

    Args:
        arguments: Words of the command line.
        prog: The program's name in help and messages.
        kept: What the app keeps, for a command that is installed with it.
    """
    forgive_standard_error()
    call = parser(prog).parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # no terminal can write every character
            stream.reconfigure(errors="replace")

    def work() -> int:
        load_env_file()
        return _carry_out(call, kept or Kept())

    return _reported(prog, work)


def evaluate(arguments: Sequence[str], prog: str, kept: Kept | None = None) -> int:
    """Carry out an experiment or a benchmark, or score judgements; the exit code.

    Args:
        arguments: Words of the command line.
        prog: The program's name in help and messages.
        kept: What the app keeps, for a command that is installed with it.
    """
    from moa_core.terminal import (  # read benchmarks
        evaluate_parser,
        experiment_asked_for,
        scored,
    )

    forgive_standard_error()
    options = evaluate_parser(prog)
    call = options.parse_args(arguments)

    def work() -> int:
        if call.score:
            print(scored(call, options), flush=True)
            return ANSWERED
        load_env_file()
        app = kept or Kept()
        folder = experiment_asked_for(call, _note, _own_presets(app))
        return asyncio.run(_experiment(call, folder, app))

    return _reported(prog, work)


def batch(arguments: Sequence[str], prog: str, kept: Kept | None = None) -> int:
    """Run a batch, or show, judge or export what one has come to; the exit code.

    Args:
        arguments: Words of the command line.
        prog: The program's name in help and messages.
        kept: What the app keeps, for a command that is installed with it.
    """
    from moa_core.terminal import asked_of_batch, batch_parser, tell_of_batch

    forgive_standard_error()
    call = batch_parser(prog).parse_args(arguments)
    words, app = (*prog.split(), *arguments), kept or Kept()

    def work() -> int:
        if call.command in ("show", "export"):
            tell_of_batch(call, sys.stdout, _note)
            return ANSWERED
        load_env_file()
        config, rows = asked_of_batch(call, _note, _own_presets(app))
        return asyncio.run(_batch(call, config, rows, words, app))

    return _reported(prog, work)


async def _batch(
    call: argparse.Namespace,
    config: MoAConfig,
    rows: "Sequence[Row] | None",
    words: tuple[str, ...],
    kept: Kept,
) -> int:
    from moa_core.terminal import asked_batch, carry_out_batch

    settings = _settings_for(config, kept)
    endpoints = _endpoints(settings, kept)
    asked = asked_batch(call, config, words)
    streams = sys.stdout, sys.stderr
    try:
        with kept.following(asked, settings, _note) as told:
            return await carry_out_batch(
                call, config, settings, endpoints, streams, told, rows
            )
    finally:
        await endpoints.aclose()


async def _experiment(
    call: argparse.Namespace, folder: "ExperimentFolder", kept: Kept
) -> int:
    from moa_core.experiments import forecast_of
    from moa_core.terminal import Teller, agents_asked, carry_out

    teller = Teller(call.json, sys.stdout, sys.stderr)
    settings = _settings_for(agents_asked(folder.protocol), kept)
    endpoints, prices = _endpoints(settings, kept), PriceBook(settings.prices)
    if call.dry_run:
        progress = await folder.progress()
        expected = forecast_of(folder.protocol, folder.items, prices, progress.settled)
        teller.expect(expected)
        return ANSWERED
    if not call.resume:
        folder.write_description()
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    await asyncio.gather(endpoints.warm_up(), asyncio.to_thread(prices.prepare))
    engine = Engine.knowing(policies, prices, endpoints)
    try:
        ended = await carry_out(folder, engine, prices, teller)
    finally:
        await endpoints.aclose()
    return ANSWERED if ended.reason == "done" else UNANSWERED


def _reported(prog: str, work: Callable[[], int]) -> int:
    """What ``work`` returns; what it cannot do is told in one line."""
    try:
        return work()
    except ConfigError as error:
        print(f"{prog}: error: {one_line(str(error), 600)}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:  # before there is something that could be kept
        return STOPPED
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # or Python complains when it exits
        os.dup2(nowhere, sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever read has enough
            said = f"the output cannot be written: {error.strerror or error}"
            with suppress(OSError):  # nor may there be room for this
                print(f"{prog}: error: {said}.", file=sys.stderr)
        return UNANSWERED


def _carry_out(call: argparse.Namespace, kept: Kept) -> int:
    if call.list_presets:
        endpoints = _endpoints(Settings.from_mapping(os.environ), kept).infos()
        text_of = preset_line if call.json else preset_paragraph
        own = _own_presets(kept).all()
        listed = usable_first((*own, *PRESETS), endpoints)
        print(*(text_of(preset, endpoints) for preset in listed), sep="\n", flush=True)
        return ANSWERED
    if call.export_preset:
        preset = preset_asked_for(call.export_preset, _note, _own_presets(kept))
        sys.stdout.buffer.write(preset_to_json(preset).encode())  # wherever it goes
        sys.stdout.flush()
        return ANSWERED
    question = Question(question_asked(call, sys.stdin), attached(call.attach))
    config = mixture_asked_for(call, _note, _own_presets(kept))
    settings = _settings_for(config, kept)
    return asyncio.run(_answer(question, config, settings, kept, call))


def _note(sentence: str) -> None:
    print(f"note: {sentence}", file=sys.stderr)


def _own_presets(kept: Kept) -> OwnPresets:
    settings = Settings.from_mapping({**system_proxies(), **os.environ})
    return OwnPresets(kept, settings, _note)


def _settings_for(config: MoAConfig | None, kept: Kept) -> Settings:
    """The settings of this process, with the local servers that a mixture names."""
    settings = Settings.from_mapping({**system_proxies(), **os.environ})
    if config is None:
        return settings
    return with_local_servers(config.endpoints, settings, _endpoints(settings, kept))


def _endpoints(settings: Settings, kept: Kept) -> Endpoints:
    endpoints = Endpoints(settings)
    endpoints.use_remembered(kept.remembered(settings, _note))
    return endpoints


async def _answer(
    question: Question,
    named: MoAConfig | None,
    settings: Settings,
    kept: Kept,
    call: argparse.Namespace,
) -> int:
    endpoints, prices = _endpoints(settings, kept), PriceBook(settings.prices)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    controls = Controls()
    on_stop_signals(controls.stop)  # so that what had arrived is kept
    plain = PlainLines(answer=sys.stdout, progress=sys.stderr)
    code = UNANSWERED
    try:
        config = named or await mixture_to_begin_with(
            endpoints, prices, kept, settings, _note
        )
        config = with_pace(with_placement(config, call.placement), call)
        if config.endpoints != {SIMULATED}:  # what is slow once is no part of the run
            await asyncio.gather(endpoints.warm_up(), asyncio.to_thread(prices.prepare))
        engine = Engine.knowing(policies, prices, endpoints)
        events = engine.run(config, (question.message,), controls)
        async with aclosing(events):
            async for event in events:
                if call.json:
                    print(event_to_line(event), end="", flush=True)
                else:
                    plain.write(event)
                code = ANSWERED if isinstance(event, RunFinished) else code
    finally:
        await endpoints.aclose()
    return code


if __name__ == "__main__":
    code = main()
    gc.freeze()  # nobody needs what is left to be tidied up: it takes 0.3 s of CPU
    sys.exit(code)
