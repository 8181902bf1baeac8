"""How fast a measured model answers; its name says it, so no server needs a set-up."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens at an even pace after a first wait.

    Attributes:
        tokens: Length of the answer.
        per_s: Tokens a second.
        first_s: Seconds from the request to the first token.
    """

    tokens: int
    per_s: float
    first_s: float = 0.3

    @property
    def whole_s(self) -> float:
        """Seconds from the request to the last token."""
        return self.due_s(self.tokens - 1)

    def due_s(self, index: int) -> float:
        """Seconds from the request to the token ``index``."""
        return self.first_s + index / self.per_s

    def model(self, who: str) -> str:
        """The name of a model of this pace: ``who:400:50:0.3``."""
        return f"{who}:{self.tokens}:{self.per_s:g}:{self.first_s:g}"

    @classmethod
    def of(cls, model: str) -> Self:
        """The pace in a model's name."""
        _, tokens, per_s, first_s = model.rsplit(":", 3)
        return cls(int(tokens), float(per_s), float(first_s))
