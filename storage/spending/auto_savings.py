"""Adds up what Auto has saved, as its runs decided and estimated it at the time."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.run import FirstAnswerJudged, decision_from_dict
from moa_core.usage import FREE, Cost
from storage.spending.call_sums import RUNS
from storage.values import TimeSpan


@dataclass(frozen=True, slots=True)
class AutoSavings:
    """What Auto saved in a span of time.

    Attributes:
        judged: Runs in which it judged a first answer.
        enough: Those in which that was the answer.
        calls: How many fewer were made than by the whole mixtures.
        cost: About what they would have cost; calls of unknown price are counted.
    """

    judged: int = 0
    enough: int = 0
    calls: int = 0
    cost: Cost = FREE


def auto_savings(session: Session, span: TimeSpan) -> AutoSavings:
    """What the ended runs of ``span`` saved."""
    stored = session.scalars(
        select(RUNS.c.decisions).where(
            RUNS.c.decisions.is_not(None),
            RUNS.c.status != "running",
            *span.holds(RUNS.c.created_at),
        )
    )
    judged = [each for decisions in stored for each in _judged(decisions)]
    enough = [each for each in judged if each.stands]
    return AutoSavings(
        judged=len(judged),
        enough=len(enough),
        calls=sum(each.saved_calls for each in enough),
        cost=sum((each.saved for each in enough), FREE),
    )


def _judged(decisions: list[dict[str, object]]) -> list[FirstAnswerJudged]:
    """Of a run's decisions those about its first answer; none that cannot be read."""
    found = []
    for stored in decisions:
        values = {name: value for name, value in stored.items() if name != "at_s"}
        if values.get("kind") != FirstAnswerJudged.__name__:
            continue
        try:
            decision = decision_from_dict(values)
        except ConfigError:  # a newer version wrote it
            continue
        if isinstance(decision, FirstAnswerJudged):
            found.append(decision)
    return found
