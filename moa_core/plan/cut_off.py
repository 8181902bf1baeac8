"""Plans the rest of a run that was cut off, so that nothing is paid twice."""

from moa_core.mixture import Seat
from moa_core.run import LayerProceeded, ReusedCall, Rework, RunState


def rest_of_run(state: RunState) -> Rework:
    """What is still asked of a run that was cut off before its answer.

    It goes on by its mixture's own rules, Auto as Auto. Whom its layers went on without
    is not asked again, nor who failed and was paid for it; whoever wrote the answer
    begins anew. A run that was not cut off but failed asks all that failed again.

    Args:
        state: What is known of the run: its ended calls, and what it decided.
    """
    kept = kept_calls(state)
    if state.status != "failed":
        kept = {**_paid_failures(state), **kept}
    late = {
        seat
        for _, each in state.decisions
        if isinstance(each, LayerProceeded)
        for seat in each.late
    }
    if late <= kept.keys():
        return Rework(reused=kept)
    unread = (
        seat.seat
        for layer in state.layers
        if not (_was_read(state, layer.index) or state.left_out(layer.index))
        for seat in layer.seats
    )
    return Rework(reused=kept, asks=frozenset(unread) - kept.keys())


def kept_calls(state: RunState) -> dict[Seat, ReusedCall]:
    """Proposals and Auto's first answer; of layers that were read, failures as well."""
    kept = {
        seat.seat: ReusedCall(seat.calls[-1], seat.included)
        for layer in state.layers
        for seat in layer.seats
        if seat.calls and (seat.status == "succeeded" or _was_read(state, layer.index))
    }
    first = state.provisional if state.config.pace.auto else None
    if first and first.call and first.status == "succeeded":
        kept[first.seat] = ReusedCall(first.call)
    return kept


def _paid_failures(state: RunState) -> dict[Seat, ReusedCall]:
    """Proposers of layers that nobody has read yet: they failed, and cost something.

    Such a run would have gone on without them. What cost nothing is tried again.
    """
    return {
        seat.seat: ReusedCall(seat.calls[-1])
        for layer in state.layers
        for seat in layer.seats
        if seat.status == "failed" and seat.calls and seat.calls[-1].usage.total_tokens
    }


def _was_read(state: RunState, layer_index: int) -> bool:
    """Whether anybody was asked after a layer."""
    later = [seat for layer in state.layers[layer_index + 1 :] for seat in layer.seats]
    return any(seat.calls for seat in (*later, *state.aggregators))
