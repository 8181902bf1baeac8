"""Reads the channels of gpt-oss, where a server passes their tokens on in the text.

The format is OpenAI's "harmony": messages between ``<|start|>`` and ``<|end|>``, each
with a header that names its channel. Only the channel ``final`` is the answer.
"""

import re
from typing import Literal

from moa_core.providers.answers.prose import Markers
from moa_core.run import Delta

_FINAL = "<|channel|>final<|message|>"
FINAL_CHANNEL = (
    f"<|end|><|start|>assistant{_FINAL}",
    f"<|start|>assistant{_FINAL}",
    f"<|return|><|start|>assistant{_FINAL}",
    _FINAL,
)
"""What comes before the answer, in lower case."""

_NAMES = ("start", "channel", "message", "constrain", "end", "return", "call")
_TOKENS = Markers(*(f"<|{name}|>" for name in _NAMES))

_Place = Literal["header", "reasoning", "answer"]


class ChannelSplitter:
    """Turns the messages of all channels into deltas, as they arrive.

    Args:
        place: Where the text begins.

    Attributes:
        tool: The tool that a message is addressed to, if one is.
    """

    def __init__(self, place: _Place = "header") -> None:
        self.tool: str | None = None
        self._place: _Place = place
        self._header = ""
        self._held = ""

    def split(self, text: str) -> list[Delta]:
        """The deltas that ``text``, the next piece, makes."""
        self._held += text
        deltas: list[Delta] = []
        while found := _TOKENS.find(self._held):
            deltas += self._say(self._held[: found.start()])
            self._held = self._held[found.end() :]
            self._pass(found[0].lower().strip("<|>"))
        whole = len(self._held) - _TOKENS.begun(self._held)
        text, self._held = self._held[:whole], self._held[whole:]
        return deltas + self._say(text)

    def end(self) -> list[Delta]:
        """What was held back because it might have become a token."""
        held, self._held = self._held, ""
        return self._say(held)

    def _say(self, text: str) -> list[Delta]:
        if self._place == "header":
            self._header += text
            return []
        return [Delta(text, self._place)] if text else []

    def _pass(self, name: str) -> None:
        """Go on behind the token of this name."""
        if name == "message":
            if addressed := re.search(r"\bto=(?:functions\.)?(\S+)", self._header):
                self.tool = addressed[1]
            channel = self._header.split(maxsplit=1)[:1]
            final = channel in ([], ["final"], ["assistant"])
            self._place = "answer" if final and not addressed else "reasoning"
        elif name != "constrain":
            self._place, self._header = "header", ""
