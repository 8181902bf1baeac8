"""Loads which experiments tell of single models, and what models have answered."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from moa_core.errors import ConfigError
from moa_core.evaluation import LOST, TIED, WON, PairReading, Tally, outcome
from moa_core.experiments import (
    ALONE,
    MIXTURE,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Comparisons,
    Protocol,
    design_from_dict,
)
from moa_core.mixture import MoAConfig
from storage.database import Database
from storage.evaluation.model_answers import model_answers
from storage.evaluation.progress import choice_of
from storage.schema import (
    BallotRow,
    ConversationRow,
    ExperimentAnswerRow,
    ExperimentRow,
    JudgementRow,
    TurnRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentOfModels:
    """An experiment that compares its mixture with, or without, single models.

    Attributes:
        judged: Comparisons of that kind by its judge; ``voted`` those by blind votes.
    """

    uid: str
    protocol: Protocol
    judged: int
    voted: int


class ModelEvidence:
    """What one database knows of single models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def experiments(self) -> list[ExperimentOfModels]:
        """Those that were not deleted and tell of models, newest first."""
        row = ExperimentRow
        query = (
            select(row.conversation_id, ConversationRow.uid, row.protocol)
            .join(ConversationRow, ConversationRow.id == row.conversation_id)
            .where(ConversationRow.deleted_at.is_(None))
            .order_by(row.conversation_id.desc())
        )
        with self._database.reading() as session:
            judged = _counted(
                session,
                JudgementRow,
                JudgementRow.ours_first.is_(True),
                JudgementRow.better.is_not(None),
            )
            voted = _counted(
                session,
                BallotRow,
                BallotRow.undone_at.is_(None),
                BallotRow.verdict != "skipped",
            )
            return [
                ExperimentOfModels(
                    uid=uid,
                    protocol=protocol,
                    judged=judged.get(row_id, 0),
                    voted=voted.get(row_id, 0),
                )
                for row_id, uid, stored in session.execute(query)
                if row_id in judged or row_id in voted
                if (protocol := _protocol(stored))
            ]

    def judged(self, uids: Collection[str], judge: str, prompt: str) -> Comparisons:
        """What a judge says in experiments on one mixture.

        Args:
            uids: Of the experiments.
            judge: ``endpoint/model``.
            prompt: SHA-256 of the wording that it was told.
        """
        ours_first, ours_second = aliased(JudgementRow), aliased(JudgementRow)
        columns = ours_first.pair, ours_first.better, ours_second.better
        both = (
            and_(
                ours_second.turn_id == ours_first.turn_id,
                ours_second.pair == ours_first.pair,
                ours_second.judge == ours_first.judge,
                ours_second.prompt_sha256 == ours_first.prompt_sha256,
            ),
            _turns_of(uids, ours_first.turn_id),
            ours_first.ours_first.is_(True),
            ours_second.ours_first.is_(False),
            ours_first.judge == judge,
            ours_first.prompt_sha256 == prompt,
        )
        counted = select(*columns, func.count()).where(*both).group_by(*columns)
        lost = select(ours_first.turn_id, ours_first.pair).where(
            *both, ours_first.better == "second", ours_second.better == "first"
        )
        with self._database.reading() as session:
            return Comparisons(
                tallies=_tallies(session.execute(counted)),
                lost=[
                    (str(turn_id), pair.removeprefix(MIXTURE))
                    for turn_id, pair in session.execute(lost)
                ],
            )

    def mean_costs(self, uids: Collection[str]) -> dict[str, float]:
        """Mean USD of an answer by arm; without arms that have one of unknown cost."""
        row = ExperimentAnswerRow
        query = (
            select(row.arm, func.avg(row.cost_nusd))
            .where(_turns_of(uids, row.turn_id), row.call_id.is_not(None))
            .group_by(row.arm)
            .having(func.count() == func.count(row.cost_nusd))
        )
        with self._database.reading() as session:
            return {arm: float(mean) / 1e9 for arm, mean in session.execute(query)}

    def answers(
        self, models: Collection[str], mixture: MoAConfig | None = None
    ) -> list[dict[str, str]]:
        """What models answered to the same questions, by ``endpoint/model``.

        Args:
            models: Whose answers.
            mixture: Whose runs; ``None`` for the newest mixtures with two of them.

        Returns:
            Of each question the texts of those that answered, newest first.
        """
        with self._database.reading() as session:
            return model_answers(session, models, mixture)


def _protocol(stored: Mapping[str, Any]) -> Protocol | None:
    """What an experiment does; ``None`` of benchmarks, and of another version."""
    with suppress(ConfigError):
        design = design_from_dict(stored)
        return design if isinstance(design, Protocol) else None
    return None


def _turns_of(
    uids: Collection[str], turn_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Whether a row is of a question of these experiments."""
    return turn_id.in_(
        select(TurnRow.id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(ConversationRow.uid.in_(uids))
    )


def _tallies(
    counted: Iterable[Row[str, str | None, str | None, int]],
) -> dict[str, Tally]:
    """By arm, from how often a judge said what in both orders."""
    outcomes: dict[str, Counter[float]] = defaultdict(Counter)
    for pair, first, second, count in counted:
        readings = (PairReading(better=choice_of(each)) for each in (first, second))
        said = outcome(*readings)
        if said is not None:
            outcomes[pair.removeprefix(MIXTURE)][said] += count
    return {
        arm: Tally(said[WON], said[TIED], said[LOST]) for arm, said in outcomes.items()
    }


def _counted(
    session: Session, row: type[JudgementRow | BallotRow], *which: ColumnElement[bool]
) -> dict[int, int]:
    """Comparisons that tell of models, by the experiment's row."""
    pair = row.pair
    of_models = or_(
        pair == MIXTURE + ALONE,
        *(pair.startswith(MIXTURE + each) for each in (PROPOSAL, WITHOUT, WRITER)),
    )
    query = (
        select(TurnRow.conversation_id, func.count())
        .select_from(row)
        .join(TurnRow, TurnRow.id == row.turn_id)
        .where(of_models, *which)
        .group_by(TurnRow.conversation_id)
    )
    return dict(session.execute(query).all())
