"""Offers to ask the models of a finished run that have not read its proposals."""

from functools import partial

from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import Seat
from moa_core.plan import rework_plan
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


def resume_offer(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Offer to ask whoever has not read the proposals that are there.

    Nothing of it is done unasked, and its price is said before.
    """
    state = finished.run.state
    if nothing_new(finished.run):
        place.container(key=f"{finished.run.uid}-nothing-new").info(
            NOTHING_NEW, icon=":material/info:"
        )
        return
    unrun, stale = rework_plan.first_unrun_layer(state), _stale_seats(finished)
    if stale:
        first = min(seat.layer_index for seat in stale)
        reason, again, kind = _NEW, " again", "stale"
    elif unrun is not None:
        first, reason, again, kind = unrun, _NOT_ASKED, "", "unfinished"
    else:
        return
    label = f"Ask layer {first + 1}{again}, then synthesise"
    if first == len(state.layers):
        label = f"Synthesise{again}"
    plan = partial(rework_plan.rerun_from_layer, state, first)
    box = place.container(border=True, gap="small", key=f"{finished.run.uid}-{kind}")
    box.markdown(reason)
    row = box.container(horizontal=True, gap="small", vertical_alignment="center")
    row.button(
        label,
        key=f"{finished.run.uid}-onwards",
        icon=":material/merge:",
        disabled=finished.busy,
        on_click=finished.start,
        args=(plan,),
    )
    row.caption(finished.price_line(plan), width="content")


def _stale_seats(finished: FinishedRun) -> frozenset[Seat]:
    """The seats whose text was written before what they read changed."""
    runs = {run.uid: run for run in finished.turn.runs}
    chain, run = [finished.run], finished.run
    while run.based_on in runs:
        run = runs[run.based_on]
        chain.append(run)
    return rework_plan.stale_seats([each.state for each in reversed(chain)])
