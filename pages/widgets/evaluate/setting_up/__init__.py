"""Sets up an experiment: its questions, mixture, comparisons, judge and limits."""

from pages.widgets.evaluate.setting_up.beginning import begin_experiment
from pages.widgets.evaluate.setting_up.judge import pick_judge, pick_prompt
from pages.widgets.evaluate.setting_up.new_experiment import new_experiment
from pages.widgets.evaluate.setting_up.order import pick_seed

__all__ = [
    "begin_experiment", "new_experiment", "pick_judge", "pick_prompt", "pick_seed",
]  # fmt: skip
