"""What of a run was never asked, or has not read what is new: one click does both."""

from functools import partial

from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import Seat
from moa_core.plan import rework_plan
from moa_core.run import RunState
from pages.widgets.rework import finished_run
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.versions import nothing_new

NOTHING_NEW = (
    "The model that was asked again has not answered. Its column says why; what was "
    "there before is kept, and can be chosen above."
)
_NEW = (
    ":material/update: **A proposal is new.** What was written after it has not read "
    "it yet."
)
_NOT_ASKED = ":material/pending: **Not finished.** The proposals so far are kept."


def resume_offer(place: DeltaGenerator, ended: FinishedRun) -> None:
    """Offer to ask whoever has not read the proposals that are there.

    Nothing of it is done unasked, and its price is said before.
    """
    state = ended.run.state
    if nothing_new(ended.run):
        place.info(NOTHING_NEW, icon=":material/info:")
        return
    unasked, stale = rework_plan.first_unrun_layer(state), _stale(ended)
    if stale:
        first = min(seat.layer_index for seat in stale)
        _offer(place, ended, first, _NEW, "again")
    elif unasked is not None:
        _offer(place, ended, unasked, _NOT_ASKED, "")


def _offer(
    place: DeltaGenerator,
    ended: FinishedRun,
    layer_index: int,
    why: str,
    again_word: str,
) -> None:
    plan = partial(rework_plan.rerun_from_layer, ended.run.state, layer_index)
    box = place.container(border=True, gap="small")
    box.markdown(why)
    row = box.container(horizontal=True, gap="small", vertical_alignment="center")
    row.button(
        _label(ended.run.state, layer_index, again_word),
        key=f"{ended.run.uid}-onwards",
        icon=":material/merge:",
        disabled=ended.busy,
        on_click=finished_run.start,
        args=(ended.app, ended.run, plan),
    )
    line = finished_run.price_line(ended.app, ended.run, plan)
    row.caption(line, width="content")


def _label(state: RunState, layer_index: int, again_word: str) -> str:
    """``Ask layer 2 again, then synthesise``, ``Synthesise``."""
    last = layer_index == len(state.layers)
    do = "Synthesise" if last else f"Ask layer {layer_index + 1}"
    words = f"{do} {again_word}".strip()
    return words if last else f"{words}, then synthesise"


def _stale(ended: FinishedRun) -> frozenset[Seat]:
    """The seats whose text was written before what they read changed."""
    runs = {run.uid: run for run in ended.turn.runs}
    chain, run = [ended.run], ended.run
    while run.based_on in runs:
        run = runs[run.based_on]
        chain.append(run)
    return rework_plan.stale_seats([each.state for each in reversed(chain)])
