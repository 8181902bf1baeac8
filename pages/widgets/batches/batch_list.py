"""Lists batches, or says what one is and how to start it."""

import shlex
from contextlib import suppress
from typing import Final

import streamlit as st

from pages.component import Copy, draw_code
from pages.widgets.batches.wording import STATES, left, rows_done, spent_of_cap
from pages.widgets.evaluate import PAGE
from pages.widgets.formatting import SEPARATOR, dates, redraw
from pages.widgets.layout import BATCH, link_row
from storage.batches import Batches, StoredBatch
from storage.errors import StorageError

MOST_LISTED: Final = 50
LOOK_EVERY_S: Final = 2.0
_WHAT_IT_IS: Final = (
    "No batches yet. A batch sends a file of prompts through a mixture. It runs in a "
    "terminal, and the same command continues it where it was cut off. Its progress, "
    "cost and answers appear here."
)


def batch_list(batches: Batches, preset: str) -> None:
    """Draw the newest batches as links, and the command for another one.

    Args:
        batches: The list.
        preset: Of the command.
    """
    listed = batches.newest(MOST_LISTED)
    if not listed:
        st.container(key="no-batches").info(_WHAT_IT_IS)
        _command(preset)
        return
    with st.container(key="batches"):
        if any(each.state == "running" for each in listed):
            _follow(batches, [each.state for each in listed], listed)
        else:
            _rows(listed)
    with st.expander("Start a batch", icon=":material/terminal:", key="start-batch"):
        _command(preset)


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(batches: Batches, states: list[str], listed: list[StoredBatch]) -> None:
    with suppress(StorageError):  # it is busy: the next look finds more
        listed = batches.newest(MOST_LISTED)
    _rows(listed)
    if [each.state for each in listed] != states:
        redraw()


def _rows(listed: list[StoredBatch]) -> None:
    with st.container(gap="xsmall"):
        for batch in listed:
            name, icon = STATES[batch.state]
            running = batch.state == "running"
            when = left(batch.progress) if running else dates.short_date(batch.begun_at)
            about = [
                name,
                rows_done(batch.progress),
                spent_of_cap(batch.progress),
                when,
            ]
            link_row(
                PAGE,
                {BATCH: batch.uid},
                batch.asked.output.name,
                SEPARATOR.join(filter(None, about)),
                icon=icon,
                key=f"batch-{batch.uid}",
            )


def _command(preset: str) -> None:
    place = st.container(key="batch-command", gap="xsmall")
    line = (
        f"polyphony batch run prompts.jsonl --preset {shlex.quote(preset)} "
        "--output answers.jsonl"
    )
    draw_code(place, line, "batch-command-text", Copy("the command"))
    place.caption(
        "Prompts can be JSON lines, CSV or plain text with one prompt per line. Add "
        "`--dry-run` to see what it will cost."
    )
