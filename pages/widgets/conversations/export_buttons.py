"""Exports one conversation: to read, to import elsewhere, or to train on."""

from collections.abc import Callable

import streamlit as st

from pages.component import copy_button
from pages.widgets.conversations.markdown import conversation_markdown, file_name
from services.data_files import DataFiles
from storage.conversations import Conversation

JSON_LINES = "application/jsonl"
_MOST_COPIED_CHARS = 1_000_000
"""Longer chats are files: the browser would be sent all of it to begin with."""


def export_buttons(files: DataFiles, conversation: Conversation) -> None:
    """A button for each kind of file, which is written by the click; and one to copy.

    Markdown has the path of the conversation that is shown, the others all of it.
    """
    uid, name = conversation.uid, file_name(conversation)
    with st.container(gap="xsmall", key=f"export-{uid}"):
        markdown = conversation_markdown(conversation)
        if len(markdown) <= _MOST_COPIED_CHARS:
            place = st.container(key=f"copy-{uid}")
            copy_button(place, "Copy as Markdown", markdown, f"copy-chat-{uid}")
        _download(
            "markdown",
            "Markdown",
            lambda: markdown,
            f"{name}.md",
            "For reading: every answer with its model, cost and layers.",
        )
        _download(
            "json",
            "JSON",
            lambda: files.export_json(uid),
            f"{name}.json",
            "Complete, with every branch; can be imported again.",
        )
        _download(
            "chat",
            "Chat (training data)",
            lambda: files.export_training("chat", uid),
            f"{name}-chat.jsonl",
            "Each question with the answer that the chat continued from.",
        )
        _download(
            "preferences",
            "Preferences (training data)",
            lambda: files.export_training("preferences", uid),
            f"{name}-preferences.jsonl",
            "Answers you preferred, by vote or choice, each paired with another.",
        )


def _download(
    kind: str, label: str, data: Callable[[], str], name: str, help_text: str
) -> None:
    kinds = {"md": "text/markdown", "json": "application/json", "jsonl": JSON_LINES}
    st.download_button(
        label,
        data,
        file_name=name,
        mime=kinds[name.rpartition(".")[2]],
        help=help_text,
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key=f"export-{kind}",
    )
