"""Lists endpoints and their models, and takes keys for the browser session."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import streamlit as st

from moa_core.providers import EndpointInfo, Endpoints
from moa_core.settings import SIMULATED
from pages.widgets.formatting import redraw
from pages.widgets.markdown import plain_label

ADD_ENDPOINT = "add"
"""Names, in the address of the settings page, an endpoint to be set up there."""

_KEYS = "keys"
_LOOK_EVERY_S: Final = 1.0
LookForModels: TypeAlias = Callable[[Mapping[str, str]], None]


def session_keys() -> Mapping[str, str]:
    """Keys entered in this browser session, by endpoint; they live nowhere else."""
    keys: dict[str, str] = st.session_state.setdefault(_KEYS, {})
    return keys


def model_refs(endpoints: Endpoints) -> list[str]:
    """Every model of every connected endpoint, real ones before simulated ones."""
    connected = [info for info in endpoints.infos() if info.connected]
    connected.sort(key=lambda info: info.name == SIMULATED)
    return [
        f"{info.name}/{model.id}" for info in connected for model in info.models.models
    ]


def models_are_coming(endpoints: Endpoints) -> bool:
    """Whether endpoints are being looked for, or asked for their models, right now."""
    loading = any(info.models.state == "loading" for info in endpoints.infos())
    return loading or not endpoints.settled


KnownModels: TypeAlias = list[tuple[str, bool, int | None]]
"""Each endpoint's name, whether it is connected, and how many models it has; ``None``
while it is being asked."""


def known_models(endpoints: Endpoints) -> KnownModels:
    """What is known of the endpoints now."""
    return [
        (
            info.name,
            info.connected,
            None
            if info.models.state in ("unknown", "loading")
            else len(info.models.models),
        )
        for info in endpoints.infos()
    ]


def follow_models(endpoints: Endpoints, drawn: KnownModels) -> None:
    """Draw the page anew when models have come that it was drawn without.

    Args:
        endpoints: As this browser session sees them.
        drawn: What was known of them before the page was drawn.
    """
    waits = any(connected and count is None for _, connected, count in drawn)
    if not waits and known_models(endpoints) == drawn:
        return

    @st.fragment(run_every=_LOOK_EVERY_S)
    def follow() -> None:
        if known_models(endpoints) != drawn:
            redraw()

    follow()


def refresh_button(look_for_models: LookForModels) -> None:
    """Ask every endpoint again."""
    st.button(
        "Refresh",
        key="look-for-models",
        icon=":material/refresh:",
        help="Asks every endpoint for its models, and looks for local servers.",
        on_click=lambda: look_for_models(session_keys()),
    )


def endpoint_state(info: EndpointInfo) -> str:
    """How many models it lists, or why none."""
    if not info.connected:
        return ":gray[no key]"
    if info.models.state == "failed":
        return f":red[{plain_label(info.models.error or 'does not answer', limit=160)}]"
    if info.models.state in ("unknown", "loading"):
        return ":gray[looking for models]"
    count = len(info.models.models)
    return ":green[1 model]" if count == 1 else f":green[{count} models]"


def keep_in_tab(endpoint: str, key: str | None) -> None:
    """Use a key in this browser session, or none any more."""
    others = {name: each for name, each in session_keys().items() if name != endpoint}
    st.session_state[_KEYS] = {**others, endpoint: key} if key else others
