"""Records runs while they are under way."""

from storage.recording.api_runs import ApiRuns
from storage.recording.interruptions import mark_interrupted
from storage.recording.recorder import Recorder
from storage.recording.run_start import BegunRun, Estimator, Order, add_run, go_on_from
from storage.recording.runs import Runs
from storage.recording.titles import Titles

__all__ = [
    "ApiRuns", "BegunRun", "Estimator", "Order", "Recorder", "Runs", "Titles",
    "add_run", "go_on_from", "mark_interrupted",
]  # fmt: skip
