"""Widgets that pages share, in rooms by subject."""
