"""Shows how far a batch is, why rows fail, and the command that continues it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.component import Copy, draw_code
from pages.widgets.batches.batch_list import LOOK_EVERY_S
from pages.widgets.batches.wording import STATES, command, pace, rows_done
from pages.widgets.formatting import SEPARATOR, counted, redraw
from pages.widgets.markdown import plain_label
from storage.batches import Batches, BatchState, StoredBatch
from storage.errors import NotFoundError, StorageError

_MESSAGE_CHARS: Final = 600
_NEXT: Final[Mapping[BatchState, str]] = {
    "incomplete": "The same command tries the failed rows again.",
    "capped": (
        "What is left of `--max-usd` may not be enough for another row. Continue with "
        "a higher one."
    ),
    "failing": "20 rows in a row failed. Solve the problem below, then continue.",
    "stopped": "Continue at any time: no call that has ended is made again.",
    "interrupted": (
        "The process ended unexpectedly. Continue at any time: no call that has ended "
        "is made again."
    ),
}


def batch_progress(batches: Batches, batch: StoredBatch) -> None:
    """Draw the progress, which follows a batch that is under way."""
    with st.container(key="batch-progress"):
        if batch.state == "running":
            _follow(batches, batch)
            st.caption("It runs in its terminal. You can close this page.")
        else:
            _draw(batch)
            _continue(batch)
        if batch.elsewhere:
            st.container(key="batch-elsewhere").info(
                f"Its files are on {plain_label(batch.elsewhere)}."
            )


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(batches: Batches, batch: StoredBatch) -> None:
    try:
        batch = batches.load(batch.uid)
    except NotFoundError:
        redraw()
    except StorageError:  # it is busy: what was known is drawn until the next look
        pass
    _draw(batch)
    if batch.state != "running":
        redraw()


def _draw(batch: StoredBatch) -> None:
    progress = batch.progress
    done = progress.answered + progress.failed
    share = done / progress.rows if progress.rows else 1.0
    st.progress(min(1.0, share), rows_done(progress))
    st.caption(SEPARATOR.join([STATES[batch.state][0], pace(batch)]))
    if batch.state in _NEXT:
        place = st.container(key="batch-next")
        say = place.info if batch.state == "stopped" else place.warning
        say(_NEXT[batch.state])
    if not batch.reasons:
        return
    with st.container(key="batch-failures", gap="xsmall"):
        st.subheader("Failures", anchor=False)
        reasons = sorted(batch.reasons.values(), reverse=True)
        for count, message in reasons:
            said = plain_label(message, limit=_MESSAGE_CHARS)
            st.markdown(f"**{counted(count, 'row')}**{SEPARATOR}{said}")
        if batch.state == "running":
            st.caption("To retry these rows, run the same command when it has ended.")


def _continue(batch: StoredBatch) -> None:
    if batch.state == "done":
        return
    with st.container(key="batch-continue", gap="xsmall"):
        st.subheader("Continue", anchor=False)
        place = st.container()
        draw_code(
            place, command(batch.asked), "batch-continue-text", Copy("the command")
        )
