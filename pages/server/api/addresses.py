"""Says under which address a run can be seen, whatever host a request names."""

from urllib.parse import urlencode

from pages.widgets.layout import CONVERSATION, served_at


def run_url(public_url: str, conversation_uid: str) -> str:
    """The page of a run's conversation.

    Args:
        public_url: Where people open the app, if it is set.
        conversation_uid: The conversation.
    """
    query = urlencode({CONVERSATION: conversation_uid})
    return f"{served_at(public_url)}/?{query}"
