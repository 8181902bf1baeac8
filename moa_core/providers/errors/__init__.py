"""Turns the failures of model servers and SDKs into our errors."""

from moa_core.providers.errors.failure import (
    Failure,
    ReportedError,
    UnusableSettingError,
)
from moa_core.providers.errors.mapping import (
    CallTarget,
    call_error,
    label_of,
    web_page_error,
    wrong_address_error,
)
from moa_core.providers.errors.payloads import payload_is_error

__all__ = [
    "CallTarget", "Failure", "ReportedError", "UnusableSettingError", "call_error",
    "label_of", "payload_is_error", "web_page_error", "wrong_address_error",
]  # fmt: skip
