"""Sets up an experiment: its questions, mixture, comparisons, judge and limits."""

from pages.widgets.evaluate.setting_up.new_experiment import new_experiment

__all__ = ["new_experiment"]
