"""Claims pieces of work by their rows: of two processes at one, one gets it."""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from moa_core.experiments import AnswerKey, GradeKey, JudgementKey, Task, WorkKey
from storage.schema import ExperimentAnswerRow, GradeRow, JudgementRow, RunRow

WorkRow: TypeAlias = ExperimentAnswerRow | JudgementRow | GradeRow
"""Where the newest run for a piece of work stands."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The pieces of work of one experiment, by one judge and one wording.

    Attributes:
        judge: ``endpoint/model``; ``""`` if nobody judges.
        prompt_sha256: Of what it is told.
    """

    judge: str
    prompt_sha256: str

    def find(self, session: Session, turn_id: int, key: WorkKey) -> WorkRow | None:
        """The row of a piece of work; ``None`` if it was not begun."""
        match key:
            case AnswerKey():
                return session.get(ExperimentAnswerRow, (turn_id, key.arm))
            case JudgementKey():
                its_key = (turn_id, key.pair, key.ours_first, *self._judging)
                return session.get(JudgementRow, its_key)
            case GradeKey():
                return session.get(GradeRow, (turn_id, *self._judging))

    def of_question(
        self, session: Session, turn_id: int, item: str
    ) -> dict[WorkKey, WorkRow]:
        """All of a question that was begun."""
        answers = select(ExperimentAnswerRow).where(
            ExperimentAnswerRow.turn_id == turn_id
        )
        judgements = select(JudgementRow).where(
            JudgementRow.turn_id == turn_id, *self._by_judge(JudgementRow)
        )
        grades = select(GradeRow).where(
            GradeRow.turn_id == turn_id, *self._by_judge(GradeRow)
        )
        found: dict[WorkKey, WorkRow] = {}
        for answer in session.scalars(answers):
            found[AnswerKey(item, answer.arm)] = answer
        for each in session.scalars(judgements):
            found[JudgementKey(item, each.pair, each.ours_first)] = each
        for grade in session.scalars(grades):
            found[GradeKey(item)] = grade
        return found

    def claim(
        self,
        session: Session,
        turn_id: int,
        task: Task,
        run_id: int,
        claimed: WorkRow | None,
    ) -> None:
        """Let a new run stand at its work; the key is unique.

        Args:
            session: Of a transaction.
            turn_id: The question.
            task: What the run is for.
            run_id: The run.
            claimed: The row that is there.
        """
        if claimed is None:
            claimed = self._new_row(turn_id, task.key, run_id)
            session.add(claimed)
        if task.unread and not isinstance(claimed, ExperimentAnswerRow):
            first = select(RunRow.id).where(RunRow.uid == task.unread.run)
            claimed.unread_run_id = session.scalar(first)
        claimed.run_id = run_id

    @property
    def _judging(self) -> tuple[str, str]:
        return self.judge, self.prompt_sha256

    def _by_judge(
        self, row: type[JudgementRow | GradeRow]
    ) -> tuple[ColumnElement[bool], ...]:
        return row.judge == self.judge, row.prompt_sha256 == self.prompt_sha256

    def _new_row(self, turn_id: int, key: WorkKey, run_id: int) -> WorkRow:
        if isinstance(key, AnswerKey):
            return ExperimentAnswerRow(turn_id=turn_id, arm=key.arm, run_id=run_id)
        judged = {
            "turn_id": turn_id,
            "judge": self.judge,
            "prompt_sha256": self.prompt_sha256,
            "run_id": run_id,
        }
        if isinstance(key, GradeKey):
            return GradeRow(**judged)
        return JudgementRow(
            **judged, pair=key.pair, ours_first=key.ours_first, clearly=False
        )


def is_taken(session: Session, claimed: WorkRow, task: Task) -> bool:
    """Whether the run that stands at a piece of work leaves nothing to be done."""
    result: object
    if isinstance(claimed, ExperimentAnswerRow):
        result = claimed.call_id
    elif isinstance(claimed, JudgementRow):
        result = claimed.better
    else:
        result = claimed.scores
    run = session.get_one(RunRow, claimed.run_id)
    second_try = task.unread is not None and task.unread.run == run.uid
    return result is not None or (
        run.status in ("running", "succeeded") and not second_try
    )
