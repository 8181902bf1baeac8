"""Draws one batch: its progress, what failed, and its answers."""

from functools import partial
from pathlib import Path

import streamlit as st

from pages.widgets.batches.address import open_batches
from pages.widgets.batches.answers import batch_answers
from pages.widgets.batches.progress import batch_progress
from pages.widgets.conversations import offer_undo
from pages.widgets.formatting import SEPARATOR, attempt, dates
from pages.widgets.layout import View, head_row, icon_only, pick_view, readable
from pages.widgets.markdown import plain_label, title_label
from storage.batches import Batches, StoredBatch
from storage.errors import NotFoundError

_TITLE_CHARS = 120
_PATH_CHARS = 400


def batch_view(batches: Batches, uid: str) -> None:
    """Draw the batch that the address names, if it is there."""
    with readable("batch-head"):
        st.button(
            "All batches",
            key="leave-batch",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=open_batches,
        )
        try:
            batch = batches.load(uid)
        except NotFoundError:
            st.container(key="batch-missing").warning(
                "This batch is not here. It may have been removed."
            )
            return
        _head(batches, batch)
    progress = partial(batch_progress, batches, batch)
    answers = partial(batch_answers, batch)
    pick_view(
        {
            "progress": View("Progress", ":material/monitoring:", progress, wide=False),
            "answers": View("Answers", ":material/view_column:", answers),
        }
    )


def _head(batches: Batches, batch: StoredBatch) -> None:
    """Draw its name and files, and a button that takes it off the list."""
    asked = batch.asked
    name = title_label(asked.output.name, _TITLE_CHARS)

    def remove() -> None:
        removed = batches.remove(batch.uid)
        message = f"{name} removed from the list. Its files are still there."
        offer_undo(batch.uid, message, partial(batches.restore, removed))
        open_batches()

    row = head_row(key="batch-title")
    row.header(name, anchor=False)
    running = batch.state == "running"
    icon_only(row, "remove-batch").button(
        "Remove from list",
        key="remove-batch",
        icon=":material/delete:",
        type="tertiary",
        disabled=running,
        help="You can remove it when it has ended." if running else None,
        on_click=attempt,
        args=(remove,),
    )
    about = [plain_label(asked.name), f"started {dates.day_and_clock(batch.begun_at)}"]
    with st.container(key="batch-files", gap="xsmall"):
        st.caption(SEPARATOR.join(about))
        st.caption(f"Prompts: {_path(asked.prompts)}")
        st.caption(f"Answers: {_path(asked.output)}")


def _path(path: Path) -> str:
    return plain_label(str(path), limit=_PATH_CHARS)
