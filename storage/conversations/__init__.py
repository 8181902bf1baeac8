"""Stores conversations: their turns, branches and duels."""

from storage.conversations.conversation_store import (
    LONGEST_TITLE,
    Conversation,
    Conversations,
    Turn,
)
from storage.conversations.duels import Duel, Duels, DuelSummary
from storage.conversations.files import with_images
from storage.conversations.loading import Version
from storage.conversations.origins import (
    Answers,
    messages_after,
    messages_of_turn,
    set_chosen_answer,
)
from storage.conversations.queue import (
    LONGEST_QUESTION_CHARS,
    QueuedQuestion,
    QueuedQuestions,
    take_queued,
)
from storage.conversations.turns import NEWEST, After, TurnTree, add_turn
from storage.conversations.writing import (
    begin_conversation,
    change_conversation,
    find_conversation,
    lock,
    refuse_while_busy,
)

__all__ = [
    "LONGEST_QUESTION_CHARS", "LONGEST_TITLE", "NEWEST", "After", "Answers",
    "Conversation", "Conversations", "Duel", "DuelSummary", "Duels",
    "QueuedQuestion", "QueuedQuestions", "Turn", "TurnTree", "Version", "add_turn",
    "begin_conversation", "change_conversation", "find_conversation", "lock",
    "messages_after", "messages_of_turn", "refuse_while_busy", "set_chosen_answer",
    "take_queued", "with_images",
]  # fmt: skip
