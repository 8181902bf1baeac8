"""Renames, pins, archives and deletes a conversation, and offers to undo that."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.formatting import attempt
from pages.widgets.layout import CONVERSATION, go_to, undo_row
from pages.widgets.markdown import plain_label
from storage.conversations import LONGEST_TITLE, Conversations
from storage.history import ConversationList, ListedConversation

_RENAMING = "conversation that is being renamed"
_UNDOING = "what was done to a conversation last"


def conversation_menu(
    history: ConversationList, conversations: Conversations, listed: ListedConversation
) -> None:
    """A button that opens the menu of one conversation."""
    key, uid = f"menu-{listed.uid}", listed.uid
    title = f"“{plain_label(listed.title, limit=60)}”"

    def archive() -> None:
        history.archive(uid)
        said = f"{title} was archived. Search still finds it."
        _offer_undo(said, lambda: history.archive(uid, archived=False))

    def delete() -> None:
        conversations.delete(uid)
        _offer_undo(f"{title} was deleted.", lambda: conversations.restore(uid))
        if st.query_params.get(CONVERSATION) == uid:
            go_to(None)

    actions: dict[str, Callable[[], object]] = {
        "Rename": lambda: st.session_state.update({_RENAMING: (uid, listed.title)})
    }
    pin = "Unpin" if listed.pinned else "Pin"
    actions[pin] = lambda: history.pin(uid, pinned=not listed.pinned)
    if listed.archived:
        actions["Unarchive"] = lambda: history.archive(uid, archived=False)
    else:
        actions["Archive"] = archive
    actions["Delete"] = delete

    def act() -> None:
        st.session_state.pop(_UNDOING, None)
        attempt(actions[st.session_state[key]])

    st.menu_button(
        "",
        options=list(actions),
        key=key,
        icon=":material/more_vert:",
        type="tertiary",
        help="Rename, pin, archive, delete",
        on_click=act,
    )


def pending_action(conversations: Conversations) -> None:
    """Go on with what a menu began: ask for a new title, or offer to undo."""
    if renaming := st.session_state.get(_RENAMING):
        _rename(conversations, *renaming)
    if undoing := st.session_state.get(_UNDOING):
        undo_row("conversation-undo", "undo-action", *undoing)


def _offer_undo(message: str, undo: Callable[[], object]) -> None:
    def once() -> None:
        st.session_state.pop(_UNDOING, None)
        undo()

    st.session_state[_UNDOING] = (message, once)


def _done_renaming() -> None:
    st.session_state.pop(_RENAMING, None)


@st.dialog("Rename", on_dismiss=_done_renaming)
def _rename(conversations: Conversations, uid: str, title: str) -> None:
    with st.form("rename", border=False):
        new_title = st.text_input(
            "Title", title, key=f"title-{uid}", max_chars=LONGEST_TITLE
        )
        if st.form_submit_button("Rename", key="rename-chat", type="primary"):
            _done_renaming()
            attempt(conversations.rename, uid, new_title)
            st.rerun()  # all of the page, not the dialog alone
