"""Shows what is known of single models, and suggests a set of them to try."""

from pages.widgets.evaluate.choosing.choose_models import choose_models
from pages.widgets.evaluate.choosing.shelf import Shelf

__all__ = ["Shelf", "choose_models"]
