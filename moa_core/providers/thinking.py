"""Some models write their reasoning into the answer; here the two are parted."""

from moa_core.completion import Delta, DeltaKind

OPEN, CLOSE = "<think>", "</think>"


class ThinkingSplitter:
    """Turns a leading ``<think>...</think>`` of an answer into reasoning deltas.

    Tags may be cut anywhere. A tag that does not open the answer is part of it.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._answering = False

    def split(self, text: str) -> list[Delta]:
        """The deltas that ``text``, the next piece of the answer, makes."""
        if self._answering:
            return [Delta(text)]
        self._held += text
        if not self._thinking and not self._opened():
            return self._release() if self._answering else []
        return self._reasoning()

    def end(self) -> list[Delta]:
        """What was held back because it might have become a tag."""
        kind: DeltaKind = "reasoning" if self._thinking else "answer"
        held, self._held = self._held, ""
        return [Delta(held, kind)] if held else []

    def _opened(self) -> bool:
        start = self._held.lstrip()
        if start.startswith(OPEN):
            self._thinking = True
            self._held = start[len(OPEN) :]
        elif not OPEN.startswith(start):
            self._answering = True
        return self._thinking

    def _reasoning(self) -> list[Delta]:
        thought, closed, answer = self._held.partition(CLOSE)
        if not closed:
            keep = _tail_of_tag(self._held)
            thought, self._held = (
                self._held[: len(self._held) - keep],
                (self._held[len(self._held) - keep :]),
            )
            return [Delta(thought, "reasoning")] if thought else []
        self._thinking, self._answering = False, True
        self._held = answer.lstrip("\n")
        deltas = [Delta(thought, "reasoning")] if thought else []
        return deltas + self._release()

    def _release(self) -> list[Delta]:
        held, self._held = self._held, ""
        return [Delta(held)] if held else []


def _tail_of_tag(text: str) -> int:
    """How many characters at the end of ``text`` may begin the closing tag."""
    longest = min(len(text), len(CLOSE) - 1)
    return next(
        (size for size in range(longest, 0, -1) if CLOSE.startswith(text[-size:])), 0
    )
