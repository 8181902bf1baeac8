"""Edits how a mixture saves time and money: whom it waits for, and whom it asks."""

from pages.widgets.mixture.pace.section import pace_section

__all__ = ["pace_section"]
