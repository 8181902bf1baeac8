"""Adds up what the files of a batch say: answers, failures, money and tokens."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, Self

from moa_core.batch.files import BatchFiles, lines_of
from moa_core.batch.known import KnownBatch
from moa_core.batch.lines import AskedMixture
from moa_core.usage import Cost


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The newest answer to a row, as its line has it.

    Attributes:
        messages: What was asked.
        text: The answer.
        finish_reason: ``length`` where it was cut.
        about: All of ``polyphony``: calls, cost, proposals, mixture and so on.
    """

    custom_id: str
    messages: tuple[Mapping[str, Any], ...]
    text: str
    finish_reason: str
    about: Mapping[str, Any]

    @classmethod
    def of_line(cls, line: Mapping[str, Any]) -> Self:
        """Read a line of the answers."""
        body = line["response"]["body"]
        about, choice = body["polyphony"], body["choices"][0]
        return cls(
            line["custom_id"],
            tuple(about.get("messages", ())),
            choice["message"]["content"] or "",
            choice["finish_reason"],
            about,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """What a batch has come to.

    Attributes:
        answered: Rows with an answer.
        failed: Rows that failed, and were not answered since.
        cut_off: Rows that go on where they were.
        shortened: Answers that a limit cut.
        spent: By all calls.
        calls: Of the answers.
        tokens: Of the answers, in and out.
        reasons: How often rows failed, by the code of the error, with one message each.
    """

    answered: int
    failed: int
    cut_off: int
    shortened: int
    spent: Cost
    calls: int
    tokens: tuple[int, int]
    mixtures: tuple[AskedMixture, ...]
    reasons: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def answers_of(
    known: KnownBatch, all_files: Iterable[BatchFiles]
) -> Iterator[BatchAnswer]:
    """The newest answer of every row; older ones are those of rows that changed."""
    for files in all_files:
        for line in lines_of(files.answers):
            answer = BatchAnswer.of_line(line)
            if known.done.get(answer.custom_id) == answer.about["fingerprint"]:
                yield answer


def batch_summary(*all_files: BatchFiles) -> BatchSummary:
    """What a batch, or all workers of one, have come to.

    Raises:
        ConfigError: A file cannot be read, or is not one of a batch.
    """
    known = KnownBatch.read(*all_files)
    shortened = calls = tokens_in = tokens_out = 0
    for answer in answers_of(known, all_files):
        shortened += answer.finish_reason == "length"
        calls += len(answer.about["calls"])
        for call in answer.about["calls"]:
            usage = call["usage"] or {}
            tokens_in += usage.get("prompt_tokens", 0)
            tokens_out += usage.get("completion_tokens", 0)
    errors = [line["error"] for line in known.failed.values()]
    counts = Counter(error["code"] for error in errors)
    messages = {error["code"]: error["message"] for error in errors}
    return BatchSummary(
        answered=len(known.done),
        failed=len(known.failed),
        cut_off=known.cut_off,
        shortened=shortened,
        spent=known.spent,
        calls=calls,
        tokens=(tokens_in, tokens_out),
        mixtures=tuple(sorted(starmap(AskedMixture, known.mixtures.items()))),
        reasons={code: (n, messages[code]) for code, n in counts.most_common()},
    )
