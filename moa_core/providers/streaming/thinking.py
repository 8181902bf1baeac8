"""Separates the answer from the reasoning that some models write into it."""

from typing import Literal

from moa_core.run import Delta

OPEN, CLOSE = "<think>", "</think>"

_Phase = Literal["opening", "thinking", "closed", "answering"]


class ThinkingSplitter:
    """Turns a leading ``<think>...</think>`` of an answer into reasoning deltas.

    Tags may be cut anywhere. A tag that does not open the answer is part of it.
    """

    def __init__(self) -> None:
        self._phase: _Phase = "opening"
        self._held = ""

    def split(self, text: str) -> list[Delta]:
        """The deltas that ``text``, the next piece of the answer, makes."""
        if self._phase == "answering":
            return [Delta(text)]
        self._held += text
        deltas: list[Delta] = []
        if self._phase == "opening":
            self._open()
        if self._phase == "thinking":
            deltas += self._think()
        if self._phase == "closed" and (answer := self._held.lstrip()):
            self._held, self._phase = answer, "answering"
        if self._phase == "answering":
            deltas += self.end()
        return deltas

    def end(self) -> list[Delta]:
        """What was held back because it might have become a tag."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [Delta(held, "reasoning" if self._phase == "thinking" else "answer")]

    def _open(self) -> None:
        start = self._held.lstrip()
        if start.startswith(OPEN):
            self._held, self._phase = start.removeprefix(OPEN), "thinking"
        elif not OPEN.startswith(start):
            self._phase = "answering"

    def _think(self) -> list[Delta]:
        thought, closed, rest = self._held.partition(CLOSE)
        if closed:
            self._held, self._phase = rest, "closed"
        else:
            end = len(thought) - _begun_tag(thought)
            thought, self._held = thought[:end], thought[end:]
        return [Delta(thought, "reasoning")] if thought else []


def _begun_tag(text: str) -> int:
    """How many characters at the end of ``text`` may begin the closing tag."""
    longest = min(len(text), len(CLOSE) - 1)
    return next(
        (size for size in range(longest, 0, -1) if CLOSE.startswith(text[-size:])), 0
    )
