"""Begins an answer before its drafts are complete: in chunks, or provisionally."""

from moa_core.engine.fast_start.chunks import ChunkedProvider
from moa_core.engine.fast_start.continuing import Continuations, Way
from moa_core.engine.fast_start.drafts import Drafts
from moa_core.engine.fast_start.provisional import STANDS_REASON, CheckingProvider
from moa_core.engine.fast_start.reading import Reading

__all__ = [
    "STANDS_REASON", "CheckingProvider", "ChunkedProvider", "Continuations", "Drafts",
    "Reading", "Way",
]  # fmt: skip
