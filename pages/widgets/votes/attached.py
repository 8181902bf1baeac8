"""Takes the files that are attached to the question of a duel."""

from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from moa_core.attachments import MOST_BYTES, check_together, read_attachment
from moa_core.errors import AttachmentError
from moa_core.messages import FilePart
from pages.widgets.formatting import failure

_FILES: Final = "duel-files"
_READ: Final = "what was read of the files of a duel"


def attached_to_duel() -> tuple[FilePart, ...]:
    """Draw where files are dropped or chosen; give those that can be read.

    What is wrong with the others is said below.
    """
    st.file_uploader(
        "Files",
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 1_000_000,
        key=_FILES,
    )
    read, refused = _read()
    for at, error in enumerate(refused):
        failure(st.container(key=f"duel-file-problem-{at}"), error)
    return tuple(read)


def files_of_duel() -> tuple[FilePart, ...]:
    """The files that the widget has now.

    Raises:
        AttachmentError: One cannot be read, or they do not fit into one question.
    """
    read, refused = _read()
    if refused:
        raise refused[0]
    check_together(read)
    return tuple(read)


def _read() -> tuple[list[FilePart], list[AttachmentError]]:
    """What can be read, and why the rest cannot; each file is read once."""
    uploads: list[UploadedFile] = st.session_state.get(_FILES) or []
    known: dict[str, FilePart | AttachmentError] = st.session_state.get(_READ, {})
    results = {each.file_id: known.get(each.file_id) or _one(each) for each in uploads}
    st.session_state[_READ] = results
    read, refused = list[FilePart](), list[AttachmentError]()
    for each in results.values():
        if isinstance(each, AttachmentError):
            refused.append(each)
        else:
            read.append(each)
    return read, refused


def _one(upload: UploadedFile) -> FilePart | AttachmentError:
    try:
        return read_attachment(upload.name, upload.getvalue())
    except AttachmentError as error:
        return error
