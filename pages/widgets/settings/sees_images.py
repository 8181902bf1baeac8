"""Shows which models see images, and lets the user correct it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from moa_core.providers import KnownSight
from pages.widgets.formatting import attempt_at, problem_at
from pages.widgets.layout import icon_only
from pages.widgets.markdown import plain_label
from storage.settings import AppSettings

_HERE: Final = "sees-images"
_MODEL, _CHOICE = "sees-images-model", "sees-images-choice"
_SEES, _BLIND = "Sees images", "Doesn't see images"
_SOURCES: Final[Mapping[str, str]] = {
    "hand": "set here",
    "refused": "it refused an image",
    "listed": "its endpoint says so",
    "family": "known of its family",
    "nobody": "found out with the first image",
}
_FOUND: Final[Mapping[bool | None, str]] = {
    True: _SEES,
    False: _BLIND,
    None: "Not known",
}


def sees_images(settings: AppSettings, sight: KnownSight, refs: list[str]) -> None:
    """Draw what was set or refused, and a row to look a model up and set it.

    Args:
        settings: Where it is kept.
        sight: What is known.
        refs: Models that can be chosen, each ``endpoint/model``.
    """
    for ref in sorted({*sight.by_hand, *sight.refused}):
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        row.markdown(f"**{plain_label(ref)}** · {_line(sight, ref)}", width="stretch")
        icon_only(row, f"sees-{ref}").button(
            f"Forget this of {plain_label(ref)}",
            key=f"sees-{ref}",
            icon=":material/delete:",
            type="tertiary",
            on_click=attempt_at,
            args=(_HERE, _set, settings, ref, None),
        )
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    chosen = row.selectbox(
        "Model to set",
        refs,
        index=None,
        key=_MODEL,
        accept_new_options=True,
        placeholder="endpoint/model",
    )
    row.selectbox("Images", [_SEES, _BLIND], key=_CHOICE)
    row.button(
        "Set",
        key="set-sees-images",
        icon=":material/add:",
        disabled=not chosen,
        on_click=attempt_at,
        args=(_HERE, _add, settings),
    )
    if chosen:
        st.container(key="sees-images-found").caption(f"Now: {_line(sight, chosen)}.")
    problem_at(_HERE)


def _line(sight: KnownSight, ref: str) -> str:
    found = sight.of(ref)
    return f"{_FOUND[found.sees]} ({_SOURCES[found.source]})"


def _add(settings: AppSettings) -> None:
    """Keep what the widgets say."""
    ref = st.session_state[_MODEL]
    settings.set_model_sees(ref, sees=st.session_state[_CHOICE] == _SEES)


def _set(settings: AppSettings, ref: str, sees: bool | None) -> None:
    settings.set_model_sees(ref, sees=sees)
