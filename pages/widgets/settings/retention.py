"""Edits how long conversations are kept, empties the bin, and deletes everything."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.widgets.formatting import (
    attempt_at,
    counted,
    dates,
    distinct_labels,
    problem_at,
)
from pages.widgets.layout import (
    InBackground,
    JobProgress,
    job_running,
    show_job,
    start_job,
)
from pages.widgets.markdown import plain_label, read_aloud
from services.data_files import DataFiles
from storage.upkeep import CONFIRMATION, LONGEST_DAYS, UNDO_DAYS, Erased, Retention

_DAYS, _TYPED, _COPIES = "keep-days", "typed-to-delete", "delete-copies"
_WORK: Final = "deleting"
MOST_IN_BIN = 50


def retention_controls(
    retention: Retention,
    restore: Callable[[str], None],
    data_files: DataFiles,
    in_background: InBackground,
) -> None:
    """Draw retention, the bin, and the way to delete everything."""
    st.subheader("Deletion", anchor=False)
    show_job(_WORK)
    problem_at(_WORK)
    _retention(retention, in_background)
    _bin(retention, restore, in_background)
    folded = st.expander(
        "Delete everything",
        key="delete-everything",
        icon=":material/warning:",
        on_change="rerun",
    )
    if folded.open:
        with folded:
            _everything(data_files, in_background)


def _retention(retention: Retention, in_background: InBackground) -> None:
    days = retention.days()
    if days is not None:  # a default that is a number could not be taken back
        st.session_state.setdefault(_DAYS, days)
    st.number_input(
        "Auto-delete chats unused for … days",
        min_value=1,
        max_value=LONGEST_DAYS,
        value=None,
        placeholder="Off",
        step=1,
        key=_DAYS,
        on_change=attempt_at,
        args=(_WORK, lambda: retention.set_days(st.session_state[_DAYS])),
        help="Checked once a day. Pinned chats are kept, and what chats cost stays in "
        "Spend.",
    )
    if days is None or job_running():
        return
    count = retention.preview(days).old
    which = counted(count, "chat")
    st.container(key="retention-preview").caption(
        f"{which} would be permanently deleted within a day."
    )
    if count:
        _confirmed_button(
            "delete-old",
            "Delete now",
            ":material/delete_sweep:",
            which,
            lambda: _delete(
                in_background,
                lambda: retention.tidy(days).old,
                lambda: retention.preview(days).old,
            ),
        )


def _confirmed_button(
    key: str, label: str, icon: str, which: str, act: Callable[[], None]
) -> None:
    """A button that does what cannot be undone, behind one that says so."""
    with st.popover(label, icon=icon, disabled=job_running(), key=key):
        st.markdown("This can't be undone. What these chats cost stays in Spend.")
        sure = f"Permanently delete {which}"
        st.button(sure, key=f"{key}-for-good", on_click=attempt_at, args=(_WORK, act))


def _bin(
    retention: Retention, restore: Callable[[str], None], in_background: InBackground
) -> None:
    deleted = retention.bin()
    which = counted(len(deleted), "chat")
    st.caption(
        f"Deleted chats can be restored for {UNDO_DAYS} days. In the bin: "
        f"{len(deleted):,}."
    )
    if not deleted:
        return
    with st.expander("Bin", icon=":material/delete:", key="bin"):
        shown = deleted[:MOST_IN_BIN]
        called = distinct_labels({each.uid: plain_label(each.title) for each in shown})
        for each in shown:
            row = st.container(
                horizontal=True, vertical_alignment="center", gap="small"
            )
            when = dates.short_date(each.deleted_at)
            row.markdown(f"{plain_label(each.title)} · {when}", width="stretch")
            row.button(
                read_aloud("Restore", called[each.uid]),
                key=f"bring-back-{each.uid}",
                type="tertiary",
                icon=":material/undo:",
                on_click=attempt_at,
                args=(_WORK, restore, each.uid),
            )
        if len(deleted) > MOST_IN_BIN:
            st.caption(f"{len(deleted) - MOST_IN_BIN:,} older ones not shown.")
        _confirmed_button(
            "empty-bin",
            "Empty bin",
            ":material/delete_forever:",
            which,
            lambda: _delete(
                in_background, retention.empty_bin, lambda: len(retention.bin())
            ),
        )


def _delete(
    in_background: InBackground, delete: Callable[[], int], left: Callable[[], int]
) -> None:
    """Delete conversations for good, which ``left`` counts."""
    whole = left()

    def progress() -> JobProgress:
        still = min(left(), whole)
        return JobProgress(
            f"Deleting: {counted(still, 'chat')} left",
            1 - still / whole if whole else 1.0,
            "; if Polyphony closes, the rest is kept",
        )

    start_job(
        in_background,
        _WORK,
        delete,
        progress,
        lambda gone: st.success(f"{counted(gone, 'chat')} permanently deleted."),
    )


def _everything(data_files: DataFiles, in_background: InBackground) -> None:
    st.markdown(
        "Deletes all chats, votes, presets, settings and spend of everyone who uses "
        "this Polyphony, and rewrites the file so that nothing can be recovered from "
        "it. **This can't be undone.**"
    )
    copies = data_files.copies()
    if data_files.on_server:
        st.caption("Logs and backups of the database server are not deleted.")
    for copy in copies:
        st.caption(plain_label(str(copy), limit=300))
    if copies:
        st.checkbox(f"Also delete these backups ({len(copies)})", True, key=_COPIES)
    st.text_input(f"Type “{CONFIRMATION}” to confirm", key=_TYPED)
    st.button(
        "Delete everything permanently",
        key="erase",
        icon=":material/delete_forever:",
        disabled=job_running() or not _confirmed(),
        on_click=attempt_at,
        args=(_WORK, _erase, data_files, in_background),
    )


def _confirmed() -> bool:
    return bool(st.session_state.get(_TYPED, "").strip().lower() == CONFIRMATION)


def _erase(data_files: DataFiles, in_background: InBackground) -> None:
    if not _confirmed():
        return
    with_copies = st.session_state.get(_COPIES, True)
    start_job(
        in_background,
        _WORK,
        lambda: data_files.erase(with_copies=with_copies),
        lambda: JobProgress("Deleting everything and rewriting the file"),
        _show_erased,
    )
    st.session_state[_TYPED] = ""


def _show_erased(erased: Erased) -> None:
    left = (
        f" Backups that could not be deleted: {len(erased.left)}."
        if erased.left
        else ""
    )
    st.success(f"Everything deleted.{left}")
