"""Edits caps, prices and retention, and exports and imports data."""

from pages.widgets.settings.caps_form import caps_form
from pages.widgets.settings.export_import import data_facts, data_travel
from pages.widgets.settings.prices_form import prices_form
from pages.widgets.settings.retention import data_safety

__all__ = [
    "caps_form",
    "data_facts",
    "data_safety",
    "data_travel",
    "prices_form",
]
