"""Parses the command that works on batches: `python -m moa_core batch`."""

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from moa_core.batch import RAY_HERE
from moa_core.terminal.options import add_mixture
from moa_core.training import FORMATS

EXIT_CODES = """\
exit codes:
  0    every row has an answer
  1    some rows failed; the same command tries them again
  2    the command, the file or the mixture cannot be used; nothing was asked
  3    stopped at --max-usd
  4    stopped after 20 rows in a row failed
  130  stopped by Ctrl-C or SIGTERM; the same command goes on
  143  ended by SIGTERM before the first row
"""


class Shard(NamedTuple):
    """One of several shares of a file; counts from 1."""

    number: int
    shares: int


def batch_parser(prog: str) -> argparse.ArgumentParser:
    """The options, and their help; ``prog`` is the program's name in it."""
    options = argparse.ArgumentParser(
        prog=prog, description="Put a file of prompts through a mixture."
    )
    commands = options.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="answer all prompts of a file, or go on where that was cut off",
        description="Answer all prompts of a file. The same command goes on where it "
        "was cut off: no call that has ended is made again.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_run(run)
    _add_judge(
        commands.add_parser(
            "judge",
            help="have a model compare the answers with their drafts",
            description="Have a model compare each answer with the drafts that it was "
            "made from, in both orders. The same command goes on where it was cut off.",
        )
    )
    _add_export(
        commands.add_parser(
            "export", help="write answers, drafts, or examples to train a model on"
        )
    )
    show = commands.add_parser("show", help="say how far a batch is, and what failed")
    show.add_argument(
        "output", type=Path, help="the file of answers, or a folder of workers"
    )
    show.add_argument("--json", action="store_true", help="print a JSON object")
    return options


def _add_run(options: argparse.ArgumentParser) -> None:
    add = options.add_argument
    add(
        "prompts",
        type=Path,
        help="JSON lines (OpenAI's batch form, or objects with messages or prompt), "
        "CSV with a column prompt, or text with a prompt on each line",
    )
    add("--output", metavar="FILE", type=Path, required=True, help="takes the answers")
    add_mixture(options)
    add("--no-proposals", action="store_true", help="leave drafts out of the answers")
    _add_work(options)
    _add_machines(options)


def _add_judge(options: argparse.ArgumentParser) -> None:
    add = options.add_argument
    add("answers", type=Path, help="the file of answers, or a folder of workers")
    add("--judge", metavar="REF", required=True, help="compares; endpoint/model")
    add(
        "--output",
        metavar="FILE",
        type=Path,
        help="takes the replies; default: beside the answers, .judgements.jsonl",
    )
    _add_work(options)
    options.set_defaults(ray=None, workers=1, shard=None)


def _add_export(options: argparse.ArgumentParser) -> None:
    add = options.add_argument
    add("answers", type=Path, help="the file of answers, or a folder of workers")
    add(
        "--format",
        choices=FORMATS,
        default="answers",
        help="default: answers; chat is for supervised fine-tuning, preferences "
        "(OpenAI's form) and preferences-trl (TRL's) are for DPO",
    )
    add("--output", metavar="FILE", type=Path, help="default: standard output")
    add(
        "--judgements",
        metavar="FILE",
        type=Path,
        help="what the judge said; default: beside the answers, .judgements.jsonl",
    )
    add(
        "--assume-synthesis",
        action="store_true",
        help="prefer an answer to its drafts where nobody has compared them",
    )
    add(
        "--no-provenance",
        action="store_true",
        help="leave out where a line is from, for services that take no other fields",
    )


def _add_work(options: argparse.ArgumentParser) -> None:
    """The options of what asks models."""
    add = options.add_argument
    add(
        "--concurrency",
        metavar="N",
        type=_count,
        default=8,
        help="rows at once; default: 8",
    )
    add(
        "--max-usd",
        metavar="USD",
        type=_usd,
        help="what all runs with this output may cost together",
    )
    add(
        "--calls-per-minute",
        metavar="ENDPOINT=N",
        type=_rate,
        action="append",
        default=[],
        help="the most calls a minute to an endpoint; for several, repeat it",
    )
    add(
        "--unlisted",
        action="store_true",
        help="ask models that their endpoint does not list, too",
    )
    add(
        "--append",
        action="store_true",
        help="add to an output that has answers to other prompts",
    )
    add("--dry-run", action="store_true", help="say what it will cost, and stop")
    add("--json", action="store_true", help="print JSON lines")


def _add_machines(options: argparse.ArgumentParser) -> None:
    """Who does the work, if it is not this process alone."""
    add = options.add_argument
    add(
        "--shard",
        metavar="I/N",
        type=_shard,
        help="only the I-th of N shares of the file; each with an output of its own",
    )
    add(
        "--ray",
        metavar="ADDRESS",
        nargs="?",
        const=RAY_HERE,
        help="answer on Ray: on this machine, or on the cluster at this address",
    )
    add(
        "--workers",
        metavar="N",
        type=_count,
        default=2,
        help="with --ray: workers, each with --concurrency rows at once; default: 2",
    )


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 10_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 10,000")


def _usd(text: str) -> Decimal:
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_finite() and amount >= 0:
        return amount
    raise argparse.ArgumentTypeError(f"{text!r} is not an amount in US dollars")


def _rate(text: str) -> tuple[str, float]:
    name, _, number = text.rpartition("=")
    try:
        rate = float(number)
    except ValueError:
        rate = 0.0
    if name and 0 < rate < 10**9:
        return name, rate
    raise argparse.ArgumentTypeError(
        f"{text!r}: write ENDPOINT=N, for example openai=500"
    )


def _shard(text: str) -> Shard:
    number, _, count = text.partition("/")
    if number.isdecimal() and count.isdecimal() and 0 < int(number) <= int(count):
        return Shard(int(number), int(count))
    raise argparse.ArgumentTypeError(f"{text!r}: write I/N, for example 1/4")
