"""Renames, pins, archives, exports and deletes a conversation, and offers an undo."""

from collections.abc import Callable

import streamlit as st

from moa_core.errors import MoAError
from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.export_buttons import export_buttons
from pages.widgets.conversations.undo import draw_undos, offer_undo, withdraw_offers
from pages.widgets.formatting import attempt, failure
from pages.widgets.layout import (
    CONVERSATION,
    ENDS_AT,
    THROUGH,
    close_dialog,
    leave_chat,
    open_dialog,
    opened_dialog,
)
from pages.widgets.markdown import plain_label
from pages.widgets.sharing import share_chat
from storage.conversations import LONGEST_TITLE, Conversations
from storage.history import ListedConversation

_RENAMING = "conversation that is being renamed"
_EXPORTING = "conversation that is being exported"


def conversation_menu(chats: Chats, listed: ListedConversation, called: str) -> None:
    """A button that opens the menu of one conversation.

    Args:
        chats: All of them.
        listed: The one.
        called: Its title, safe in Markdown, by which no other in the list is called.
    """
    key = f"menu-{listed.uid}"
    place = st.container(key=f"icons-{key}", width="content")
    place.menu_button(
        f"Menu of “{called}”",
        options=menu_entries(listed),
        key=key,
        icon=":material/more_vert:",
        type="tertiary",
        help="Rename, share, pin, archive, export, delete",
        on_click=lambda: choose_in_menu(chats, listed, st.session_state[key]),
    )


def menu_entries(listed: ListedConversation) -> list[str]:
    """What can be done with a conversation, as its menu says it."""
    pin = "Unpin" if listed.pinned else "Pin"
    archive = "Unarchive" if listed.archived else "Archive"
    # experiments and benchmarks have their own files
    export = ["Export"] if listed.kind in ("chat", "duel", "api") else []
    share = ["Share"] if listed.kind == "chat" else []
    return ["Rename", *share, pin, archive, *export, "Delete"]


def choose_in_menu(chats: Chats, listed: ListedConversation, entry: str) -> None:
    """Do what an entry of the menu says; what is no entry does nothing."""
    if not (action := _actions(chats, listed).get(entry)):
        return
    if entry not in ("Archive", "Delete"):
        withdraw_offers()
    attempt(action)


def _actions(
    chats: Chats, listed: ListedConversation
) -> dict[str, Callable[[], object]]:
    """What the entries of a conversation's menu do."""
    history, conversations, uid = chats.history, chats.conversations, listed.uid
    title = f"“{plain_label(listed.title, limit=60)}”"

    def archive() -> None:
        history.archive(uid)
        said = f"{title} archived. Search still finds it."
        offer_undo(uid, said, lambda: history.archive(uid, archived=False))

    def delete() -> None:
        conversations.delete(uid)
        offer_undo(uid, f"{title} deleted.", lambda: conversations.restore(uid))
        leave_chat(uid)

    return {
        "Rename": lambda: begin_renaming(uid, listed.title),
        "Pin": lambda: history.pin(uid, pinned=True),
        "Unpin": lambda: history.pin(uid, pinned=False),
        "Archive": archive,
        "Unarchive": lambda: history.archive(uid, archived=False),
        "Share": lambda: share_chat(uid),
        "Export": lambda: open_dialog(_EXPORTING, uid),
        "Delete": delete,
    }


def begin_renaming(uid: str, title: str) -> None:
    """Open the dialog that gives a conversation, or an experiment, another title."""
    open_dialog(_RENAMING, (uid, title))


def pending_action(chats: Chats) -> None:
    """Go on with what a menu began: a new title, an export, or an offer to undo."""
    if renaming := opened_dialog(_RENAMING):
        _rename(chats.conversations, *renaming)
    elif uid := opened_dialog(_EXPORTING):
        _export(chats, uid)
    draw_undos()


@st.dialog("Rename", on_dismiss=close_dialog)
def _rename(conversations: Conversations, uid: str, title: str) -> None:
    with st.form("rename", border=False):
        new_title = st.text_input(
            "Title", title, key=f"title-{uid}", max_chars=LONGEST_TITLE
        )
        if st.form_submit_button("Rename", key="rename-chat", type="primary"):
            close_dialog()
            attempt(conversations.rename, uid, new_title)
            st.rerun()  # all of the page, not the dialog alone


@st.dialog("Export", on_dismiss=close_dialog)
def _export(chats: Chats, uid: str) -> None:
    """The kinds of files; of the open conversation Markdown has the path shown."""
    through, ends = None, False
    if st.query_params.get(CONVERSATION) == uid:
        ends = ENDS_AT in st.query_params
        through = st.query_params.get(ENDS_AT) or st.query_params.get(THROUGH)
    try:
        conversation = chats.conversations.load(uid, through, ends=ends)
    except MoAError as error:
        failure(st.container(key="export-problem"), error)
        return
    export_buttons(chats.files, conversation)
