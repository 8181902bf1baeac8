"""Keeps ended calls in files that only grow, and brings them back into a run."""

from moa_core.journal.call_json import call_from_dict, call_to_dict
from moa_core.journal.ended_calls import EndedCall, ended_call, take_in
from moa_core.journal.journal import Journal, as_line

__all__ = [
    "EndedCall", "Journal", "as_line", "call_from_dict", "call_to_dict", "ended_call",
    "take_in",
]  # fmt: skip
