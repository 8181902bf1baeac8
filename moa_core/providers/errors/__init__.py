"""Turns the failures of model servers and SDKs into our errors."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.providers.errors.labels import label_of

if TYPE_CHECKING:
    from moa_core.providers.errors.bodies import is_garbled
    from moa_core.providers.errors.failure import (
        Failure,
        ReportedError,
        UnusableSettingError,
    )
    from moa_core.providers.errors.mapping import (
        CallTarget,
        call_error,
        compressed_error,
        failure_of,
        image_error,
        suspected_images,
        web_page_error,
        wrong_address_error,
    )
    from moa_core.providers.errors.payloads import payload_is_error

__all__ = [
    "CallTarget", "Failure", "ReportedError", "UnusableSettingError", "call_error",
    "compressed_error", "failure_of", "image_error", "is_garbled", "label_of",
    "payload_is_error", "suspected_images", "web_page_error", "wrong_address_error",
]  # fmt: skip

if not TYPE_CHECKING:
    __getattr__ = names_on_demand(
        __name__,
        {
            "bodies": "is_garbled",
            "failure": "Failure ReportedError UnusableSettingError",
            "mapping": "CallTarget call_error compressed_error failure_of image_error "
            "suspected_images web_page_error wrong_address_error",
            "payloads": "payload_is_error",
        },
    )
