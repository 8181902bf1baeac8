"""All data in a file: taken along, taken in, and backed up."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages.widgets.conversations import JSON_LINES, as_zip
from pages.widgets.formatting import counted, percent
from pages.widgets.layout import JobProgress, job_running, show_job, start_job
from pages.widgets.markdown import plain_label
from services import Services
from storage.conversations import Conversation
from storage.errors import NotFoundError
from storage.transfer import (
    ImportReport,
    TrainingFormat,
    export_lines,
    import_file,
    training_lines,
)
from storage.upkeep import back_up_database

MOST_CALLS = 50_000
"""With more of them an export is too large for a browser; the command takes any."""

MOST_UPLOADED_MB = 100
_FILE = "import file"
_IMPORT: Final = "import"
_BACKUP: Final = "backup"
_MOST_SAID = 20


def export_and_import(app: Services) -> None:
    """Draw export, import and backup of everything."""
    st.subheader("Take it with you")
    if app.history.call_count() > MOST_CALLS:
        st.caption(
            "This is more than a browser takes well. In a terminal: "
            "`python -m storage export everything.json`"
        )
    else:
        _export(app)
    _import(app)
    st.subheader("Backup")
    _back_up(app)


def _export(app: Services) -> None:
    day = f"{datetime.now(UTC):%Y-%m-%d}"

    def training(form: TrainingFormat) -> Callable[[], str]:
        return lambda: "".join(training_lines(app.database, form))

    st.caption("Everything that was not deleted. No key is ever in it.")
    row = st.container(horizontal=True, gap="small")
    kinds: tuple[tuple[str, Callable[[], str | io.BytesIO], str, str], ...] = (
        (
            "Export everything",
            lambda: "".join(export_lines(app.database)),
            f"polyphony-{day}.json",
            "application/json",
        ),
        (
            "As Markdown",
            lambda: as_zip(_every(app)),
            f"polyphony-{day}-markdown.zip",
            "application/zip",
        ),
        (
            "Chats for training",
            training("chat"),
            f"polyphony-{day}-chat.jsonl",
            JSON_LINES,
        ),
        (
            "Preferences for training",
            training("preferences"),
            f"polyphony-{day}-preferences.jsonl",
            JSON_LINES,
        ),
    )
    for label, data, name, kind in kinds:
        row.download_button(
            label,
            data,
            file_name=name,
            mime=kind,
            icon=":material/download:",
            on_click="ignore",
        )


def _every(app: Services) -> Iterator[Conversation]:
    for uid in app.history.uids():
        try:
            yield app.conversations.load(uid)
        except NotFoundError:
            continue  # deleted meanwhile


def _import(app: Services) -> None:
    st.file_uploader(
        "Import an export",
        type="json",
        key=_FILE,
        max_upload_size=MOST_UPLOADED_MB,
        on_change=_take_in,
        args=(app,),
        disabled=job_running(),
        help=(
            "What is here already stays as it is. Larger files: "
            "python -m storage import FILE.json"
        ),
    )
    show_job(_IMPORT)


def _take_in(app: Services) -> None:
    uploaded = st.session_state[_FILE]
    if uploaded is None:
        return

    def take_in() -> ImportReport:
        imported = import_file(app.database, uploaded, uploaded.name)
        app.read_own_prices()
        return imported

    def how_far() -> JobProgress:
        read = uploaded.tell() / max(1, uploaded.size)
        name = plain_label(uploaded.name, limit=80)
        return JobProgress(f"Taking in {name}: {percent(read)} read", read)

    start_job(app, _IMPORT, take_in, how_far, _say)


def _say(imported: ImportReport) -> None:
    added, same = (
        counted(found["conversations"], "conversation")
        for found in (imported.added, imported.same)
    )
    st.success(f"Added: {added}. Already here: {same}.")
    for sentence in imported.different[:_MOST_SAID]:
        st.info(plain_label(sentence, limit=200))
    if len(imported.different) > _MOST_SAID:
        st.caption(f"And {len(imported.different) - _MOST_SAID} more like these.")


def _back_up(app: Services) -> None:
    if app.database.path is None:
        st.caption("A server keeps the data: back it up with its own `pg_dump`.")
        return
    st.caption(
        "A copy of the database file, whole even while answers arrive. "
        "`make restore FILE=` puts one back while Polyphony is stopped."
    )
    st.button(
        "Back up now",
        icon=":material/save:",
        disabled=job_running(),
        on_click=_copy,
        args=(app,),
    )
    show_job(_BACKUP)


def _copy(app: Services) -> None:
    doing = JobProgress("Copying the database, and reading the copy through")
    back_up = partial(back_up_database, app.database)
    start_job(app, _BACKUP, back_up, lambda: doing, _say_copied)


def _say_copied(copy: Path) -> None:
    st.success(f"Copied to {plain_label(str(copy), limit=300)}")


def storage_facts(app: Services) -> None:
    """Say what is kept where."""
    st.markdown(
        f"""\
- Questions, every model's text, tokens, times, prices and presets:
  {plain_label(app.database.place, limit=300)}
- Keys: in the environment or the file .env, or in this browser session; never in the
  database, a log, an export or a page.
- What you ask goes to the endpoints of the models you chose, and to nobody else."""
    )
