"""Holds the presets that a suggestion can become, and is compared with."""

from collections.abc import Callable
from dataclasses import dataclass

from pages.widgets.mixture import Choice
from storage.presets import Presets


@dataclass(frozen=True, slots=True)
class Shelf:
    """The presets that there are.

    Attributes:
        presets: The user's own.
        choices: Lists all that can be chosen now, shipped ones too.
    """

    presets: Presets
    choices: Callable[[], list[Choice]]
