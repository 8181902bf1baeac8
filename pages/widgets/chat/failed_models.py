"""Offers to leave out or replace models that failed, before they fail again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import streamlit as st

from moa_core.mixture import MoAConfig
from pages.widgets.formatting import counted, wording
from pages.widgets.markdown import read_aloud
from pages.widgets.mixture import (
    MixturePicker,
    change_mixture,
    current_mixture,
    with_model_replaced,
    without_model,
)
from storage.conversations import Turn

_REPLACING = "models that failed are being replaced"
_CHANGED = "the mixture was changed where they are"


def failed_models(picker: MixturePicker, turns: Sequence[Turn]) -> None:
    """Say in one line which models of the mixture failed last, and offer what helps."""
    config = current_mixture()
    failed = failed_in_a_row(config, turns)
    if not failed:
        _close()
        return
    row = st.container(
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        gap="small",
        key="failed-models",
    )
    row.markdown(f":orange[:material/error:] {_said(config, failed)}", width="stretch")
    left = _without(config, failed)
    if left != config:
        row.button(
            "Leave out",
            key="leave-out-failed",
            type="tertiary",
            on_click=change_mixture,
            args=(partial(_without, failed=failed),),
        )
    row.button(
        "Replace …",
        key="replace-failed",
        type="tertiary",
        on_click=st.session_state.__setitem__,
        args=(_REPLACING, True),
    )
    if st.session_state.get(_REPLACING):
        _replace(picker, config, failed)


def _said(config: MoAConfig, failed: Mapping[str, int]) -> str:
    """``**ada** failed twice``, ``**2 models** failed last time``."""
    if len(failed) > 1:
        return f"**{counted(len(failed), 'model')}** failed last time"
    [(ref, times)] = failed.items()
    return f"**{_name(config, ref)}** {_often(times)}"


def _name(config: MoAConfig, ref: str) -> str:
    return wording.model_name(next(a for a in config.agents if a.ref == ref))


def _often(times: int) -> str:
    in_a_row = f" {counted(times, 'time')} in a row"
    return "failed" + {1: "", 2: " twice"}.get(times, in_a_row)


def _without(config: MoAConfig, failed: Iterable[str]) -> MoAConfig:
    """Without all of them that need not stay: somebody must write the answer."""
    for ref in failed:
        if any(each.ref != ref for each in config.aggregators):
            config = without_model(config, ref)
    return config


def _close() -> None:
    st.session_state.pop(_REPLACING, None)


@st.dialog("Models that failed", on_dismiss=_close)
def _replace(
    picker: MixturePicker, config: MoAConfig, failed: Mapping[str, int]
) -> None:
    """What each can be replaced by; what is picked takes its place at once."""
    if st.session_state.pop(_CHANGED, False):
        st.rerun()  # all of the page, not the dialog alone

    def change(do: Callable[[MoAConfig], MoAConfig]) -> None:
        change_mixture(do)
        st.session_state[_CHANGED] = True

    search = picker.search()
    for number, (ref, times) in enumerate(failed.items()):
        name = _name(config, ref)
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{name}** {_often(times)}", width="stretch")
        if _without(config, [ref]) != config:
            row.button(
                read_aloud("Leave out", name),
                key=f"leave-out-{number}",
                type="tertiary",
                on_click=change,
                args=(partial(_without, failed=[ref]),),
            )

        def replace(by: str, ref: str = ref) -> None:
            change(partial(with_model_replaced, ref=ref, by=by))

        search.draw(f"replace-by-{number}", f"Replace {name} with", replace)


def failed_in_a_row(config: MoAConfig, turns: Sequence[Turn]) -> dict[str, int]:
    """The models of a mixture that failed last, and in how many turns in a row.

    Args:
        config: The mixture that answers next.
        turns: Of the conversation, oldest first.
    """
    asked = {agent.ref for agent in config.agents}
    found: dict[str, int] = {}
    for back, turn in enumerate(reversed(turns)):
        if turn.run is None or turn.run.state.live:
            break
        seats = [seat for layer in turn.run.state.layers for seat in layer.seats]
        seats += turn.run.state.aggregators
        failed = {seat.agent.ref for seat in seats if seat.status == "failed"}
        failed -= {seat.agent.ref for seat in seats if seat.status == "succeeded"}
        again = [ref for ref in failed & asked if found.get(ref, 0) == back]
        if not again:
            break
        found |= dict.fromkeys(sorted(again), back + 1)
    return found
