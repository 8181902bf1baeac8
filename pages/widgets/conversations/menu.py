"""What one can do with a conversation: rename, pin, archive, delete, and undo that."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.formatting import attempt
from pages.widgets.layout import CONVERSATION, go_to
from pages.widgets.markdown import plain_label
from services import Services
from storage.conversations import LONGEST_TITLE
from storage.history import ListedConversation

_RENAMING = "conversation that is being renamed"
_UNDOING = "what was done to a conversation last"


def conversation_menu(app: Services, listed: ListedConversation) -> None:
    """A button that opens the menu of one conversation."""
    key = f"menu-{listed.uid}"
    st.menu_button(
        "",
        options=_options(listed),
        key=key,
        icon=":material/more_vert:",
        type="tertiary",
        help="Rename, pin, archive, delete",
        on_click=_do,
        args=(app, listed, key),
    )


def under_way(app: Services) -> None:
    """Go on with what a menu began: ask for a new title, or offer to undo."""
    if renaming := st.session_state.get(_RENAMING):
        _rename(app, *renaming)
    if undoing := st.session_state.get(_UNDOING):
        said, undo = undoing
        row = st.container(
            horizontal=True, vertical_alignment="center", key="conversation-undo"
        )
        row.info(said, width="stretch")
        row.button("Undo", icon=":material/undo:", on_click=attempt, args=(undo,))


def _options(listed: ListedConversation) -> list[str]:
    return [
        "Rename",
        "Unpin" if listed.pinned else "Pin",
        "Unarchive" if listed.archived else "Archive",
        "Delete",
    ]


def _do(app: Services, listed: ListedConversation, key: str) -> None:
    st.session_state.pop(_UNDOING, None)
    uid, history = listed.uid, app.history
    match st.session_state[key]:
        case "Rename":
            st.session_state[_RENAMING] = (uid, listed.title)
        case "Pin":
            attempt(lambda: history.pin(uid))
        case "Unpin":
            attempt(lambda: history.pin(uid, pinned=False))
        case "Archive":
            attempt(_archive, app, listed)
        case "Unarchive":
            attempt(lambda: history.archive(uid, archived=False))
        case _:
            attempt(_delete, app, listed)


def _archive(app: Services, listed: ListedConversation) -> None:
    app.history.archive(listed.uid)
    _offer_undo(
        f"{_title(listed)} was archived. Search still finds it.",
        lambda: app.history.archive(listed.uid, archived=False),
    )


def _delete(app: Services, listed: ListedConversation) -> None:
    app.conversations.delete(listed.uid)
    _offer_undo(
        f"{_title(listed)} was deleted.",
        lambda: app.conversations.restore(listed.uid),
    )
    if st.query_params.get(CONVERSATION) == listed.uid:
        go_to(None)


def _offer_undo(said: str, undo: Callable[[], object]) -> None:
    def once() -> None:
        st.session_state.pop(_UNDOING, None)
        undo()

    st.session_state[_UNDOING] = (said, once)


def _title(listed: ListedConversation) -> str:
    return f"“{plain_label(listed.title, limit=60)}”"


def _done_renaming() -> None:
    st.session_state.pop(_RENAMING, None)


@st.dialog("Rename", on_dismiss=_done_renaming)
def _rename(app: Services, uid: str, title: str) -> None:
    with st.form("rename", border=False):
        taken = st.text_input("Title", title, max_chars=LONGEST_TITLE)
        if st.form_submit_button("Rename", type="primary"):
            _done_renaming()
            attempt(app.conversations.rename, uid, taken)
            st.rerun()  # all of the page, not the dialog alone
