"""Mounts what is drawn in the browser, and holds what `frontend/` was built into."""

from pages.component.bundle import BUNDLE
from pages.component.text import text_component

__all__ = ["BUNDLE", "text_component"]
