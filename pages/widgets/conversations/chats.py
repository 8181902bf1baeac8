"""Gathers what lists conversations and changes them."""

from dataclasses import dataclass

from services.data_files import DataFiles
from storage.conversations import Conversations
from storage.history import ConversationList


@dataclass(frozen=True, slots=True)
class Chats:
    """The conversations of one database: their list, themselves, and their files."""

    history: ConversationList
    conversations: Conversations
    files: DataFiles
