"""Sets up an experiment: its questions, mixture, comparisons, judge and limits."""

from pages.widgets.evaluate.setting_up.beginning import begin_experiment
from pages.widgets.evaluate.setting_up.new_experiment import new_experiment

__all__ = ["begin_experiment", "new_experiment"]
