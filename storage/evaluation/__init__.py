"""Stores experiments: their questions, what is settled of them, and blind votes."""

from storage.evaluation.ballots import Ballot, Ballots, BallotVerdict, votes_of
from storage.evaluation.experiments import Announcement, Experiments, NewQuestion
from storage.evaluation.history_questions import HistoryQuestion
from storage.evaluation.stored_experiments import (
    ExperimentState,
    ExperimentSummary,
    StoredExperiment,
)
from storage.evaluation.work import ExperimentWork

__all__ = [
    "Announcement", "Ballot", "BallotVerdict", "Ballots", "ExperimentState",
    "ExperimentSummary", "ExperimentWork", "Experiments", "HistoryQuestion",
    "NewQuestion", "StoredExperiment", "votes_of",
]  # fmt: skip
