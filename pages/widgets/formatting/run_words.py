"""Says in plain text what a run, a layer and a seat are doing, for a browser to show.

Nothing here is Markdown: the browser shows it as text. Clocks that run are the
browser's; whatever else has figures, money or an error in it is worded here.
"""

from typing import Final, assert_never

from moa_core.errors import MoAError, NoProposalsError, NoSynthesisError
from moa_core.mixture import AgentSpec, MoAConfig, own_name
from moa_core.run import (
    Call,
    FirstAnswerJudged,
    LayerState,
    ProvisionalJudged,
    RunState,
    SeatState,
)
from moa_core.text import counted, one_line
from pages.widgets.formatting import figures

_MESSAGE_CHARS: Final = 400
_ADVICE_CHARS: Final = 200

STOPPED: Final = "Stopped. What arrived is kept."
INTERRUPTED: Final = (
    "Polyphony closed before this was finished. What arrived is kept; ask again for a "
    "complete answer."
)
_JUDGED: Final = (FirstAnswerJudged, ProvisionalJudged)
CUT_PROPOSAL: Final = {
    "length": "Cut off at the length limit.",
    "deadline": "Incomplete: timed out.",
}
CUT_ANSWER: Final = {
    "length": "Cut off at the length limit. Raise the maximum answer length and retry.",
    "deadline": "Incomplete: timed out when nothing more arrived. Rewrite the answer "
    "for a complete one.",
}


def model(agent: AgentSpec) -> str:
    """The model's own name, without its maker, on one line."""
    return one_line(own_name(agent.model), 48)


def message(error: MoAError) -> str:
    """What went wrong."""
    return one_line(str(error), _MESSAGE_CHARS)


def advice(error: MoAError) -> str:
    """What to do about it."""
    return one_line(error.advice, _ADVICE_CHARS)


def spent(state: RunState) -> str:
    """What the run has cost so far: ``$0.0031``."""
    return figures.plain(figures.money(state.cost))


def run_doing(state: RunState) -> str:
    """What a run is doing: ``Layer 1: 2 of 3 answered``."""
    begun = [layer for layer in state.layers if layer.started_s is not None]
    if not state.live:
        return "Saving"
    if not state.synthesises:
        return "Retrying"
    checks = [seat for seat in state.aggregators if seat.status != "pending"]
    early = state.synthesis is state.provisional and state.synthesis.ended
    if early and checks:
        return f"Checking the {provisional_name(state.config).lower()} answer"
    if state.synthesis.status != "pending" and not early:
        return "Writing the answer"
    if begun:
        return f"Layer {begun[-1].index + 1}: {tally(begun[-1])}"
    return "Starting"


def tally(layer: LayerState) -> str:
    """``3 of 4 answered``."""
    return f"{layer.answered} of {layer.asked} answered"


def layer_doing(layer: LayerState, *, live: bool) -> str:
    """``3 of 4 answered``, ``2 models · skipped``, ``2 proposals kept, 1 left out``."""
    if layer.seats and all(seat.reused for seat in layer.seats):
        left_out = sum(not seat.included for seat in layer.seats)
        kept = f"{counted(layer.answered, 'proposal')} kept"
        return f"{kept}, {left_out} left out" if left_out else kept
    if layer.started_s is None:
        waits = "queued" if live else "not asked"
        if not layer.asked:
            waits = "skipped"
        return f"{counted(len(layer.seats), 'model')} · {waits}"
    return tally(layer)


def layer_offer(layer: LayerState) -> tuple[str, str]:
    """What a layer waits for, and what to click so that it does not."""
    missing = [seat for seat in layer.seats if not seat.ended]
    if len(missing) == 1:
        return f"{tally(layer)} · {_missing(missing[0])}", "Continue without it"
    some = "this one" if layer.answered == 1 else f"these {layer.answered}"
    return tally(layer), f"Continue with {some}"


def _missing(seat: SeatState) -> str:
    doing = "is still writing" if seat.parts else "hasn't started"
    if seat.status == "queued":
        doing = "waits for a free slot"
    if seat.status == "loading":
        doing = "is being loaded"
    return f"{model(seat.agent)} {doing}"


def seat_doing(state: RunState, seat: SeatState) -> str:  # noqa: C901 - one case a status
    """What a seat is doing, or what became of it."""
    match seat.status:
        case "pending":
            return _before(state, seat)
        case "queued":
            return "waiting for a free slot"
        case "loading":
            return "loading the model"
        case "waiting":
            read = len(state.read_at(seat.seat))
            proposals = counted(read, "proposal")
            return f"reading {proposals}" if read else "waiting for first token"
        case "writing":
            return "writing" if seat.parts else "reasoning"
        case "restarting":
            reason = message(seat.error) if seat.error else ""
            return f"{reason} Retrying in {figures.seconds(seat.wait_s)}.".strip()
        case "succeeded":
            return figures_of(seat.call) if seat.call else "answered"
        case "stopped" if seat.call and seat.parts:
            return f"stopped · {figures_of(seat.call)}"
        case "failed" | "stopped" | "interrupted":
            return seat.status
        case _:
            assert_never(seat.status)


def _before(state: RunState, seat: SeatState) -> str:
    if seat.spared or not state.live:
        return "not asked"
    layer = seat.seat.layer_index
    if seat.role == "proposer" and state.config.pace.auto and not state.decisions:
        return "asked if needed"
    return f"waiting for layer {layer}" if layer else "queued"


def figures_of(call: Call) -> str:
    """One ended call: ``512 tokens · 40 tokens/s · 12 s · $0.0031``."""
    return figures.plain(figures.call_line(call))


def answer_heading(state: RunState) -> str | None:
    """What the answer is called while, or where, it is not simply the answer."""
    if state.provisional is None:
        return None
    if state.revised:
        return None if state.config.pace.auto else "Revised answer"
    stands = any(isinstance(d, _JUDGED) and d.stands for _, d in state.decisions)
    if state.synthesis is not state.provisional or stands:
        return None
    return f"{provisional_name(state.config)} answer"


def provisional_name(config: MoAConfig) -> str:
    """What an answer is called that comes before the mixture's."""
    return "First" if config.pace.auto else "Provisional"


def earlier_label(call: Call) -> str:
    """Names what an attempt had written before another began."""
    return f"What {model(call.agent)} had written (attempt {call.attempt})"


def more_time(more_s: float) -> str:
    """What more time for a seat means."""
    return f"Don't give it up for {figures.whole_seconds(more_s)} from now"


def end_seat(state: RunState, seat: SeatState) -> str:
    """What to click to end a seat; its layer goes on where another answers."""
    if seat.role == "proposer" and any(
        each.status == "succeeded" or not each.ended
        for each in state.layers[seat.seat.layer_index].seats
        if each is not seat
    ):
        return "Continue without it"
    return "Stop"


def failures(error: MoAError) -> list[str]:
    """Why each model failed, where the error's own words leave some of it unsaid."""
    match error:
        case NoProposalsError(failures=failed):
            pass
        case NoSynthesisError(failures=failed) if len(failed) > 1:
            pass
        case _:
            return []
    return [f"{one_line(each.model, 48)}: {message(each)}" for each in failed]


def replaced(seat: SeatState, error: MoAError) -> str:
    """Why another model wrote the answer."""
    name = model(seat.agent)
    return f"{name} failed, so another model wrote the answer: {message(error)}"
