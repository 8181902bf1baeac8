"""Collects an answer without what a model put around it: tags, tokens of templates."""

import re
from collections.abc import Mapping
from typing import Final

from moa_core.providers.answers.visible import is_blank

_PAIRS: Final[Mapping[str, str]] = {
    **{
        f"<{name}>": f"</{name}>"
        for name in ("answer", "final_answer", "final", "response", "final_response")
    },
    "<|begin_of_solution|>": "<|end_of_solution|>",
    "<|start_response|>": "<|end_response|>",
    "<|begin_of_box|>": "<|end_of_box|>",
    "[begin final response]": "[end final response]",
}
"""What may open an answer that follows reasoning, in lower case, and what closes it."""

_LONGEST_END = 400
_END = re.compile(
    r"(?=[<\[])(?:(?:<[^<>\n]{0,30}>|\[[A-Z ]{0,24}\])\s*)*"
    r"(?:<[^<>\n]{0,30}>?|\[[A-Z ]{0,24}\]?)\s*\Z"
)
"""What ends a text and may turn out to be such a token, or the beginning of one."""

_TOKENS = r"<[|｜][\w▁ -]{2,24}[|｜]>|<end_of_turn>|<eos>"
_TEMPLATE = re.compile(rf"(?:(?:{_TOKENS})\s*)+\Z", re.IGNORECASE)
_TEMPLATE_OR_S = re.compile(rf"(?:(?:{_TOKENS}|</s>)\s*)+\Z", re.IGNORECASE)


class AnswerText:
    """The text of an answer, without its wrapper.

    What ends a text is held back while it may be the end of that wrapper.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._visible = False
        self._held = ""
        self._begins = True  # whether nothing but blanks has come
        self._closer = ""
        self._struck = False  # whether HTML that strikes through was opened

    @property
    def visible(self) -> bool:
        """Whether anything of it can be seen."""
        return self._visible or not is_blank(self._held)

    def __str__(self) -> str:
        return "".join(self.pieces) if self._visible else ""

    def add(self, text: str, *, reasoned: bool) -> str:
        """What ``text``, the next piece of the answer, has for the reader.

        Args:
            text: The piece.
            reasoned: Whether the model has reasoned before it; others write tags as
                their users want them.
        """
        if self._begins or self._held or "<" in text or "[" in text:
            text = self._without_wrapper(text, reasoned=reasoned)
        if text:
            self.pieces.append(text)
            if not self._visible:
                self._visible = not is_blank(text)
        return text

    def end(self) -> str:
        """What was held back, without what only ends a wrapper."""
        held, self._held = self._held, ""
        struck = self._struck or "<s>" in held
        held = (_TEMPLATE if struck else _TEMPLATE_OR_S).sub("", held)
        if self._closer and held.rstrip().lower().endswith(self._closer):
            held = held.rstrip()[: -len(self._closer)]
        if held:
            self.pieces.append(held)
            self._visible = self._visible or not is_blank(held)
        return held

    def _without_wrapper(self, text: str, *, reasoned: bool) -> str:
        text, self._held = self._held + text, ""
        if self._begins:
            text = self._begin(text, reasoned=reasoned)
        found = _END.search(text, max(0, len(text) - _LONGEST_END))
        if found:
            text, self._held = text[: found.start()], found[0]
        self._struck = self._struck or "<s>" in text
        return text

    def _begin(self, text: str, *, reasoned: bool) -> str:
        """``text`` without the tag that opens it; ``""`` while that may still come."""
        start = text.lstrip()
        if reasoned and start:
            for opener, closer in _PAIRS.items():
                if start.lower().startswith(opener):
                    self._begins, self._closer = False, closer
                    return text.removesuffix(start) + start[len(opener) :]
                if opener.startswith(start.lower()):
                    self._held = text
                    return ""
        self._begins = not start
        return text
