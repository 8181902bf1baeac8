"""Exports a batch from the terminal, and reads what a judge shall compare."""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TextIO, TypeAlias

from moa_core.batch import BatchAnswer, KnownBatch, Row, answers_of
from moa_core.errors import ConfigError
from moa_core.experiments import judge_of
from moa_core.mixture import AgentSpec, MoAConfig, may_think
from moa_core.terminal.batch.show import files_at, show_batch
from moa_core.text import counted
from moa_core.training import (
    LeftOut,
    exported,
    judgements_beside,
    judging_rows,
    read_judgements,
)

Note: TypeAlias = Callable[[str], None]
"""Says a sentence beside the output."""

_JUDGE_FIRST: Final = (
    "Have a judge compare them first: batch judge ANSWERS --judge REF; or "
)
_JUDGE_AGAIN: Final = (
    "The judge has preferred none. Ask another one: batch judge ANSWERS --judge REF "
    "--output FILE, then export with --judgements FILE; or "
)
_OR_ASSUME: Final = "--assume-synthesis prefers every answer to its drafts."


def rows_for_judge(call: argparse.Namespace) -> tuple[MoAConfig, Sequence[Row]]:
    """What ``--judge`` is asked, and the judge as a mixture of one model.

    Names the output of ``call`` where it has none, which takes no drafts.

    Raises:
        ConfigError: There is nothing to compare.
    """
    judge = judge_of(call.judge, thinks=may_think(AgentSpec.from_ref(call.judge)))
    config, rows = judging_rows(_answers(call), judge)
    if not rows:
        raise ConfigError(
            f"{call.answers}: no answer has a draft to compare it with. A batch that "
            "was run with --no-proposals, or with one model alone, has none."
        )
    call.output = call.output or judgements_beside(call.answers)
    call.no_proposals = True
    return config, rows


def tell_of_batch(call: argparse.Namespace, out: TextIO, note: Note) -> None:
    """Show a batch, or export it, and note what was written.

    Raises:
        ConfigError: There is none, or a file cannot be read or written.
    """
    if call.command == "show":
        print(show_batch(call), file=out, flush=True)
    else:
        note(_export(call, out))


def _export(call: argparse.Namespace, out: TextIO) -> str:
    """Write the lines of an export.

    Args:
        call: The options.
        out: Takes the lines where ``--output`` names no file.

    Returns:
        What was written, and what was left out and why.

    Raises:
        ConfigError: There is no batch, or a file cannot be read or written.
    """
    beside = judgements_beside(call.answers)
    judged = call.judgements or (beside if beside.exists() else None)
    left_out: LeftOut = Counter()
    examples = exported(
        _answers(call),
        call.format,
        left_out,
        judgements=read_judgements(judged) if judged else None,
        assume_synthesis=call.assume_synthesis,
        provenance=not call.no_provenance,
    )
    lines = (f"{json.dumps(each, ensure_ascii=False)}\n" for each in examples)
    if call.output is None:
        count = _write(lines, out)
    else:
        try:
            with call.output.open("w", encoding="utf-8") as file:
                count = _write(lines, file)
        except OSError as error:
            raise ConfigError(f"{call.output}: {error.strerror or error}.") from None
    told = _in_words(count, left_out)
    if count or not call.format.startswith("preferences"):
        return told
    return f"{told} {_JUDGE_AGAIN if judged else _JUDGE_FIRST}{_OR_ASSUME}"


def _answers(call: argparse.Namespace) -> Iterator[BatchAnswer]:
    files = files_at(call.answers)
    if call.output and any(
        call.output.resolve() == each.resolve()
        for of_one in files
        for each in (of_one.answers, of_one.errors, of_one.journal)
    ):
        raise ConfigError("--output is a file of the batch. Name another one.")
    return answers_of(KnownBatch.read(*files), files)


def _write(lines: Iterator[str], file: TextIO) -> int:
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count


def _in_words(count: int, left_out: LeftOut) -> str:
    told = f"{counted(count, 'line')}."
    if left_out:
        reasons = ", ".join(f"{n:,} {why}" for why, n in left_out.most_common())
        told += f" Left out: {reasons}."
    return told
