"""Finds out who is there, and gives a page the services of that person."""

from pages.account.identity import NAME, ROLE
from pages.account.visitor import (
    first_administrator,
    is_administrator,
    let_in,
    my_services,
    visitor,
)

__all__ = [
    "NAME", "ROLE", "first_administrator", "is_administrator", "let_in", "my_services",
    "visitor",
]  # fmt: skip
