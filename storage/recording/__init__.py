"""Records runs while they are under way."""

from storage.recording.interruptions import mark_interrupted
from storage.recording.recorder import Recorder
from storage.recording.run_start import Estimator, Order
from storage.recording.runs import BegunRun, Runs
from storage.recording.titles import Titles

__all__ = [
    "BegunRun", "Estimator", "Order", "Recorder", "Runs", "Titles", "mark_interrupted",
]  # fmt: skip
