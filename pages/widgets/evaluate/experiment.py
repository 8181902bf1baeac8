"""Draws one experiment: its result with its progress, and the votes."""

from functools import partial

from pages.widgets.evaluate.address import EXPERIMENTS
from pages.widgets.evaluate.answers import known_answers
from pages.widgets.evaluate.blind_votes import blind_votes
from pages.widgets.evaluate.progress import experiment_progress
from pages.widgets.evaluate.result import experiment_result
from pages.widgets.layout import View, pick_view
from services.asking import Asking
from services.experimenting import Experimenting
from storage.conversations import Conversations
from storage.evaluation import StoredExperiment


def experiment_view(
    experimenting: Experimenting, conversations: Conversations, asking: Asking, uid: str
) -> None:
    """Draw the experiment that the address names, if it is there."""
    load = partial(experimenting.experiments.load, uid)
    stored = EXPERIMENTS.load(experimenting, conversations, load)
    if stored is None:
        return
    result = partial(_result, experimenting, asking, stored)
    answers = partial(known_answers, experimenting, stored)
    votes = partial(blind_votes, experimenting, stored)
    pick_view(
        {
            "result": View("Result", ":material/monitoring:", result, wide=False),
            "answers": View("Answers", ":material/view_column:", answers),
            "votes": View("Vote", ":material/how_to_vote:", votes),
        }
    )


def _result(
    experimenting: Experimenting, asking: Asking, stored: StoredExperiment
) -> None:
    progress = experimenting.work_of(stored).progress()
    experiment_progress(experimenting, asking, stored, progress)
    experiment_result(experimenting, stored, progress)
