"""Defines what the documents hold that are scored: the inputs of each kind."""

import re
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from moa_core.evaluation.statistics import ALPHA, WORTH
from moa_core.mixture import StrictForm

Json = dict[str, Any]

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Alpha = Annotated[float, Field(gt=0, lt=1)]

_WORTH_IN_KEY: Final = re.compile(r"(?:verdict|more)_worth_(0\.\d{1,9}|1|1\.0)")


class InputForm(StrictForm):
    """Fields of exactly the declared types; others are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore")


class TallyForm(InputForm):
    """A row of ``intervals``."""

    wins: Count
    ties: Count
    losses: Count
    alpha: Alpha = ALPHA


class TalliesForm(InputForm):
    """All of ``intervals``."""

    rows: list[TallyForm]


class CorrectedForm(InputForm):
    """A case of ``corrected``."""

    judged: list[Share]
    votes_of_the_first: list[Share]


class CorrectedCasesForm(InputForm):
    """All of ``corrected``."""

    cases: list[CorrectedForm]


class ProtocolForm(InputForm):
    """The protocol of an ``experiment``; pairs are two arms, ours first."""

    primary: str = Field(min_length=2, max_length=20)
    alpha: Alpha = ALPHA
    worth: Share = WORTH
    yardstick: str = "votes and judge"


class ItemForm(InputForm):
    """A question of an ``experiment``."""

    id: str
    kind: str | None = None
    characters: dict[str, Count]
    cost_nusd: dict[str, Amount | None] = Field(default_factory=dict)
    latency_ms: dict[str, Amount | None] = Field(default_factory=dict)
    replies: dict[str, list[str | None]]
    vote: str | None = None


class ExperimentForm(InputForm):
    """All of ``experiment``."""

    protocol: ProtocolForm
    items: list[ItemForm]


class ReviewForm(InputForm):
    """A row of ``flask_synthetic``."""

    skill: list[str]
    review: str


class ReviewsForm(InputForm):
    """All of ``flask_synthetic``."""

    rows: list[ReviewForm]


class PointsForm(InputForm):
    """All of ``pareto``: cost, which may be unknown, and quality by name."""

    points: dict[str, Annotated[list[float | None], Field(min_length=2, max_length=2)]]


class SetsForm(InputForm):
    """All of ``sets``; pairs of models are written ``one|other``."""

    quality: dict[str, Share]
    likeness: dict[str, Share]


class JudgeForm(InputForm):
    """A row of ``may_judge``."""

    judge: str
    seats: list[str]


class JudgesForm(InputForm):
    """All of ``may_judge``."""

    rows: list[JudgeForm]


class ReplyForm(InputForm):
    """A row of ``judge_texts``."""

    text: str


class RepliesForm(InputForm):
    """A list of ``judge_texts``."""

    rows: list[ReplyForm]


def worths_in(fields: Json) -> dict[str, float]:
    """What is "worth it", as the names of the expected verdicts have it: ``0.6``."""
    found = (_WORTH_IN_KEY.fullmatch(name) for name in fields)
    return {each[1]: float(each[1]) for each in found if each}
