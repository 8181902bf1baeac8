"""Take one conversation along: to read, to import elsewhere, or to train on."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.conversations.markdown import conversation_markdown, file_name
from services import Services
from storage.conversations import Conversation
from storage.transfer import TrainingFormat, export_lines, training_lines

JSON_LINES = "application/jsonl"


def export_menu(app: Services, conversation: Conversation) -> None:
    """A button that opens the kinds of files; nothing is written before the click.

    Args:
        app: Where the conversation is kept.
        conversation: As it is shown: Markdown has its path, the others have all of it.
    """
    menu = st.popover(
        "Export",
        icon=":material/ios_share:",
        type="tertiary",
        on_change="rerun",
        key=f"export-{conversation.uid}",
    )
    if not menu.open:
        return
    uid, name = conversation.uid, file_name(conversation)

    def training(form: TrainingFormat) -> Callable[[], str]:
        return lambda: "".join(training_lines(app.database, form, uid))

    with menu.container(horizontal=True, gap="xsmall"):  # short: it opens at the bottom
        _download(
            "Markdown",
            lambda: conversation_markdown(conversation),
            f"{name}.md",
            "To read: every answer with its model, its cost and its layers.",
        )
        _download(
            "JSON",
            lambda: "".join(export_lines(app.database, conversation_uid=uid)),
            f"{name}.json",
            "All of it, every branch; can be imported again.",
        )
        _download(
            "Chat, for training",
            training("chat"),
            f"{name}-chat.jsonl",
            "Questions with the answers that the conversation went on from.",
        )
        _download(
            "Preferences, for training",
            training("preferences"),
            f"{name}-preferences.jsonl",
            "Answers that you preferred, by vote or choice, each with another one.",
        )


def _download(label: str, data: Callable[[], str], name: str, said: str) -> None:
    kinds = {"md": "text/markdown", "json": "application/json", "jsonl": JSON_LINES}
    st.download_button(
        label,
        data,
        file_name=name,
        mime=kinds[name.rpartition(".")[2]],
        help=said,
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key=f"export-{label}",
    )
