"""Begins an answer before its drafts are complete: in chunks, or provisionally."""

from typing import TYPE_CHECKING

from moa_core.engine.fast_start.continuing import Continuations, Way
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.engine.fast_start.chunks import ChunkedProvider
    from moa_core.engine.fast_start.drafts import Drafts
    from moa_core.engine.fast_start.provisional import STANDS_REASON, CheckingProvider
    from moa_core.engine.fast_start.reading import Reading

__all__ = [
    "STANDS_REASON", "CheckingProvider", "ChunkedProvider", "Continuations", "Drafts",
    "Reading", "Way",
]  # fmt: skip

if not TYPE_CHECKING:  # stores need `Way` alone
    __getattr__ = names_on_demand(
        __name__,
        {
            "chunks": "ChunkedProvider",
            "drafts": "Drafts",
            "provisional": "STANDS_REASON CheckingProvider",
            "reading": "Reading",
        },
    )
