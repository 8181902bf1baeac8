"""Parses the command that evaluates: `python -m moa_core evaluate`."""

import argparse
from pathlib import Path

from moa_core.evaluation import KINDS_SCORED, WORTH, score_file
from moa_core.terminal.options import add_mixture


def evaluate_parser(prog: str) -> argparse.ArgumentParser:
    """The options, and their help; ``prog`` is the program's name in it."""
    options = argparse.ArgumentParser(
        prog=prog,
        description="Find out whether mixing helps: the same questions go to a mixture "
        "and to what it is compared with, and a judge compares the answers. Or run a "
        "benchmark, or score recorded judgements.",
    )
    _add_experiment(options)
    add_mixture(options)
    options.add_argument("--json", action="store_true", help="print JSON lines")
    options.add_argument(
        "--score",
        nargs=2,
        metavar=("KIND", "FILE"),
        help=f"KIND is one of: {', '.join(KINDS_SCORED)}. FILE is its document; of "
        "alpaca and mt_bench recorded judgements, or a folder with them.",
    )
    return options


def _add_experiment(options: argparse.ArgumentParser) -> None:
    """The options that describe an experiment."""
    add = options.add_argument
    add("--questions", metavar="FILE", help="JSON lines, JSON, CSV or plain text")
    add(
        "--benchmark",
        metavar="NAME",
        help="run one in place of an experiment: mt_bench, whose questions ship; "
        "alpaca or flask, with --questions FILE in its form; questions, which are your "
        "own, graded from 1 to 10",
    )
    add(
        "--judge", metavar="REF", help="compares answers in both orders, or grades them"
    )
    add(
        "--arms",
        metavar="LIST",
        help="A: the aggregator alone; B: the mixture; C: one model in every seat; D: "
        "with drafts of another question; E: without one seat of the last layer, each "
        "(E1.2: without seat 2 of layer 1); P: each model alone; W: each model as "
        "aggregator. Default: A,B,D",
    )
    add("--against", metavar="PRESET", help="another mixture (arm M)")
    add("--one-model", metavar="REF", help="of arm C; default: the aggregator")
    add("--n", metavar="N", type=int, help="so many of the questions; default: all")
    add("--seed", metavar="N", type=int, default=0, help="of their order; default: 0")
    add(
        "--worth",
        metavar="SHARE",
        type=float,
        help=f"win rate from which mixing is worth it; default: {WORTH}",
    )
    add("--budget", metavar="USD", help="what all calls may cost together")
    add("--folder", metavar="DIR", help="where it is kept; default: a new one here")
    add("--resume", metavar="DIR", help="continue the experiment in a folder")
    add("--dry-run", action="store_true", help="say what it will cost, and stop")


def scored(call: argparse.Namespace, options: argparse.ArgumentParser) -> str:
    """The document that was asked for, as JSON.

    Raises:
        ConfigError: The file cannot be read or used.
    """
    kind, path = call.score
    if kind not in KINDS_SCORED:
        options.error(f"--score: KIND must be one of: {', '.join(KINDS_SCORED)}")
    return score_file(kind, Path(path))
