"""Names the kinds of question that results are told apart by."""

from typing import Final, Literal

Kind = Literal["facts", "maths", "code", "writing", "advice", "given text", "other"]

KINDS: Final[tuple[Kind, ...]] = (
    "facts",
    "maths",
    "code",
    "writing",
    "advice",
    "given text",
    "other",
)
