"""Takes the questions of a benchmark from its file, with what is given with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation import (
    MTBenchQuestion,
    mt_bench_questions,
    read_flask,
    read_mt_bench,
    read_outputs,
    read_questions,
    shipped_prompt,
)
from moa_core.experiments.benchmark.protocol import (
    BENCHMARK_TITLES,
    BenchmarkName,
    BenchmarkProtocol,
    judge_task,
    sha256_of,
)
from moa_core.experiments.items import Item, Reference, shuffled
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkQuestions:
    """The questions of a benchmark, in its own order.

    Attributes:
        items: Those that follow another one stand behind it.
        baseline: Who wrote the answers that ours are compared with, or ``""``.
        duplicates: So many questions came twice, and count once.
    """

    benchmark: BenchmarkName
    items: tuple[Item, ...]
    baseline: str = ""
    duplicates: int = 0

    def __len__(self) -> int:
        return sum(not item.follows for item in self.items)

    def drawn(self, questions: int | None, seed: int) -> list[Item]:
        """Some of them, or all for ``None``, in the order that a seed fixes.

        Raises:
            ConfigError: There are fewer.
        """
        if questions is not None and questions > len(self):
            raise ConfigError(
                f"There are only {len(self):,} questions, not {questions:,}."
            )
        together: dict[str, list[Item]] = defaultdict(list)
        beginning: dict[str, str] = {}
        for item in self.items:
            first = beginning[item.id] = beginning.get(item.follows, item.id)
            together[first].append(item)
        order = shuffled([*together], seed)[:questions]
        return [item for name in order for item in together[name]]

    def protocol_for(
        self, items: Sequence[Item], preset: str, mixture: MoAConfig, judge: AgentSpec
    ) -> BenchmarkProtocol:
        """What is done with some of them, judged by the wording that ships.

        Args:
            items: As they were drawn.
            preset: What the mixture is called.
            mixture: Who answers.
            judge: Who grades, or compares.

        Raises:
            ConfigError: There are too many, or none.
        """
        return BenchmarkProtocol(
            benchmark=self.benchmark,
            preset=preset,
            mixture=mixture,
            judge=judge,
            prompt=shipped_prompt(judge_task(self.benchmark)),
            questions=sum(not item.follows for item in items),
            questions_sha256=sha256_of(items),
            baseline=self.baseline,
        )


def questions_of(
    benchmark: BenchmarkName, data: bytes | None = None, name: str = ""
) -> BenchmarkQuestions:
    """Read the questions of a benchmark.

    Args:
        benchmark: Which one.
        data: A file in its form; ``None`` for MT-Bench's own questions, which ship.
        name: What the file is called.

    Raises:
        ConfigError: It needs a file, or something in the file cannot be used; names the
            line and the field.
    """
    if data is None:
        if benchmark == "mt_bench":
            return _of_turns(mt_bench_questions())
        raise ConfigError(
            f"{BENCHMARK_TITLES[benchmark]} needs a file with its questions."
        )
    return _READERS[benchmark](data, name)


def _of_turns(questions: Iterable[MTBenchQuestion]) -> BenchmarkQuestions:
    items: list[Item] = []
    for question in questions:
        before = ""
        for index, turn in enumerate(question.turns):
            right = question.references[index : index + 1]
            item = Item(
                id=f"{question.question_id}.{index + 1}",
                messages=_asked(turn),
                follows=before,
                reference=Reference(answer="".join(right), category=question.category),
            )
            items.append(item)
            before = item.id
    return BenchmarkQuestions(benchmark="mt_bench", items=tuple(items))


def _alpaca(data: bytes, _name: str) -> BenchmarkQuestions:
    outputs = read_outputs(data)
    generators = sorted({each.generator for each in outputs})
    if len(generators) > 1:
        raise ConfigError(
            f"generator: outputs of {generators[0]} and of {generators[1]} are in it; "
            "take those of one baseline."
        )
    items = tuple(
        Item(
            id=f"{number:04}",
            messages=_asked(each.instruction),
            reference=Reference(baseline=each.output),
        )
        for number, each in enumerate(outputs, start=1)
    )
    return BenchmarkQuestions(benchmark="alpaca", items=items, baseline=generators[0])


def _flask(data: bytes, _name: str) -> BenchmarkQuestions:
    items = tuple(
        Item(
            id=str(each.idx),
            messages=_asked(each.instruction),
            reference=Reference(
                answer=each.answer,
                skills=each.skills,
                domains=each.domains,
                difficulty=each.difficulty,
            ),
        )
        for each in read_flask(data)
    )
    return BenchmarkQuestions(benchmark="flask", items=items)


def _own(data: bytes, name: str) -> BenchmarkQuestions:
    read = read_questions(data, name)
    items = tuple(
        Item(id=each.id, messages=_asked(each.question), kind=each.kind)
        for each in read.questions
    )
    return BenchmarkQuestions(
        benchmark="questions", items=items, duplicates=len(read.duplicates)
    )


def _asked(question: str) -> tuple[Message, ...]:
    return (Message.from_text("user", question),)


_READERS: Final[Mapping[BenchmarkName, Callable[[bytes, str], BenchmarkQuestions]]] = {
    "mt_bench": lambda data, _: _of_turns(read_mt_bench(data)),
    "alpaca": _alpaca,
    "flask": _flask,
    "questions": _own,
}
