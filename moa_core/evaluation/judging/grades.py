"""Reads how a judge graded one answer: as a whole, or skill by skill."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from moa_core.evaluation.judging.readings import read_score
from moa_core.evaluation.judging.skills import SkillScores, read_skills

OVERALL: Final = "overall"
"""What a grade of the whole answer is called, beside those of skills."""


@dataclass(frozen=True, slots=True)
class GradeReading:
    """What one reply of a judge says of an answer.

    Attributes:
        scores: 1 to 10 under ``OVERALL``, or 1 to 5 by skill, ``None`` where one does
            not apply; empty if the reply could not be read.
    """

    scores: SkillScores = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        """Whether it says anything."""
        return bool(self.scores)


def read_grade(text: str, skills: Sequence[str] = ()) -> GradeReading:
    """Read a reply: of the ``skills`` that were asked for, or of the whole answer."""
    if skills:
        return GradeReading(read_skills(text, skills))
    score = read_score(text)
    return GradeReading({} if score is None else {OVERALL: score})
