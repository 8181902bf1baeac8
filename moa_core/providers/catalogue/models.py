"""Describes the models that an endpoint serves, as far as they are known."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from moa_core.settings import EndpointKind, EndpointOrigin

_LONG_KEY = 16
KeyOrigin = Literal["environment", "remembered", "session"]
ModelListState = Literal["unknown", "loading", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model, as its endpoint describes it; ``None`` where it says nothing.

    Attributes:
        id: What calls name it.
        context_tokens: Longest prompt and answer together.
        images: Whether it takes images.
    """

    id: str
    context_tokens: int | None = None
    images: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList:
    """The chat models of an endpoint, as far as they are known.

    Attributes:
        models: Sorted by id; the last known ones while loading and after a failure.
        state: ``unknown`` until somebody asked.
        error: Why loading failed, a sentence.
        fetched_at: When the list came, in seconds since the epoch.
    """

    models: tuple[ModelInfo, ...] = ()
    state: ModelListState = "unknown"
    error: str | None = None
    fetched_at: float | None = None

    @property
    def ids(self) -> list[str]:
        """What calls name them."""
        return [info.id for info in self.models]

    def has(self, model: str) -> bool | None:
        """Whether the endpoint serves ``model``; ``None`` while nobody knows."""
        if self.fetched_at is None:
            return None
        return any(info.id == model for info in self.models)

    def nearest(self, model: str) -> list[str]:
        """Up to two models of nearly that name, which may be the one that was meant."""
        return get_close_matches(model, self.ids, n=2, cutoff=0.5)

    def images(self, model: str) -> bool | None:
        """Whether ``model`` takes images, if the endpoint says so."""
        return next((i.images for i in self.models if i.id == model), None)

    def context_tokens(self, model: str) -> int | None:
        """How much ``model`` can hold, if the endpoint says so."""
        return next((i.context_tokens for i in self.models if i.id == model), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointInfo:
    """An endpoint, as pages show it; it holds no key.

    Attributes:
        label: What users call it.
        base_url: Its address; ``""`` for the simulated models.
        key_variable: Environment variable that its key is read from, if any.
        connected: Whether a call can be tried: it has a key or needs none.
        is_local: Whether it is on this machine or in a private network.
        origin: Whether a variable sets it, somebody entered it, or it was found.
        key_origin: Where its key is from; ``None`` where it has none.
        key_end: The last four characters of a key that is long enough, else ``""``.
    """

    name: str
    label: str
    kind: EndpointKind | Literal["simulated"]
    base_url: str
    key_variable: str
    connected: bool
    is_local: bool
    origin: EndpointOrigin = "environment"
    key_origin: KeyOrigin | None = None
    key_end: str = ""
    models: ModelList


def end_of_key(key: str | None) -> str:
    """What may be shown of a key, to tell it from another one."""
    return key[-4:] if key and len(key) >= _LONG_KEY else ""
