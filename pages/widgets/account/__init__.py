"""Shows who is signed in, and why nothing opens for somebody who is not."""

from pages.widgets.account.no_entry import blocked_page, log_in_page, nobody_page
from pages.widgets.account.not_yours import (
    no_administrator_yet,
    who_connects_endpoints,
    who_sets_prices,
)
from pages.widgets.account.signed_in import signed_in_as

__all__ = [
    "blocked_page", "log_in_page", "no_administrator_yet", "nobody_page",
    "signed_in_as", "who_connects_endpoints", "who_sets_prices",
]  # fmt: skip
