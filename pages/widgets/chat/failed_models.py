"""Offers to leave out or replace models that failed, before they fail again."""

from collections.abc import Sequence

import streamlit as st

from moa_core.mixture import MoAConfig
from pages.widgets.formatting import counted, wording
from pages.widgets.mixture import (
    MixturePicker,
    change_mixture,
    current_mixture,
    with_model_replaced,
    without_model,
)
from storage.conversations import Turn

MOST = 2
"""So many are said; the others are in the sheet of the mixture."""


def failed_models(picker: MixturePicker, turns: Sequence[Turn]) -> None:
    """Say which models of the mixture failed last, and what can be done."""
    config = current_mixture()
    failed = failed_in_a_row(config, turns)
    for number, (ref, times) in enumerate(list(failed.items())[:MOST]):
        _offer(picker, config, ref, times, number)


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


def _offer(
    picker: MixturePicker, config: MoAConfig, ref: str, times: int, number: int
) -> None:
    agent = next(each for each in config.agents if each.ref == ref)
    often = {1: "", 2: " twice"}.get(times, f" {counted(times, 'time')} in a row")
    row = st.container(
        horizontal=True, vertical_alignment="center", key=f"failed-{number}"
    )
    row.markdown(
        f":orange[:material/error:] **{wording.model_name(agent)}** failed{often}",
        width="stretch",
    )
    if any(each.ref != ref for each in config.aggregators):
        row.button(
            "Leave out",
            key=f"leave-out-{number}",
            type="tertiary",
            on_click=change_mixture,
            args=(lambda now: without_model(now, ref),),
        )
    opened = row.popover(
        "Replace", key=f"replace-failed-{number}", type="tertiary", on_change="rerun"
    )
    if opened.open:

        def replace(by: str) -> None:
            change_mixture(lambda now: with_model_replaced(now, ref, by))

        with opened:
            picker.search().draw(f"replace-by-{number}", "Replace with", replace)
