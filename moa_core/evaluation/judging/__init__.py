"""Asks judges for their opinion, and reads what they reply."""

from moa_core.evaluation.judging.families import families, may_judge
from moa_core.evaluation.judging.grades import OVERALL, GradeReading, read_grade
from moa_core.evaluation.judging.kinds import KINDS, Kind
from moa_core.evaluation.judging.outcomes import (
    Choice,
    PairReading,
    Steadiness,
    outcome,
    steadiness,
)
from moa_core.evaluation.judging.prompts import (
    GradedTurn,
    JudgePrompt,
    JudgeTask,
    again_messages,
    grading_messages,
    pair_messages,
    shipped_prompt,
    skill_scales,
)
from moa_core.evaluation.judging.readings import (
    UNREADABLE_RATING,
    read_pair,
    read_score,
    recorded_rating,
)
from moa_core.evaluation.judging.signatures import strip_signature
from moa_core.evaluation.judging.skills import SkillScores, flask_skill, read_skills

__all__ = [
    "KINDS", "OVERALL", "UNREADABLE_RATING", "Choice", "GradeReading", "GradedTurn",
    "JudgePrompt", "JudgeTask", "Kind", "PairReading", "SkillScores", "Steadiness",
    "again_messages", "families", "flask_skill", "grading_messages", "may_judge",
    "outcome", "pair_messages", "read_grade", "read_pair", "read_score", "read_skills",
    "recorded_rating", "shipped_prompt", "skill_scales", "steadiness",
    "strip_signature",
]  # fmt: skip
