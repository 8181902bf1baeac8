"""Says which pieces of work a benchmark has, and which are missing."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from moa_core.evaluation import GradedTurn
from moa_core.experiments.arm_names import MIXTURE
from moa_core.experiments.benchmark.protocol import BenchmarkProtocol, judge_task
from moa_core.experiments.items import Item
from moa_core.experiments.work import AnswerKey, GradeKey, WorkKey, judgement_keys


def benchmark_keys(
    protocol: BenchmarkProtocol, items: Sequence[Item]
) -> Iterator[WorkKey]:
    """All answers, then all that is judged, in their order."""
    yield from (AnswerKey(item.id, MIXTURE) for item in items)
    yield from judgement_keys(protocol, items)
    if judge_task(protocol.benchmark) != "pair":
        yield from (GradeKey(item.id) for item in items)


def missing_of_benchmark(
    protocol: BenchmarkProtocol, items: Sequence[Item], settled: Collection[WorkKey]
) -> list[WorkKey]:
    """What is not settled yet."""
    return [key for key in benchmark_keys(protocol, items) if key not in settled]


def conversations(items: Sequence[Item]) -> dict[str, tuple[Item, ...]]:
    """By question: those before it, the first one first, and itself."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in items:
        found[item.id] = (*found.get(item.follows, ()), item)
    return found


def graded_turns(
    turns: Sequence[Item], answers: Mapping[str, str]
) -> tuple[GradedTurn, ...]:
    """What a judge is shown to grade the answer to the last of ``turns``.

    Args:
        turns: Questions that follow one another.
        answers: By question.
    """
    return tuple(
        GradedTurn(item.question, answers[item.id], item.reference.answer)
        for item in turns
    )
