"""Parses the command that evaluates: `python -m moa_core evaluate`."""

import argparse
from pathlib import Path

from moa_core.evaluation import KINDS_SCORED, score_file


def evaluate_parser(prog: str) -> argparse.ArgumentParser:
    """The options, and their help; ``prog`` is the program's name in it."""
    options = argparse.ArgumentParser(
        prog=prog,
        description="Score recorded judgements, and compute again what a document of "
        "expected values holds. Prints JSON.",
    )
    options.add_argument(
        "--score",
        nargs=2,
        required=True,
        metavar=("KIND", "FILE"),
        help=f"KIND is one of: {', '.join(KINDS_SCORED)}. FILE is its document; of "
        "alpaca and mt_bench recorded judgements, or a folder with them.",
    )
    return options


def scored(call: argparse.Namespace, options: argparse.ArgumentParser) -> str:
    """The document that was asked for, as JSON.

    Raises:
        ConfigError: The file cannot be read or used.
    """
    kind, path = call.score
    if kind not in KINDS_SCORED:
        options.error(f"--score: KIND must be one of: {', '.join(KINDS_SCORED)}")
    return score_file(kind, Path(path))
