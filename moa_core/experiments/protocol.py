"""Fixes what an experiment does before its first answer, and names it by a hash.

Nothing of it can be changed afterwards: a change is another experiment.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias
from typing import Protocol as Interface

from moa_core.errors import ConfigError
from moa_core.evaluation import YARDSTICKS, JudgePrompt, Yardstick, shipped_prompt
from moa_core.experiments.arm_names import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PLACEBO,
    WHOLE,
    WITHOUT,
    Arm,
    possible_arms,
)
from moa_core.mixture import (
    AgentSpec,
    MoAConfig,
    agent_from_dict,
    agent_to_dict,
    config_from_dict,
    config_to_dict,
)

Pair: TypeAlias = str
"""``BA``: the mixture, which is ours, against A. So for every other arm."""

FEWEST, MOST_QUESTIONS = 1, 2000
FORM: Final = 1
"""Version of the JSON form of a protocol."""


class Judged(Interface):
    """What is judged: pairs of answers, each in both orders."""

    @property
    def judge(self) -> AgentSpec | None:
        """Who judges; ``None`` if only votes do."""

    @property
    def prompt(self) -> JudgePrompt:
        """What the judge is told."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What is compared, by whom, on how many questions, and what will be called a gain.

    Attributes:
        mixture: Arm B, which all others are compared with.
        arms: Those that are asked, in alphabetical order, B among them.
        one_model: Who sits in every seat of arm C; ``None`` without that arm.
        other: The mixture of arm M; ``None`` without that arm.
        judge: Who compares; ``None`` if only votes do.
        prompt: What the judge is told; another wording is another protocol.
        questions: How many; all of them are drawn before the start.
        seed: Of the order in which they are answered, judged and voted on.
        worth: Win rate below which mixing is not worth it, 0.5 to 1.
        alpha: Of so many experiments the interval of the primary pair may miss.
        budget_usd: What all its calls may cost together; ``None`` for no limit.
    """

    mixture: MoAConfig
    arms: tuple[Arm, ...]
    one_model: AgentSpec | None = None
    other: MoAConfig | None = None
    judge: AgentSpec | None = None
    prompt: JudgePrompt = field(
        default_factory=lambda: shipped_prompt("pair"), repr=False
    )
    primary: Pair = "BA"
    yardstick: Yardstick = "votes and judge"
    questions: int
    seed: int = 0
    worth: float = 0.6
    alpha: float = 0.05
    budget_usd: Decimal | None = None

    def __post_init__(self) -> None:
        self._check_arms()
        self._check_verdict()
        if not FEWEST <= self.questions <= MOST_QUESTIONS:
            raise ConfigError(
                f"An experiment has {FEWEST} to {MOST_QUESTIONS:,} questions, "
                f"not {self.questions:,}."
            )
        if PLACEBO in self.arms and self.questions < 2:
            raise ConfigError("Drafts of another question need at least 2 questions.")
        if self.budget_usd is not None and self.budget_usd <= 0:
            raise ConfigError("A budget is more than $0.")

    def _check_verdict(self) -> None:
        if self.primary not in self.pairs:
            raise ConfigError(f"The primary pair {self.primary} is not compared.")
        if self.yardstick not in YARDSTICKS:
            raise ConfigError(f"The verdict cannot be read from {self.yardstick}.")
        if self.judge is None and self.yardstick != "votes":
            raise ConfigError("Choose a judge, or let votes alone decide.")
        if not 0.5 <= self.worth < 1:
            raise ConfigError("A gain worth having is a win rate of 50 to 99 %.")
        if not 0 < self.alpha < 0.5:
            raise ConfigError("Alpha must be above 0 and below 0.5.")

    def _check_arms(self) -> None:
        if not self.mixture.layers:
            raise ConfigError(
                "A single model is no mixture: choose one with proposers."
            )
        if unknown := set(self.arms) - possible_arms(self.mixture):
            raise ConfigError(f"There is no arm {min(unknown)} of this mixture.")
        if MIXTURE not in self.arms or len(self.arms) < 2:
            raise ConfigError("Compare the mixture with at least one other arm.")
        if self.arms != tuple(sorted(set(self.arms))):
            raise ConfigError("Arms are named once each, in alphabetical order.")
        if self.mixture.method == "rank" and PLACEBO in self.arms:
            raise ConfigError(
                "A mixture that picks a draft cannot answer from drafts of another "
                "question."
            )
        self._check_drafts()
        self._check_others()

    def _check_drafts(self) -> None:
        """Auto may have asked nobody for the drafts that other arms are made from."""
        needs = set(self.arms) - set(WHOLE)
        if self.mixture.aggregator not in self.mixture.layers[0].proposers:
            needs -= {ALONE}
        if self.mixture.pace.auto and needs:
            raise ConfigError(
                "Auto may ask one model only, so there are no drafts for these "
                "comparisons. Choose the mixture without Auto, and compare Auto as "
                "another mixture."
            )

    def _check_others(self) -> None:
        if (ONE_MODEL in self.arms) != (self.one_model is not None):
            raise ConfigError("Arm C needs the model that sits in every seat.")
        if (OTHER in self.arms) != (self.other is not None):
            raise ConfigError("Arm M needs the other mixture.")
        if self.other == self.mixture:
            raise ConfigError("Choose another mixture to compare this one with.")

    @property
    def agents(self) -> tuple[AgentSpec, ...]:
        """All that write answers, in any arm."""
        others = self.other.agents if self.other else ()
        one_model = (self.one_model,) if self.one_model else ()
        return (*self.mixture.agents, *one_model, *others)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All comparisons, the primary one first."""
        pairs = [MIXTURE + arm for arm in self.arms if arm != MIXTURE]
        return tuple(sorted(pairs, key=lambda pair: (pair != self.primary, pair)))

    def alpha_of(self, pair: Pair) -> float:
        """What the interval of a pair may miss: seats left out share one alpha."""
        without = [arm for arm in self.arms if arm.startswith(WITHOUT)]
        shared = pair.removeprefix(MIXTURE) in without
        return self.alpha / len(without) if shared else self.alpha

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits, over the sorted, compact JSON form."""
        return sha256_of_values(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, which ``from_dict`` reads."""
        other = {"other": config_to_dict(self.other)} if self.other else {}
        return {
            **other,
            "form": FORM,
            "mixture": config_to_dict(self.mixture),
            "arms": list(self.arms),
            "one_model": agent_to_dict(self.one_model) if self.one_model else None,
            "judge": agent_to_dict(self.judge) if self.judge else None,
            "prompt": asdict(self.prompt),
            "primary": self.primary,
            "yardstick": self.yardstick,
            "questions": self.questions,
            "seed": self.seed,
            "worth": self.worth,
            "alpha": self.alpha,
            "budget_usd": None if self.budget_usd is None else str(self.budget_usd),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Protocol":
        """Read what ``to_dict`` wrote.

        Raises:
            ConfigError: It is none, or was written by a newer version.
        """
        refuse_other_form(data)
        one_model, judge, budget = data["one_model"], data["judge"], data["budget_usd"]
        other = data.get("other")
        return cls(
            mixture=config_from_dict(data["mixture"]),
            arms=tuple(data["arms"]),
            one_model=agent_from_dict(one_model, "one_model") if one_model else None,
            other=config_from_dict(other) if other else None,
            judge=agent_from_dict(judge, "judge") if judge else None,
            prompt=JudgePrompt(**data["prompt"]),
            primary=data["primary"],
            yardstick=data["yardstick"],
            questions=data["questions"],
            seed=data["seed"],
            worth=data["worth"],
            alpha=data["alpha"],
            budget_usd=None if budget is None else Decimal(budget),
        )


def sha256_of_values(values: object) -> str:
    """64 hexadecimal digits, over the sorted, compact JSON form."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_other_form(data: Mapping[str, Any]) -> None:
    """Refuse a protocol that this version does not read.

    Raises:
        ConfigError: Another version wrote it.
    """
    if data.get("form") != FORM:
        raise ConfigError("This protocol was made by another version of Polyphony.")


def judge_of(ref: str, *, thinks: bool) -> AgentSpec:
    """A judge, set as it should be: no chance in it, and a short reply.

    Args:
        ref: ``endpoint/model``.
        thinks: Whether it may reason first, which is counted in the same tokens.
    """
    agent = AgentSpec.from_ref(ref)
    return AgentSpec(
        endpoint=agent.endpoint,
        model=agent.model,
        temperature=0.0,
        max_tokens=4096 if thinks else 400,
    )
