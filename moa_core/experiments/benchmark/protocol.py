"""Fixes what a run of a benchmark does before its first answer; a hash names it.

It is an experiment with one arm: questions, references and scoring come from a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from moa_core.errors import ConfigError
from moa_core.evaluation import ALPHA, JudgePrompt, JudgeTask
from moa_core.experiments.arm_names import BASELINE, MIXTURE, Arm
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import (
    FEWEST,
    FORM,
    MOST_QUESTIONS,
    Pair,
    refuse_other_form,
    sha256_of_values,
)
from moa_core.mixture import (
    AgentSpec,
    MoAConfig,
    agent_from_dict,
    agent_to_dict,
    config_from_dict,
    config_to_dict,
    may_think,
)

BenchmarkName = Literal["mt_bench", "alpaca", "flask", "questions"]

BENCHMARK_TITLES: Final[Mapping[BenchmarkName, str]] = {
    "mt_bench": "MT-Bench",
    "alpaca": "AlpacaEval 2.0",
    "flask": "FLASK",
    "questions": "Own questions",
}
BENCHMARKS: Final[tuple[BenchmarkName, ...]] = get_args(BenchmarkName)

_TASKS: Final[Mapping[BenchmarkName, JudgeTask]] = {
    "mt_bench": "single",
    "alpaca": "pair",
    "flask": "skills",
    "questions": "single",
}
MT_BENCH_TEMPERATURES: Final[Mapping[str, float]] = {
    "writing": 0.7,
    "roleplay": 0.7,
    "reasoning": 0.0,
    "math": 0.0,
    "coding": 0.0,
    "extraction": 0.0,
    "stem": 0.1,
    "humanities": 0.1,
}
"""What each category is answered at, as in FastChat."""

_TEMPERATURE: Final = 0.7
_TOKENS: Final[Mapping[BenchmarkName, int]] = {
    "mt_bench": 1024,
    "alpaca": 2048,
    "flask": 2048,
}
"""What each answers with; one's own questions are answered as the mixture says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkProtocol:
    """Which mixture answers which questions, and who judges them.

    Attributes:
        benchmark: Which one.
        preset: What the mixture is called.
        mixture: Who answers; a single model is a mixture without layers.
        judge: Who grades, or compares.
        prompt: What the judge is told; another wording is another protocol.
        questions: How many; those of several turns count once.
        questions_sha256: Of the questions in their order, with their references.
        baseline: Who wrote the answers that ours are compared with, or ``""``.
        seed: Of the order in which they are answered and judged.
        budget_usd: What all its calls may cost together; ``None`` for no limit.
    """

    benchmark: BenchmarkName
    preset: str
    mixture: MoAConfig
    judge: AgentSpec
    prompt: JudgePrompt = field(repr=False)
    questions: int
    questions_sha256: str
    baseline: str = ""
    seed: int = 0
    budget_usd: Decimal | None = None

    def __post_init__(self) -> None:
        if self.benchmark not in BENCHMARKS:
            raise ConfigError(f"There is no benchmark {self.benchmark}.")
        if self.prompt.task != judge_task(self.benchmark):
            raise ConfigError(f"This prompt does not judge {self.title}.")
        if not FEWEST <= self.questions <= MOST_QUESTIONS:
            raise ConfigError(
                f"A benchmark has {FEWEST} to {MOST_QUESTIONS:,} questions, "
                f"not {self.questions:,}."
            )
        if self.budget_usd is not None and self.budget_usd <= 0:
            raise ConfigError("A budget is more than $0.")

    @property
    def title(self) -> str:
        """The benchmark as its authors write it."""
        return BENCHMARK_TITLES[self.benchmark]

    @property
    def agents(self) -> tuple[AgentSpec, ...]:
        """All that write answers."""
        return self.mixture.agents

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Who is asked."""
        return (MIXTURE,)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Ours against the baseline; none where answers are graded."""
        return (self.primary,) if judge_task(self.benchmark) == "pair" else ()

    @property
    def primary(self) -> Pair:
        """The one pair there may be."""
        return MIXTURE + BASELINE

    @property
    def alpha(self) -> float:
        """Of so many results the interval may miss."""
        return ALPHA

    def config_for(self, item: Item) -> MoAConfig:
        """The mixture with the settings that the benchmark is answered with."""
        most_tokens = _TOKENS.get(self.benchmark)
        if most_tokens is None:
            return self.mixture
        own = self.benchmark == "mt_bench"
        temperature = (
            MT_BENCH_TEMPERATURES.get(item.reference.category, 0.0)
            if own
            else _TEMPERATURE
        )

        def change(agent: AgentSpec) -> AgentSpec:
            takes_it = agent.temperature is not None
            return replace(
                agent,
                temperature=temperature if takes_it else None,
                # what a model thinks is counted in the same tokens
                max_tokens=agent.max_tokens if may_think(agent) else most_tokens,
            )

        return self.mixture.with_each_agent(change)

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits, over the sorted, compact JSON form."""
        return sha256_of_values(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, which ``from_dict`` reads."""
        return {
            "form": FORM,
            "benchmark": self.benchmark,
            "preset": self.preset,
            "mixture": config_to_dict(self.mixture),
            "judge": agent_to_dict(self.judge),
            "prompt": asdict(self.prompt),
            "questions": self.questions,
            "questions_sha256": self.questions_sha256,
            "baseline": self.baseline,
            "seed": self.seed,
            "budget_usd": None if self.budget_usd is None else str(self.budget_usd),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "BenchmarkProtocol":
        """Read what ``to_dict`` wrote.

        Raises:
            ConfigError: It is none, or was written by a newer version.
        """
        refuse_other_form(data)
        budget = data["budget_usd"]
        return cls(
            benchmark=data["benchmark"],
            preset=data["preset"],
            mixture=config_from_dict(data["mixture"]),
            judge=agent_from_dict(data["judge"], "judge"),
            prompt=JudgePrompt(**data["prompt"]),
            questions=data["questions"],
            questions_sha256=data["questions_sha256"],
            baseline=data["baseline"],
            seed=data["seed"],
            budget_usd=None if budget is None else Decimal(budget),
        )


def judge_task(benchmark: BenchmarkName) -> JudgeTask:
    """How its answers are judged: in pairs, as a whole, or skill by skill."""
    return _TASKS[benchmark]


def sha256_of(items: Iterable[Item]) -> str:
    """Names questions with all that is given with them, in their order."""
    told = [
        [
            [[message.role, message.text] for message in item.messages],
            item.kind,
            bool(item.follows),
            item.reference.to_dict(),
        ]
        for item in items
    ]
    return sha256_of_values(told)
