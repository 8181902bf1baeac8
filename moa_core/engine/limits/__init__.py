"""Limits the calls to one endpoint: so many at once, and so many a minute."""

from moa_core.engine.limits.call_rates import (
    AtRate,
    CallRates,
    LimitWait,
    LocalCallRates,
)
from moa_core.engine.limits.places import ConcurrencyLimited, Places

__all__ = [
    "AtRate",
    "CallRates",
    "ConcurrencyLimited",
    "LimitWait",
    "LocalCallRates",
    "Places",
]
