"""How wide and how high things are, so that they can be read."""

COLUMN_MIN_PX = 390
"""Columns narrower than this are hard to read; those that do not fit wrap."""

COLUMN_HEIGHT_PX = 340
READABLE_PX = 860
