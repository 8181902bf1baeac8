"""Exports one conversation: to read, to import elsewhere, or to train on."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.conversations.markdown import conversation_markdown, file_name
from services.data_files import DataFiles
from storage.conversations import Conversation

JSON_LINES = "application/jsonl"


def export_buttons(files: DataFiles, conversation: Conversation) -> None:
    """A button for each kind of file; nothing is written before the click.

    Markdown has the path of the conversation that is shown, the others all of it.
    """
    uid, name = conversation.uid, file_name(conversation)
    with st.container(gap="xsmall", key=f"export-{uid}"):
        _download(
            "markdown",
            "Markdown",
            lambda: conversation_markdown(conversation),
            f"{name}.md",
            "To read: every answer with its model, its cost and its layers.",
        )
        _download(
            "json",
            "JSON",
            lambda: files.export_json(uid),
            f"{name}.json",
            "All of it, every branch; can be imported again.",
        )
        _download(
            "chat",
            "Chat, for training",
            lambda: files.export_training("chat", uid),
            f"{name}-chat.jsonl",
            "Questions with the answers that the conversation went on from.",
        )
        _download(
            "preferences",
            "Preferences, for training",
            lambda: files.export_training("preferences", uid),
            f"{name}-preferences.jsonl",
            "Answers that you preferred, by vote or choice, each with another one.",
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
