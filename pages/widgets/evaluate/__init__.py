"""Sets up experiments, follows them, takes blind votes and shows the result."""

from pages.widgets.evaluate.address import NEW, PAGE, opened_experiment
from pages.widgets.evaluate.choosing import Shelf, choose_models
from pages.widgets.evaluate.experiment import experiment_view
from pages.widgets.evaluate.experiment_list import experiment_list
from pages.widgets.evaluate.progress import experiment_progress
from pages.widgets.evaluate.section import Section
from pages.widgets.evaluate.setting_up import (
    new_experiment,
    pick_judge,
    pick_prompt,
    pick_seed,
)
from pages.widgets.evaluate.summary_row import summary_row

__all__ = [
    "NEW", "PAGE", "Section", "Shelf", "choose_models", "experiment_list",
    "experiment_progress", "experiment_view", "new_experiment", "opened_experiment",
    "pick_judge", "pick_prompt", "pick_seed", "summary_row",
]  # fmt: skip
