"""Opens a file of a question in a dialog: an image large, a document as its text.

Nothing is served at an address: what is drawn comes with the page, to whoever may see
the question.
"""

from base64 import b64encode
from html import escape
from typing import Final

import streamlit as st

from moa_core.attachments import thumbnail_url
from moa_core.messages import FilePart, ImagePart
from pages.component import draw_typed
from pages.widgets.chat.held_files import size_of
from pages.widgets.layout import close_dialog, open_dialog, opened_dialog
from pages.widgets.markdown import plain_label
from storage.conversations import Conversation, Turn

_DIALOG: Final = "file of a question"
_MOST_SHOWN_CHARS: Final = 100_000
_TITLE_CHARS: Final = 80


def chips_of(turn: Turn) -> list[dict[str, str]]:
    """The files of a question, as the browser draws them."""
    return [
        {
            "name": part.name,
            "about": size_of(part),
            "sign": "image" if isinstance(part, ImagePart) else "description",
            "picture": thumbnail_url(part) if isinstance(part, ImagePart) else "",
        }
        for part in turn.question.attachments
    ]


def open_file(turn: Turn, at: int) -> None:
    """Open one of a question's files when the page is drawn next."""
    if 0 <= at < len(turn.question.attachments):
        open_dialog(_DIALOG, (turn.uid, at))


def opened_file(conversation: Conversation) -> None:
    """Draw the file that was opened, if one is and its question is on the page."""
    opened = opened_dialog(_DIALOG)
    if opened is None:
        return
    uid, at = opened
    turns = (turn for turn in conversation.turns if turn.uid == uid)
    if (turn := next(turns, None)) is None:
        close_dialog()
        return
    part = turn.question.attachments[at]
    title = plain_label(part.name, limit=_TITLE_CHARS)
    st.dialog(title, width="large", on_dismiss=close_dialog)(_draw)(part)


def _draw(part: FilePart) -> None:
    st.caption(size_of(part))
    if isinstance(part, ImagePart):
        data = b64encode(part.content.read()).decode()
        st.html(
            f'<img alt="{escape(part.name)}" style="max-width: 100%; height: auto" '
            f'src="data:{part.media_type};base64,{data}">'
        )
        return
    text = part.text
    if len(text) > _MOST_SHOWN_CHARS:
        st.caption(
            f"The first {_MOST_SHOWN_CHARS:,} of {len(text):,} characters that models "
            "read."
        )
    else:
        st.caption("What models read of it.")
    box = st.container(height=480, key="file-text")
    draw_typed(box, text[:_MOST_SHOWN_CHARS] or "(no text)", key="opened-file-text")
