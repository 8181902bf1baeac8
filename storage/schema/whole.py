"""Gives the whole schema: a table that a module defines is there once it is loaded."""

from storage.schema import (
    api_tables,
    batch_tables,
    evaluation_tables,
    experiment_tables,
    people_tables,
    run_tables,
    spend_tables,
    tables,
    user_tables,
)
from storage.schema.columns import Base

__all__ = [
    "METADATA",
    "api_tables",
    "batch_tables",
    "evaluation_tables",
    "experiment_tables",
    "people_tables",
    "run_tables",
    "spend_tables",
    "tables",
    "user_tables",
]

METADATA = Base.metadata
"""Every table, and the indexes that PostgreSQL and SQLite have on them."""
