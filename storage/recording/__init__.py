"""Records runs while they are under way."""

from storage.recording.interruptions import mark_interrupted
from storage.recording.recorder import Recorder
from storage.recording.run_start import Estimator, Order
from storage.recording.runs import BegunRun, Runs

__all__ = ["BegunRun", "Estimator", "Order", "Recorder", "Runs", "mark_interrupted"]
