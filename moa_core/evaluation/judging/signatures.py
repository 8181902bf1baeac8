"""Takes the signatures of our simulated models out of their texts.

Whoever judges an answer, a user or a model, is not to know who wrote it
(docs/adr/0014-blind-comparisons.md).
"""

import re
from typing import Final

_SIGNATURE: Final = re.compile(r"(\*Simulated answer) by “[^”\n]*(?:”[^.\n]*)?")


def strip_signature(text: str) -> str:
    """``text`` without the line in which our simulated models say who they are.

    What other models say of themselves is theirs to say, and stays.
    """
    return _SIGNATURE.sub(r"\1", text)
