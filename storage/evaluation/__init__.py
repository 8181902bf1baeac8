"""Stores experiments: their questions, what is settled of them, and blind votes."""

from storage.evaluation.ballots import Ballot, Ballots, BallotVerdict, votes_of
from storage.evaluation.benchmarks import Benchmarks
from storage.evaluation.experiments import Experiments
from storage.evaluation.model_evidence import ExperimentOfModels, ModelEvidence
from storage.evaluation.new_questions import NewQuestion
from storage.evaluation.recorded import RecordedFiles, RecordedJudgements
from storage.evaluation.stored_experiments import (
    ExperimentState,
    ExperimentSummary,
    StoredBenchmark,
    StoredExperiment,
)
from storage.evaluation.work import ExperimentWork

__all__ = [
    "Ballot", "BallotVerdict", "Ballots", "Benchmarks",
    "ExperimentOfModels", "ExperimentState", "ExperimentSummary", "ExperimentWork",
    "Experiments", "ModelEvidence", "NewQuestion", "RecordedFiles",
    "RecordedJudgements", "StoredBenchmark", "StoredExperiment", "votes_of",
]  # fmt: skip
