"""Declares the components of ``frontend/`` to Streamlit, and mounts them.

Streamlit reads from an installed package's ``pyproject.toml`` where the files of its
components are. Polyphony runs from a checkout too, so it declares them by the call that
follows there; a script in a string would need a weaker security policy. (ADR 29)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import (
    get_bidi_component_manager,
)
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.layout_utils import Height

if TYPE_CHECKING:
    from streamlit.components.v2.component_manager import BidiComponentManager
    from streamlit.components.v2.types import ComponentRenderer

_DIST: Final = Path(__file__).parent / "dist"

BUNDLE: Final = _DIST / "bundle"
"""What the server answers at ``/bundle/``; every name has a hash of its content."""

Asked: TypeAlias = dict[str, Any]
"""What was clicked: ``{"do": ..., "run": uid, "place": [layer, position]?, ...}``."""

_PACKAGE: Final = "polyphony"


def mount(
    place: DeltaGenerator,
    component: str,
    *,
    key: str,
    data: Mapping[str, Any],
    on_asked: Callable[[Asked], None] | None = None,
    height: Height = "content",
    **on_change: Callable[[], None],
) -> None:
    """Draw a component of ``frontend/src/main.js``.

    Args:
        place: Where it stands.
        component: Its name there.
        key: Of the widget; the browser keeps what it has drawn as long as this stays.
        data: What it draws, as JSON.
        on_asked: Does what its trigger ``asked`` asks, before the script runs.
        height: Of its place.
        on_change: ``on_ended_change`` is called when it triggers ``ended``, and so on.
    """

    def asked() -> None:
        if on_asked and (what := st.session_state[key].get("asked")):
            on_asked(dict(what))

    manager = get_bidi_component_manager()
    renderers = _RENDERERS.setdefault(manager, {})
    if component not in renderers:
        renderers[component] = _declared(manager, component)
    if on_asked:
        on_change["on_asked_change"] = asked
    with place:
        renderers[component](key=key, data=data, height=height, **on_change)


def _declared(manager: "BidiComponentManager", component: str) -> "ComponentRenderer":
    folder = ComponentConfig(component, asset_dir=component)
    manager.register_from_manifest(ComponentManifest(_PACKAGE, "1", [folder]), _DIST)
    return st.components.v2.component(
        f"{_PACKAGE}.{component}", js="entry-*.js", isolate_styles=False
    )


_RENDERERS: Final[WeakKeyDictionary["BidiComponentManager", dict[str, Any]]] = (
    WeakKeyDictionary()
)
"""Of each server; tests have several in one process."""
