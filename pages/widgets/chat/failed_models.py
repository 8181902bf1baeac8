"""Offers to leave out or replace models that failed, before they fail again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from moa_core.mixture import MoAConfig
from moa_core.run import SeatState
from pages.widgets.formatting import counted, run_words, wording
from pages.widgets.layout import close_dialog, open_dialog, opened_dialog
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.mixture import (
    MixturePicker,
    change_mixture,
    current_mixture,
    with_model_replaced,
    without_model,
)
from storage.conversations import Turn

_REPLACING = "models that failed"
_CHANGED = "the mixture was changed where they are"
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Failing:
    """A model that failed last.

    Attributes:
        times: In how many turns in a row.
        why: What went wrong last, and what to do about it.
    """

    times: int
    why: str = ""


def failed_models(picker: MixturePicker, turns: Sequence[Turn]) -> None:
    """Say in one line which models of the mixture failed last, and offer what helps."""
    config = current_mixture()
    failed = failed_in_a_row(config, turns)
    if not failed:
        if opened_dialog(_REPLACING):
            close_dialog()
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
        on_click=open_dialog,
        args=(_REPLACING,),
    )
    if opened_dialog(_REPLACING):
        _replace(picker, config, failed)


def _said(config: MoAConfig, failed: Mapping[str, Failing]) -> str:
    """``**ada** failed twice``, ``**2 models** failed last time``."""
    if len(failed) > 1:
        return f"**{counted(len(failed), 'model')}** failed last time"
    [(ref, failing)] = failed.items()
    return f"**{_name(config, ref)}** {_often(failing.times)}"


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


@st.dialog("Models that failed", on_dismiss=close_dialog)
def _replace(
    picker: MixturePicker, config: MoAConfig, failed: Mapping[str, Failing]
) -> None:
    """What each can be replaced by; what is picked takes its place at once."""
    if st.session_state.pop(_CHANGED, False):
        st.rerun()  # all of the page, not the dialog alone

    def change(do: Callable[[MoAConfig], MoAConfig]) -> None:
        change_mixture(do)
        st.session_state[_CHANGED] = True

    search = picker.search()
    for number, (ref, failing) in enumerate(failed.items()):
        name = _name(config, ref)
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{name}** {_often(failing.times)}", width="stretch")
        if _without(config, [ref]) != config:
            row.button(
                read_aloud("Leave out", name),
                key=f"leave-out-{number}",
                type="tertiary",
                on_click=change,
                args=(partial(_without, failed=[ref]),),
            )

        if failing.why:
            reason = plain_label(failing.why, limit=_LONGEST_REASON)
            st.container(key=f"why-{number}").caption(reason)

        def put(by: str, ref: str = ref) -> None:
            change(partial(with_model_replaced, ref=ref, by=by))

        search.draw(f"replace-by-{number}", f"Replace {name} with", put)


def failed_in_a_row(config: MoAConfig, turns: Sequence[Turn]) -> dict[str, Failing]:
    """The models of a mixture that failed last, by ref.

    Args:
        config: The mixture that answers next.
        turns: Of the conversation, oldest first.
    """
    asked = {agent.ref for agent in config.agents}
    found: dict[str, Failing] = {}
    for back, turn in enumerate(reversed(turns)):
        if turn.run is None or turn.run.state.live:
            break
        seats = [seat for layer in turn.run.state.layers for seat in layer.seats]
        seats += turn.run.state.aggregators
        failed = {seat.agent.ref: seat for seat in seats if seat.status == "failed"}
        answered = {seat.agent.ref for seat in seats if seat.status == "succeeded"}
        again = {
            ref: replace(failing, times=back + 1)
            for ref in sorted((failed.keys() & asked) - answered)
            if (failing := found.get(ref, Failing(0, _why(failed[ref])))).times == back
        }
        if not again:
            break
        found |= again
    return found


def _why(seat: SeatState) -> str:
    if seat.error is None:
        return ""
    return f"{run_words.message(seat.error)} {run_words.advice(seat.error)}".strip()
