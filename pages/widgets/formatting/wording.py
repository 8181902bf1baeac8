"""Describes a run, a layer or a seat in words, live or stored."""

from collections.abc import Mapping
from typing import Final, assert_never

from moa_core.mixture import AgentSpec, Length, MoAConfig, Placement, own_name
from moa_core.run import LayerState, RunState, SeatState
from pages.widgets.formatting import figures
from pages.widgets.markdown import plain_label

LENGTHS: Final[Mapping[Length, str]] = {
    "short": "Short",
    "balanced": "Medium",
    "thorough": "Long",
}
"""What the lengths of an answer are called."""

_PLACEMENTS: Final[Mapping[Placement, str]] = {
    "trailing": "drafts after the chat",
    "paper": "drafts in the system message",
}


def model_name(agent: AgentSpec) -> str:
    """The model's own name, without its maker: ``Qwen2.5-72B``."""
    return plain_label(own_name(agent.model), limit=48)


def mixture_line(config: MoAConfig) -> str:
    """``explainer, sceptic → analyst → synthesist · medium length · ...``."""
    rows = [layer.proposers for layer in config.layers] + [config.aggregators]
    names = " → ".join(", ".join(map(model_name, agents)) for agents in rows)
    if not config.layers:
        return f"{names} · single model"
    picks = config.method == "rank"
    task = "picks the best draft" if picks else f"{LENGTHS[config.length]} length"
    return f"{names} · {task.lower()} · {_PLACEMENTS[config.prompts.placement]}"


def layer_header(layer: LayerState, now_s: float) -> str:
    """``3 of 4 answered · 6 s``, behind the layer's name; ``6.2 s`` when it is over."""
    if layer.seats and all(seat.reused for seat in layer.seats):
        left_out = sum(not seat.included for seat in layer.seats)
        kept = f"{figures.counted(layer.answered, 'proposal')} kept"
        return f"{kept}, {left_out} left out" if left_out else kept
    if layer.started_s is None:
        return f":gray[{figures.counted(len(layer.seats), 'model')} · queued]"
    tally = f"{layer.answered} of {len(layer.seats)} answered"
    if layer.finished_s is None:
        took = figures.whole_seconds(max(0.0, now_s - layer.started_s))
    else:
        took = figures.seconds(layer.finished_s - layer.started_s)
    return f"{tally} · {took}"


def seat_status(seat: SeatState, now_s: float = 0.0) -> str:
    """What a proposer is doing at ``now_s``, or what it took."""
    where = plain_label(seat.agent.endpoint)
    doing = _doing(seat, now_s, asked=_ASKED, writing="writing")
    left_out = "" if seat.included else ":orange[left out] · "
    kept = "kept · " if seat.reused and seat.status == "succeeded" else ""
    return f"{left_out}{kept}{where} · {doing}"


def synthesis_status(state: RunState, now_s: float = 0.0) -> str:
    """What the aggregator is doing at ``now_s``, by name."""
    seat = state.synthesis
    if seat.status == "pending" and not state.live:
        return ""
    read = len(state.read_by(len(state.layers)))
    asked = f"reading {figures.counted(read, 'proposal')}" if read else _ASKED
    doing = _doing(seat, now_s, asked=asked, writing="writing the answer")
    demo = ":orange-badge[Demo] · " if state.config.is_demo else ""
    return f"**{model_name(seat.agent)}** · {demo}{doing}"


def missing_proposal(seat: SeatState) -> str:
    """What is known of somebody whose layer waits: ``ada is still writing``."""
    doing = "is still writing" if seat.parts else "hasn't started"
    if seat.status in ("queued", "loading"):
        doing = {"queued": "is waiting for a slot", "loading": "is loading"}[
            seat.status
        ]
    return f"{model_name(seat.agent)} {doing}"


_ASKED: Final = "waiting for first token"

SILENT_S = 3.0
"""How long nothing new may come before it is said for how long."""

_SOON_S = 60.0


def waited_s(seat: SeatState, now_s: float) -> float | None:
    """How long nothing new has come from a seat at work; ``None`` from any other."""
    since_s = {
        "queued": seat.queued_s,
        "loading": seat.loading_s,
        "waiting": seat.since_s,
        "writing": seat.last_content_s,
    }.get(seat.status)
    return None if since_s is None else max(0.0, now_s - since_s)


def _waiting(seat: SeatState, now_s: float, doing: str) -> str:
    """``doing``, and how long nothing has come, whether there is life, and its end."""
    silent_s = waited_s(seat, now_s)
    if silent_s is None or silent_s < SILENT_S:
        return f":shimmer[{doing}]"
    told = [f":shimmer[{doing}] · {figures.whole_seconds(silent_s)}"]
    if seat.status == "writing":
        told = [f":shimmer[no output for {figures.whole_seconds(silent_s)}]"]
    sign_s = seat.last_sign_s
    if sign_s is not None and sign_s > max(seat.since_s, now_s - silent_s):
        ago = figures.whole_seconds(max(0.0, now_s - sign_s))
        told.append(f"still connected, last signal {ago} ago")
    if (ends_s := seat.gives_up_s) is not None and ends_s - now_s <= _SOON_S:
        left = figures.whole_seconds(max(0.0, ends_s - now_s))
        told.append(f":orange[times out in {left}]")
    return " · ".join(told)


def _doing(  # noqa: C901 - one case a status
    seat: SeatState, now_s: float, *, asked: str, writing: str
) -> str:
    match seat.status:
        case "pending":
            layer_index = seat.seat.layer_index
            return f"waiting for layer {layer_index}" if layer_index else "queued"
        case "queued":
            return _waiting(seat, now_s, "waiting for a slot")
        case "loading":
            return _waiting(seat, now_s, "Loading the model …")
        case "waiting":
            return _waiting(seat, now_s, asked)
        case "writing":
            return _waiting(seat, now_s, writing if seat.parts else "reasoning")
        case "restarting":
            reason = plain_label(str(seat.error), limit=120)
            wait = figures.seconds(seat.wait_s)
            return f":orange[{reason} Retrying in {wait}.]"
        case "succeeded":
            return figures.call_line(seat.call) if seat.call else "answered"
        case "failed":
            return ":red[failed]"
        case "stopped":
            if not (seat.call and seat.parts):
                return "stopped"
            return f"stopped · {figures.call_line(seat.call)}"
        case "interrupted":
            return "interrupted"
        case _:
            assert_never(seat.status)
