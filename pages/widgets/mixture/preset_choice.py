"""Lists presets and remembers the selected one: own ones, those of others, the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from moa_core.mixture import (
    PRESETS,
    MoAConfig,
    Preset,
    linked_mixture,
    needs,
    preset_named,
    suggested_presets,
)
from moa_core.providers import Endpoints
from pages.widgets.formatting import SEPARATOR, distinct_labels
from pages.widgets.mixture.state import draft_mixture, use_mixture
from storage.presets import Presets, SharedPreset, StoredPreset

_SELECTED = "preset in hand"
_LOOKED_AT = "preset that is looked at, and what was in hand before"
LINK = "preset"
"""Names the preset, or holds the mixture, in the address of a link."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A preset that can be selected.

    Attributes:
        id: Names it in the session: ``own:UID``, ``shared:UID`` or ``shipped:NAME``.
        stored: The user's own preset, ``None`` for one of others or that ships.
        missing: Why it cannot run now, in a few words; empty when it can.
        shared: The preset that somebody else shares, if it is one.
    """

    id: str
    preset: Preset
    stored: StoredPreset | None = None
    missing: str = ""
    shared: SharedPreset | None = None

    @classmethod
    def of(cls, stored: StoredPreset) -> "Choice":
        """A preset of the user's own."""
        return cls(f"own:{stored.uid}", stored.preset, stored)

    @classmethod
    def of_other(cls, shared: SharedPreset) -> "Choice":
        """A preset that somebody else shares."""
        return cls(f"shared:{shared.uid}", shared.preset, shared=shared)

    @property
    def uid(self) -> str | None:
        """Of the preset, if it is stored anywhere."""
        kept = self.stored or self.shared
        return kept.uid if kept else None

    @property
    def title(self) -> str:
        """What it is called, with a mark on the user's default."""
        default = self.stored is not None and self.stored.is_default
        return f"{self.preset.title} (default)" if default else self.preset.title

    @property
    def from_whom(self) -> str:
        """``Shared by ada@example.org``; ``""`` for what nobody else shares."""
        return f"Shared by {self.shared.shared_by}" if self.shared else ""


def available_presets(presets: Presets, endpoints: Endpoints) -> list[Choice]:
    """What can run now, and below it what cannot.

    Among both the user's own by use, then what others share, then those that ship or
    fit what is connected.
    """
    infos = endpoints.infos()
    choices = [
        *(Choice.of(stored) for stored in presets.all()),
        *(Choice.of_other(shared) for shared in presets.of_others()),
        *(
            Choice(f"shipped:{preset.name}", preset)
            for preset in (*PRESETS, *suggested_presets(infos))
        ),
    ]
    told = [
        replace(choice, missing=need.summary if need else "")
        for choice in choices
        for need in [next(iter(needs(choice.preset, infos)), None)]
    ]
    return sorted(told, key=lambda choice: bool(choice.missing))


def preset_labels(choices: Iterable[Choice]) -> dict[str, str]:
    """What each choice is called in a list, by its id: whose it is, what it lacks."""
    told = {each.id: [each.title, each.from_whom, each.missing] for each in choices}
    return distinct_labels(
        {name: SEPARATOR.join(filter(None, parts)) for name, parts in told.items()}
    )


def selected_preset(choices: Sequence[Choice]) -> Choice | None:
    """The preset that was selected last, changed since or not."""
    selected = st.session_state.get(_SELECTED)
    by_id = next((choice for choice in choices if choice.id == selected), None)
    return by_id or matching_preset(choices, draft_mixture())


def matching_preset(choices: Sequence[Choice], config: MoAConfig) -> Choice | None:
    """A preset that is exactly ``config``."""
    return next((choice for choice in choices if choice.preset.config == config), None)


def matching_preset_title(presets: Presets, endpoints: Endpoints) -> str | None:
    """The title of the preset that the mixture is, to be shown and kept with a run.

    One's own come first, then what others share, then those that ship or fit what is
    connected. It is asked whenever a page is drawn, so little else is looked up.
    """
    config = draft_mixture()
    if title := presets.title_of(config):
        return title
    of_others = (each.preset for each in presets.of_others())
    if title := next((each.title for each in of_others if each.config == config), None):
        return title
    shipped = (*PRESETS, *suggested_presets(endpoints.infos()))
    return next((each.title for each in shipped if each.config == config), None)


def select_preset(choice: Choice) -> None:
    """Make a preset the mixture that answers next."""
    choose_looked_at()
    st.session_state[_SELECTED] = choice.id
    use_mixture(choice.preset.config)


def look_at_preset(key: str, choices: Sequence[Choice]) -> None:
    """Select the preset that a widget holds, to look at it: ``leave_looked_at``."""
    before = draft_mixture(), st.session_state.get(_SELECTED)
    looked_at, earlier = st.session_state.get(_LOOKED_AT, (None, None))
    select_preset_of(key, choices)
    unchanged = looked_at == before[0]
    st.session_state[_LOOKED_AT] = draft_mixture(), earlier if unchanged else before


def choose_looked_at() -> None:
    """Keep the preset that is looked at as the mixture that answers next."""
    st.session_state.pop(_LOOKED_AT, None)


def leave_looked_at() -> None:
    """Go back to the mixture from before presets were only looked at.

    One that was edited meanwhile stays: it is another mixture than the preset.
    """
    looked_at, before = st.session_state.pop(_LOOKED_AT, (None, None))
    if before and looked_at == draft_mixture():
        config, st.session_state[_SELECTED] = before
        use_mixture(config)


def use_preset(preset: Preset) -> None:
    """Make a preset that ships, or fits an endpoint, the mixture that answers next."""
    select_preset(Choice(f"shipped:{preset.name}", preset))


def select_shipped_preset(name: str) -> None:
    """Make the preset that ships under this name the mixture that answers next."""
    if preset := preset_named(name):
        use_preset(preset)


def remember_preset(stored: StoredPreset) -> None:
    """Say that the mixture as it stands is now this preset."""
    st.session_state[_SELECTED] = Choice.of(stored).id


def select_preset_of(key: str, choices: Sequence[Choice]) -> None:
    """Select the preset whose id a widget holds, if there is one."""
    for choice in choices:
        if choice.id == st.session_state[key]:
            select_preset(choice)


def use_linked_preset(presets: Presets) -> None:
    """Take the preset that the page's address names, or the mixture that it holds.

    Raises:
        ConfigError: There is no such preset, or the link is broken; nothing changes.
    """
    if LINK not in st.query_params:
        return
    link = st.query_params.pop(LINK)
    if own := presets.named(link):
        select_preset(Choice.of(own))
    else:
        use_mixture(linked_mixture(link))
