"""Arranges a page: rows, placeholders, pagination and background jobs."""
