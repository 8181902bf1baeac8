"""Which preset the user has in hand: their own ones first, then those that ship."""

from dataclasses import dataclass

import streamlit as st

from moa_core.mixture import (
    DEFAULT_PRESET,
    PRESETS,
    MoAConfig,
    Preset,
    everything_preset,
    linked_mixture,
    local_preset,
)
from moa_core.settings import LOCAL_SERVERS, SIMULATED
from pages.widgets.mixture.state import current_mixture, has_mixture, use_mixture
from pages.widgets.models import session_keys
from services import Services
from storage.presets import StoredPreset

_IN_HAND = "preset in hand"
LINK = "preset"
"""Names the preset, or holds the mixture, in the address of a link."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A preset that can be taken.

    Attributes:
        id: Names it in the session: ``own:UID`` or ``shipped:NAME``.
        stored: The user's own preset, ``None`` for one that ships.
    """

    id: str
    preset: Preset
    stored: StoredPreset | None = None


def available_presets(app: Services) -> list[Choice]:
    """Every preset: the user's own by use, then those that ship."""
    own = [Choice(f"own:{kept.uid}", kept.preset, kept) for kept in app.presets.all()]
    ready = [*PRESETS, *_suggested(app)]
    return own + [Choice(f"shipped:{preset.name}", preset) for preset in ready]


def _suggested(app: Services) -> list[Preset]:
    """Presets made for what is connected here."""
    infos = app.endpoints_for(session_keys()).infos()
    served = {
        info.name: [model.id for model in info.models.models]
        for info in infos
        if info.connected and info.name != SIMULATED
    }
    local = [
        local_preset(name, served[name]) for name in served if name in LOCAL_SERVERS
    ]
    return [preset for preset in (*local, everything_preset(served)) if preset]


def selected_preset(every: list[Choice]) -> Choice | None:
    """The preset that was taken last, changed since or not."""
    chosen = st.session_state.get(_IN_HAND)
    by_id = next((choice for choice in every if choice.id == chosen), None)
    return by_id or matching_preset(every, current_mixture())


def matching_preset(every: list[Choice], config: MoAConfig) -> Choice | None:
    """A preset that is exactly ``config``."""
    return next((choice for choice in every if choice.preset.config == config), None)


def select_preset(choice: Choice) -> None:
    """Make a preset the mixture that answers next."""
    st.session_state[_IN_HAND] = choice.id
    use_mixture(choice.preset.config)


def remember_preset(stored: StoredPreset) -> None:
    """The mixture as it stands is now this preset."""
    st.session_state[_IN_HAND] = f"own:{stored.uid}"


def select_preset_by_id(app: Services, choice_id: str) -> None:
    """The same, by id; one that is gone changes nothing."""
    for choice in available_presets(app):
        if choice.id == choice_id:
            select_preset(choice)


def matching_preset_title(app: Services) -> str | None:
    """The title of the preset that the mixture is, to be kept with a run."""
    same = matching_preset(available_presets(app), current_mixture())
    return same.preset.title if same else None


def use_linked_preset(app: Services) -> None:
    """Take the preset that the page's address names, or the mixture that it holds.

    Raises:
        ConfigError: There is no such preset, or the link is broken; nothing changes.
    """
    if LINK not in st.query_params:
        return
    link = st.query_params.pop(LINK)
    if own := app.presets.named(link):
        select_preset(Choice(f"own:{own.uid}", own.preset, own))
    else:
        use_mixture(linked_mixture(link))


def start_with_default(app: Services) -> None:
    """In a new browser session: the user's default preset, else the one that ships."""
    if has_mixture():
        return
    default = app.presets.default()
    use_mixture((default.preset if default else DEFAULT_PRESET).config)
    if default:
        st.session_state[_IN_HAND] = f"own:{default.uid}"
