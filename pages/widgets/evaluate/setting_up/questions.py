"""Lets the user choose the questions: from chats, or from a file."""

from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES
from moa_core.experiments import MOST_QUESTIONS, odds_of
from moa_core.mixture import MoAConfig
from pages.widgets.formatting import counted, failure
from services.experiment_drafts import ExperimentDraft, draft_of_chats, draft_of_file
from storage.evaluation import Experiments

USUAL: Final = 100
_MEGABYTE: Final = 1_000_000
_SOURCES: Final = {
    "chats": ":material/history: My chats",
    "file": ":material/upload_file: A file",
}
_FORM: Final = (
    "JSON Lines with a field `question` (and `kind`, if you like), CSV with such a "
    "column, or plain text with a blank line between questions."
)


def pick_questions(
    experiments: Experiments, mixture: MoAConfig, seed: int
) -> ExperimentDraft | None:
    """Draw the choice; ``None`` if there are no questions yet, or no usable ones."""
    source = st.segmented_control(
        "Questions",
        list(_SOURCES),
        default="chats",
        required=True,
        format_func=_SOURCES.__getitem__,
        key="experiment-source",
        persist_state="session",
    )
    if source == "chats":
        every = draft_of_chats(experiments, mixture, seed=seed)
    elif (drawn := _of_file(seed)) is not None:
        every = drawn
    else:
        return None
    available = min(len(every.questions), MOST_QUESTIONS)
    if not available:
        st.container(key="no-questions").info(
            "No finished questions in your chats yet. Ask some, or use a file."
        )
        return None
    number = st.number_input(
        f"Number of questions (up to {available:,})",
        1,
        available,
        min(USUAL, available),
        help="Drawn at random, so that you can stop early; the same question twice "
        "counts once. 100 often tell; a small gain takes several hundred.",
        key="experiment-questions",
    )
    _say_odds(number)
    return _offer_to_ask_anew(every.first(number))


def _say_odds(questions: int) -> None:
    """Say how often so many questions tell."""
    odds = odds_of(questions)
    if odds is None:
        st.caption(
            "Fewer than 50 questions seldom tell, unless mixing nearly always wins."
        )
        return
    st.caption(
        f"Of 100 experiments with {odds.questions:,} questions, {odds.helps_at_70:,} "
        f"find that mixing helps if it wins 70 %, and {odds.helps_at_60:,} if it wins "
        f"60 %; {odds.does_not:,} find that it does not if there is no difference."
    )


def _offer_to_ask_anew(draft: ExperimentDraft) -> ExperimentDraft:
    """Warn of answers that are old, and let the user ask for them again."""
    if not draft.outdated:
        return draft
    place = st.container(key="experiment-outdated", gap="xsmall")
    place.warning(
        f"{counted(draft.outdated, 'answer')} from your chats would be compared with "
        "new ones, but the models may have changed: more than 30 days have passed, or "
        "a model calls itself by another version since."
    )
    anew = place.checkbox("Ask for them again", key="experiment-ask-anew")
    return draft.asked_anew() if anew else draft


def _of_file(seed: int) -> ExperimentDraft | None:
    """Draw the choice of a file, and what is wrong with it, with its line and field."""
    file = st.file_uploader(
        "File with questions",
        type=["jsonl", "json", "csv", "txt"],
        max_upload_size=MAX_FILE_BYTES // _MEGABYTE,
        help=_FORM,
        key="experiment-file",
    )
    if file is None:
        st.caption(_FORM)
        return None
    try:
        return draft_of_file(file.getvalue(), file.name, seed=seed)
    except ConfigError as error:
        refused = ConfigError(f"{file.name} cannot be used: {error}")
        refused.advice = "Correct the file, and choose it again."
        failure(st.container(key="questions-refused"), refused)
        return None
