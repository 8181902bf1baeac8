"""Lets the user choose the questions: from chats, or from a file."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from moa_core.evaluation import MAX_FILE_BYTES
from moa_core.mixture import MoAConfig
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

DrawQuestions = Callable[[int | None], ExperimentDraft]
"""Draws so many questions; ``None`` for all."""


def pick_questions(
    experiments: Experiments, mixture: MoAConfig, seed: int
) -> ExperimentDraft | None:
    """Draw the choice; ``None`` if there are no questions yet.

    Raises:
        ConfigError: The file cannot be read, with line and field.
    """
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
        draw: DrawQuestions | None = partial(
            draft_of_chats, experiments, mixture, seed=seed
        )
    else:
        draw = _of_file(seed)
    if draw is None:
        return None
    available = len(draw(None).questions)
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
    return draw(number)


def _of_file(seed: int) -> DrawQuestions | None:
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
    return partial(draft_of_file, file.getvalue(), file.name, seed=seed)
