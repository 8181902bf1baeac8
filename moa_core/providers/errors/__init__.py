"""Turns the failures of model servers and SDKs into our errors."""

from moa_core.providers.errors.failure import Failure
from moa_core.providers.errors.mapping import (
    CallTarget,
    call_error,
    label_of,
    wrong_address_error,
)

__all__ = ["CallTarget", "Failure", "call_error", "label_of", "wrong_address_error"]
