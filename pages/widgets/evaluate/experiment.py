"""Draws one experiment: its result with its progress, and the votes."""

from functools import partial
from typing import Final

import streamlit as st

from pages.widgets.conversations import begin_renaming, offer_undo
from pages.widgets.evaluate.address import open_experiment
from pages.widgets.evaluate.answers import known_answers
from pages.widgets.evaluate.blind_votes import blind_votes
from pages.widgets.evaluate.progress import experiment_progress
from pages.widgets.evaluate.result import experiment_result
from pages.widgets.formatting import attempt
from pages.widgets.layout import View, icon_only, pick_view, readable
from pages.widgets.markdown import title_label
from services.asking import Asking
from services.experimenting import Experimenting
from storage.conversations import Conversations
from storage.errors import NotFoundError
from storage.evaluation import StoredExperiment

_TITLE_CHARS: Final = 120


def experiment_view(
    experimenting: Experimenting, conversations: Conversations, asking: Asking, uid: str
) -> None:
    """Draw the experiment that the address names, if it is there."""
    with readable("experiment-head"):
        st.button(
            "All experiments",
            key="leave-experiment",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=open_experiment,
            args=(None,),
        )
        try:
            stored = experimenting.experiments.load(uid)
        except NotFoundError:
            st.container(key="experiment-missing").warning(
                "This experiment is not here. It may have been deleted."
            )
            return
        _head(experimenting, conversations, stored)
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


def _head(
    experimenting: Experimenting, conversations: Conversations, stored: StoredExperiment
) -> None:
    """Draw its title, and buttons to rename it and to delete it."""
    uid = stored.summary.uid
    title = title_label(stored.summary.title, _TITLE_CHARS)

    def delete() -> None:
        experimenting.stop(uid)
        conversations.delete(uid)
        offer_undo(uid, f"{title} deleted.", lambda: conversations.restore(uid))
        open_experiment(None)

    row = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
        key="experiment-title",
    )
    row.header(title, anchor=False)
    icons = row.container(horizontal=True, gap=None, width="content", wrap=False)
    icon_only(icons, "rename-experiment").button(
        "Rename experiment",
        key="rename-experiment",
        icon=":material/edit:",
        type="tertiary",
        on_click=begin_renaming,
        args=(uid, stored.summary.title),
    )
    icon_only(icons, "delete-experiment").button(
        "Delete experiment",
        key="delete-experiment",
        icon=":material/delete:",
        type="tertiary",
        on_click=attempt,
        args=(delete,),
    )


def _result(
    experimenting: Experimenting, asking: Asking, stored: StoredExperiment
) -> None:
    progress = experimenting.work_of(stored).progress()
    experiment_progress(experimenting, asking, stored, progress)
    experiment_result(experimenting, stored, progress)
