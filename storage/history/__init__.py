"""Lists and searches stored conversations."""

from storage.history.conversation_list import (
    ConversationList,
    FilterChoices,
    ListedConversation,
)
from storage.history.filters import Filters, RunOutcome
from storage.history.query import parse
from storage.history.results import (
    Hit,
    InAnswer,
    InProposal,
    InQuestion,
    InTitle,
    Where,
)
from storage.history.search import Search
from storage.history.snippets import SnippetPiece

__all__ = [
    "ConversationList", "FilterChoices", "Filters", "Hit", "InAnswer", "InProposal",
    "InQuestion", "InTitle", "ListedConversation", "RunOutcome", "Search",
    "SnippetPiece", "Where", "parse",
]  # fmt: skip
