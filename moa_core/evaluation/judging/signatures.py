"""Takes out of texts what tells who wrote them: signatures, and marks of drafts.

Whoever judges an answer, a user or a model, is not to know who wrote it
(docs/adr/0014-blind-comparisons.md).
"""

import re
from typing import Final

_SIGNATURE: Final = re.compile(r"(\*Simulated answer) by “[^”\n]*(?:”[^.\n]*)?")
_MARK: Final = re.compile(r"<{2,3}(?:end of )?draft \d+ [0-9a-f]{8}>{2,3}\s?")
"""Of a draft (``moa_core/mixture/prompts.py``): a weak aggregator copies it."""


def strip_signature(text: str) -> str:
    """``text`` without what our simulated models say of themselves, or marks of drafts.

    Only a mixture has drafts to copy marks from. What other models say of themselves is
    theirs to say, and stays.
    """
    return _MARK.sub("", _SIGNATURE.sub(r"\1", text))
