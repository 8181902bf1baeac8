"""Stands for what the app keeps, where the command is installed with it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
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

    def presets(self, settings: Settings, note: Note) -> Sequence[Preset]:
        """All presets of the user's, in the order of their names."""
        del settings, note
        return ()

    def following(
        self, asked: "AskedBatch | None", settings: Settings, note: Note
    ) -> AbstractContextManager[Sequence["BatchListener"]]:
        """Whoever lists batches, while one is worked on; nobody of ``None``."""
        del asked, settings, note
        return nullcontext(())


@dataclass(frozen=True, slots=True)
class OwnPresets:
    """The user's own presets.

    Attributes:
        kept: Has them.
        settings: Of this process.
        note: Takes sentences about what cannot be read.
    """

    kept: Kept
    settings: Settings
    note: Note

    def named(self, name: str) -> Preset | None:
        """The one of that name; ``None`` if there is none.

        Raises:
            ConfigError: It is the default one, and nobody knows what that could be.
        """
        return self.kept.preset(name, self.settings, self.note)

    def all(self) -> Sequence[Preset]:
        """All of them."""
        return self.kept.presets(self.settings, self.note)
