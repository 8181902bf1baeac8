"""Reads how a judge graded the skills of FLASK (Ye et al. 2024, arXiv:2307.10928)."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from moa_core.evaluation.judging.prompts import skill_scales
from moa_core.evaluation.judging.readings import json_objects

SkillScores = Mapping[str, float | None]
"""1 to 5 by skill; ``None`` where a skill does not apply to the question."""

_FLAT: Final = re.compile(r"\{[^{}]*\}")
_ENTRY: Final = re.compile(r"""["']([^"']+)["']\s*+:\s*+["']?([^,"'}\n]+)""")
_NOT_APPLICABLE: Final = frozenset({"n/a", "na", "not applicable", "null", "none"})
_SCORE: Final = re.compile(r"[1-4](?:\.\d{1,9})?|5(?:\.0{1,9})?")


def flask_skill(name: str) -> str | None:
    """The short name of a skill: of ``Logical Correctness``, ``correctness``.

    ``None`` if it is none of the twelve.
    """
    words = re.sub(r"[_-]", " ", name.lower()).split()
    if words[:1] == ["logical"]:
        words = words[1:]
    return words[0] if words and words[0] in skill_scales() else None


def read_skills(text: str, asked: Sequence[str]) -> SkillScores:
    """The scores in a judge's reply, or in a recorded review.

    Our judge writes ``{"scores": {skill: {"score": n}}}``; recorded reviews end in a
    Python dictionary, ``{'Logical Correctness': 4}``. The last of them counts.

    Args:
        text: The reply.
        asked: The skills that were asked for, by any of their names.

    Returns:
        Skills that were not asked for, and scores that are none, are left out; empty if
        the reply could not be read.
    """
    wanted = {skill for name in asked if (skill := flask_skill(name))}
    for said in json_objects(text):
        if isinstance(inner := said.get("scores"), dict):
            told = {
                name: each.get("score") if isinstance(each, dict) else each
                for name, each in inner.items()
            }
            return _scores(told, wanted)
    flat = (dict(_ENTRY.findall(found)) for found in reversed(_FLAT.findall(text)))
    return next(filter(None, (_scores(told, wanted) for told in flat)), {})


def _scores(told: Mapping[str, object], wanted: set[str]) -> SkillScores:
    scores: dict[str, float | None] = {}
    for name, value in told.items():
        skill, word = flask_skill(name), str(value).strip().lower()
        if skill in wanted:
            if word in _NOT_APPLICABLE:
                scores[skill] = None
            elif _SCORE.fullmatch(word):
                scores[skill] = float(word)
    return scores
