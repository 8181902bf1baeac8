"""How many tokens a text is likely to be, where no provider has counted them."""

import re
from collections.abc import Iterable

from moa_core.messages import Message

MESSAGE_OVERHEAD_TOKENS = 4
"""What chat formats add to every message: role and delimiters."""

_LETTERS_PER_TOKEN = 10
_PIECE = re.compile(
    r"[A-Za-z]+|\d{1,3}|[^\W\dA-Za-z_]|[^\w\s]{1,2}|_+|\n+|[ \t]{2,}", re.UNICODE
)


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of ``text`` without a tokenizer.

    A word counts one token per ten letters begun, three digits one, a letter beyond
    ASCII one half, two marks of punctuation one.
    """
    halves = 0
    for piece in _PIECE.findall(text):
        if piece[0].isascii():
            halves += 2 * (1 + (len(piece) - 1) // _LETTERS_PER_TOKEN)
        else:
            halves += 1
    return (halves + 1) // 2


def estimate_prompt_tokens(messages: Iterable[Message]) -> int:
    """Estimate the input tokens of a whole prompt."""
    return sum(
        estimate_tokens(message.content) + MESSAGE_OVERHEAD_TOKENS
        for message in messages
    )
