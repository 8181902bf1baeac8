"""Reads a file of prompts: every line, and all mistakes, before anything is asked."""

from moa_core.batch.prompts.rows import (
    MODEL,
    Row,
    RowKey,
    checked_row,
    read_rows,
    shard,
)

__all__ = ["MODEL", "Row", "RowKey", "checked_row", "read_rows", "shard"]
