"""Records runs while they are under way."""

from storage.recording.interruptions import mark_interrupted
from storage.recording.recorder import Recorder
from storage.recording.run_start import Estimator, Order, add_run, go_on_from
from storage.recording.runs import BegunRun, Runs
from storage.recording.titles import Titles

__all__ = [
    "BegunRun", "Estimator", "Order", "Recorder", "Runs", "Titles", "add_run",
    "go_on_from", "mark_interrupted",
]  # fmt: skip
