"""Formats figures, dates, names and messages."""
