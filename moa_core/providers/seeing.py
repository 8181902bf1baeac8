"""Says whether a model sees images, and who says so."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from moa_core.providers.catalogue import family_sees_images

SeeingSource = Literal["hand", "refused", "listed", "family", "nobody"]


class Seeing(NamedTuple):
    """Whether a model sees images.

    Attributes:
        sees: ``None`` while nobody knows: then it is asked with them.
        source: Who says so: the user; a refusal; its endpoint; the table of families.
    """

    sees: bool | None
    source: SeeingSource


@dataclass(frozen=True, slots=True)
class KnownSight:
    """What is known of models that see images, whoever said it.

    Attributes:
        listed: Whether the endpoint of ``endpoint/model`` says that it takes images.
        by_hand: What the user has set, by ``endpoint/model``.
        refused: Models that have refused images since.
    """

    listed: Callable[[str], bool | None]
    by_hand: Mapping[str, bool] = field(default_factory=dict)
    refused: Collection[str] = ()

    def of(self, ref: str) -> Seeing:
        """What is known of ``endpoint/model``; the user's word comes first."""
        if ref in self.by_hand:
            return Seeing(self.by_hand[ref], "hand")
        if ref in self.refused:
            return Seeing(sees=False, source="refused")
        if (listed := self.listed(ref)) is not None:
            return Seeing(listed, "listed")
        family = family_sees_images(ref.partition("/")[2])
        return Seeing(family, "nobody" if family is None else "family")

    def sees(self, ref: str) -> bool | None:
        """Whether ``endpoint/model`` sees images; ``None`` while nobody knows."""
        return self.of(ref).sees
