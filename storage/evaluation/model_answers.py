"""Loads what models answered to the same questions, to see how different they are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from moa_core.experiments import ALONE, MIXTURE, PROPOSAL
from moa_core.mixture import MoAConfig, config_sha256
from storage.evaluation.history_questions import FINISHED
from storage.presets import stored_config
from storage.schema import CallRow, CallTextRow, ConfigRow, ExperimentAnswerRow, RunRow

MOST_RUNS: Final = 60
"""The newest runs of a mixture whose answers are compared: twice what is needed."""

MOST_MIXTURES: Final = 10
_NEWEST_CONFIGS: Final = 200

_WRITTEN: Final = CallRow.endpoint, CallRow.model_requested, CallTextRow.output
_PROPOSALS: Final = (
    select(CallRow.run_id, *_WRITTEN)
    .join(CallTextRow, CallTextRow.call_id == CallRow.id)
    .where(
        CallRow.layer_index == 0,
        CallRow.role == "proposer",
        CallRow.status == "succeeded",
    )
    .order_by(CallRow.run_id, CallRow.position)
)
"""Run, endpoint, model and text of each proposal of layer 1."""

_MIXED, _ALONE = aliased(ExperimentAnswerRow), aliased(ExperimentAnswerRow)
_ANSWERS_ALONE: Final = (
    select(_MIXED.run_id, *_WRITTEN)
    .join(_ALONE, _ALONE.turn_id == _MIXED.turn_id)
    .join(CallRow, CallRow.id == _ALONE.call_id)
    .join(CallTextRow, CallTextRow.call_id == CallRow.id)
    .where(
        _MIXED.arm == MIXTURE, or_(_ALONE.arm == ALONE, _ALONE.arm.startswith(PROPOSAL))
    )
)
"""The same of what models answered alone, in experiments on a run of the mixture."""


def model_answers(
    session: Session, models: Collection[str], mixture: MoAConfig | None
) -> list[dict[str, str]]:
    """The texts of models that answered the same question, by ``endpoint/model``.

    Args:
        session: Reading.
        models: Whose answers.
        mixture: Whose runs; ``None`` for the newest mixtures with two of them.

    Returns:
        Of each question that two or more answered, newest first; at most ``MOST_RUNS``
        questions a mixture.
    """
    config_ids = (
        _with_two_of(session, models)
        if mixture is None
        else session.scalars(
            select(ConfigRow.id).where(ConfigRow.sha256 == config_sha256(mixture))
        ).all()
    )
    runs = [run for each in config_ids for run in _newest_runs(session, each)]
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    proposals = _PROPOSALS.where(CallRow.run_id.in_(runs))
    answers_alone = _ANSWERS_ALONE.where(_MIXED.run_id.in_(runs))
    for query in (proposals, answers_alone):
        for run_id, endpoint, model, text in session.execute(query):
            if (ref := f"{endpoint}/{model}") in models:
                texts[run_id].setdefault(ref, text)
    return [texts[run_id] for run_id in runs if len(texts[run_id]) > 1]


def _with_two_of(session: Session, models: Collection[str]) -> list[int]:
    """The newest mixtures whose first layer has two of these models."""
    newest = session.execute(
        select(ConfigRow.id, ConfigRow.config)
        .order_by(ConfigRow.id.desc())
        .limit(_NEWEST_CONFIGS)
    )
    found: list[int] = []
    for row_id, stored in newest:
        layers = stored_config(stored).layers
        refs = {agent.ref for agent in layers[0].proposers} if layers else set()
        if len(refs.intersection(models)) > 1:
            found.append(row_id)
    return found[:MOST_MIXTURES]


def _newest_runs(session: Session, config_id: int) -> Sequence[int]:
    """Whole runs of a mixture that ended well, one a question."""
    newest = session.execute(
        select(RunRow.turn_id, RunRow.id)
        .where(RunRow.config_id == config_id, RunRow.based_on_id.is_(None), *FINISHED)
        .order_by(RunRow.id.desc())
        .limit(2 * MOST_RUNS)
    )
    by_question: dict[int, int] = {}
    for turn_id, run_id in newest:
        by_question.setdefault(turn_id, run_id)
    return [*by_question.values()][:MOST_RUNS]
