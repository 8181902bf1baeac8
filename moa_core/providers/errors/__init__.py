"""Turns the failures of model servers and SDKs into our errors."""

from moa_core.providers.errors.error_mapping import at_wrong_address, refused
from moa_core.providers.errors.error_response import Refusal
from moa_core.providers.errors.origin import CallTarget, label_of
from moa_core.providers.errors.translate import refusal_of, translated

__all__ = [
    "CallTarget",
    "Refusal",
    "at_wrong_address",
    "label_of",
    "refusal_of",
    "refused",
    "translated",
]
