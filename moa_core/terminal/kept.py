"""Stands for what the app keeps, where the command is installed with it."""

from collections.abc import Callable

from moa_core.mixture import MoAConfig, Preset
from moa_core.settings import Remembered, Settings

Note = Callable[[str], None]
"""Takes sentences about what was left out."""


class Kept:
    """Nothing is kept: `python -m moa_core` knows no app."""

    def remembered(self, settings: Settings, note: Note) -> Remembered:
        """The endpoints and keys that were entered in Settings."""
        del settings, note
        return Remembered()

    def chosen(
        self, settings: Settings, note: Note
    ) -> tuple[Preset | None, MoAConfig | None]:
        """The default preset, and the mixture that was used last."""
        del settings, note
        return None, None

    def preset(self, name: str, settings: Settings, note: Note) -> Preset | None:
        """The user's own preset of that name; ``None`` if there is none."""
        del name, settings, note
        return None
