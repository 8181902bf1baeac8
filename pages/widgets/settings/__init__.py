"""Edits keys of the API, caps, prices and retention, and exports and imports data."""

from pages.widgets.settings.api_address import api_address
from pages.widgets.settings.api_keys import api_keys
from pages.widgets.settings.cap_field import cap_field
from pages.widgets.settings.caps_form import caps_form
from pages.widgets.settings.export_import import export_and_import, storage_facts
from pages.widgets.settings.prices_form import prices_form
from pages.widgets.settings.retention import retention_controls
from pages.widgets.settings.sees_images import sees_images
from pages.widgets.settings.titles_choice import titles_choice

__all__ = [
    "api_address", "api_keys", "cap_field", "caps_form", "export_and_import",
    "prices_form", "retention_controls", "sees_images", "storage_facts",
    "titles_choice",
]  # fmt: skip
