"""Stands for what the app keeps, where the command is installed with it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from moa_core.mixture import MoAConfig, Preset
from moa_core.settings import Remembered, Settings

if TYPE_CHECKING:
    from moa_core.batch import AskedBatch, BatchListener

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

    def following(
        self, asked: "AskedBatch | None", settings: Settings, note: Note
    ) -> AbstractContextManager[Sequence["BatchListener"]]:
        """Whoever lists batches, while one is worked on; nobody of ``None``."""
        del asked, settings, note
        return nullcontext(())
