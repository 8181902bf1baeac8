"""Exports, imports and backs up all data."""

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from pages.widgets.conversations import JSON_LINES, as_zip
from pages.widgets.formatting import percent
from pages.widgets.layout import (
    InBackground,
    JobProgress,
    job_running,
    show_job,
    start_job,
)
from pages.widgets.markdown import plain_label
from services.data_files import DataFiles
from storage.conversations import Conversation, Conversations
from storage.errors import NotFoundError
from storage.history import ConversationList
from storage.transfer import ImportReport

MOST_CALLS = 50_000
"""With more of them an export is too large for a browser; the command takes any."""

MOST_UPLOADED_MB = 100
_FILE = "import-file"
_IMPORT: Final = "import"
_BACKUP: Final = "backup"
_MOST_NOTES = 20


def export_and_import(
    history: ConversationList,
    conversations: Conversations,
    data_files: DataFiles,
    in_background: InBackground,
) -> None:
    """Draw export, import and backup of everything."""
    st.subheader("Export and import", anchor=False)
    if history.call_count() > MOST_CALLS:
        st.container(key="export-too-large").caption(
            "Too much data for a browser. Export it in a terminal: "
            "`python -m storage export everything.json`"
        )
    else:
        _export(history, conversations, data_files)
    st.file_uploader(
        "Import an export",
        type="json",
        key=_FILE,
        max_upload_size=MOST_UPLOADED_MB,
        on_change=_import,
        args=(data_files, in_background),
        disabled=job_running(),
        help=(
            "Chats that are here already stay as they are. For larger files: "
            "python -m storage import FILE.json"
        ),
    )
    show_job(_IMPORT)
    st.subheader("Backup", anchor=False)
    if data_files.on_server:
        st.caption("Your data is on a PostgreSQL server. Back it up with `pg_dump`.")
        return
    st.caption(
        "Consistent copy of the database; safe while running. To restore one, stop "
        "Polyphony and run `make restore FILE=…`."
    )
    st.button(
        "Back up now",
        key="back-up",
        icon=":material/save:",
        disabled=job_running(),
        on_click=_back_up,
        args=(data_files, in_background),
    )
    show_job(_BACKUP)


def _export(
    history: ConversationList, conversations: Conversations, files: DataFiles
) -> None:
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    st.caption("All chats except deleted ones. Keys are never included.")
    row = st.container(horizontal=True, gap="small")

    def button(
        name: str,
        label: str,
        data: Callable[[], str | io.BytesIO],
        suffix: str,
        mime: str,
    ) -> None:
        row.download_button(
            label,
            data,
            key=f"export-{name}",
            file_name=f"polyphony-{day}{suffix}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
        )

    def every() -> Iterator[Conversation]:
        for uid in history.uids():
            with suppress(NotFoundError):  # deleted meanwhile
                yield conversations.load(uid)

    button("json", "Everything (JSON)", files.export_json, ".json", "application/json")
    button(
        "markdown",
        "Markdown (zip)",
        lambda: as_zip(every()),
        "-markdown.zip",
        "application/zip",
    )
    chats = partial(files.export_training, "chat")
    button("chat", "Chats (training data)", chats, "-chat.jsonl", JSON_LINES)
    preferences = partial(files.export_training, "preferences")
    button(
        "preferences",
        "Preferences (training data)",
        preferences,
        "-preferences.jsonl",
        JSON_LINES,
    )


def _import(data_files: DataFiles, in_background: InBackground) -> None:
    uploaded = st.session_state[_FILE]
    if uploaded is None:
        return

    def progress() -> JobProgress:
        read = uploaded.tell() / max(1, uploaded.size)
        name = plain_label(uploaded.name, limit=80)
        return JobProgress(f"Importing {name}: {percent(read)}", read)

    start_job(
        in_background,
        _IMPORT,
        lambda: data_files.import_json(uploaded, uploaded.name),
        progress,
        _show_report,
    )


def _show_report(report: ImportReport) -> None:
    added, same = report.added["conversations"], report.same["conversations"]
    st.success(f"Chats added: {added:,}. Already here: {same:,}.")
    for sentence in report.different[:_MOST_NOTES]:
        st.info(plain_label(sentence, limit=200))
    if len(report.different) > _MOST_NOTES:
        st.caption(f"{len(report.different) - _MOST_NOTES:,} more not shown.")


def _back_up(data_files: DataFiles, in_background: InBackground) -> None:
    start_job(
        in_background,
        _BACKUP,
        data_files.back_up,
        lambda: JobProgress("Copying and checking the database"),
        lambda copy: st.success(f"Backup saved to {plain_label(str(copy), limit=300)}"),
    )


def storage_facts(place: str) -> None:
    """Say what is kept where; ``place`` is where the database is."""
    st.container(key="storage-facts").markdown(
        f"""\
- Chats, every model's answers, tokens, times, prices and presets:
  {plain_label(place, limit=300)}
- Keys: in the environment or the file .env, or in this browser session; never in the
  database, a log, an export or a page.
- Your questions go to the endpoints of the models you choose, and nowhere else."""
    )
