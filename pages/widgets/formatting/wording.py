"""Describes a run, a layer or a seat in words, live or stored."""

from typing import assert_never

from moa_core.mixture import AgentSpec, MoAConfig, own_name
from moa_core.run import LayerState, RunState, SeatState
from pages.widgets.formatting import figures
from pages.widgets.markdown import plain_label


def model_name(agent: AgentSpec) -> str:
    """The model's own name, without its maker: ``Qwen2.5-72B``."""
    return plain_label(own_name(agent.model), limit=48)


def mixture_line(config: MoAConfig) -> str:
    """``explainer, sceptic → analyst → synthesist · balanced answer · ...``."""
    rows = [layer.proposers for layer in config.layers] + [config.aggregators]
    names = " → ".join(", ".join(map(model_name, agents)) for agents in rows)
    if not config.layers:
        return f"{names} · answers alone"
    task = "picks a proposal" if config.method == "rank" else f"{config.length} answer"
    return f"{names} · {task} · {config.prompts.placement} prompts"


def layer_header(layer: LayerState, now_s: float) -> str:
    """``3 of 4 answered · 6 s``, behind the layer's name; ``6.2 s`` when it is over."""
    if layer.seats and all(seat.reused for seat in layer.seats):
        left_out = sum(not seat.included for seat in layer.seats)
        kept = f"{figures.counted(layer.answered, 'proposal')} kept"
        return f"{kept}, {left_out} left out" if left_out else kept
    if layer.started_s is None:
        return f":gray[{figures.counted(len(layer.seats), 'model')}, not asked yet]"
    tally = f"{layer.answered} of {len(layer.seats)} answered"
    if layer.finished_s is None:
        took = figures.whole_seconds(max(0.0, now_s - layer.started_s))
    else:
        took = figures.seconds(layer.finished_s - layer.started_s)
    return f"{tally} · {took}"


def seat_status(seat: SeatState, now_s: float = 0.0) -> str:
    """What a proposer is doing at ``now_s``, or what it took."""
    where = plain_label(seat.agent.endpoint)
    doing = _doing(seat, now_s, asked="asked, no word yet", writing="writing")
    left_out = "" if seat.included else ":orange[left out] · "
    kept = "kept · " if seat.reused and seat.status == "succeeded" else ""
    return f"{left_out}{kept}{where} · {doing}"


def synthesis_status(state: RunState, now_s: float = 0.0) -> str:
    """What the aggregator is doing at ``now_s``, by name."""
    seat = state.synthesis
    if seat.status == "pending" and not state.live:
        return ""
    asked = "reading the proposals" if state.layers else "asked, no word yet"
    doing = _doing(seat, now_s, asked=asked, writing="writing the answer")
    return f"**{model_name(seat.agent)}** · {doing}"


def missing_proposal(seat: SeatState) -> str:
    """What is known of somebody whose layer waits: ``ada is still writing``."""
    doing = "is still writing" if seat.parts else "has not said a word yet"
    if seat.status in ("queued", "loading"):
        doing = {"queued": "waits for a slot", "loading": "is being loaded"}[
            seat.status
        ]
    return f"{model_name(seat.agent)} {doing}"


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
        told = [f":shimmer[silent for {figures.whole_seconds(silent_s)}]"]
    sign_s = seat.last_sign_s
    if sign_s is not None and sign_s > max(seat.since_s, now_s - silent_s):
        ago = figures.whole_seconds(max(0.0, now_s - sign_s))
        told.append(f"still there, last sign {ago} ago")
    if (ends_s := seat.gives_up_s) is not None and ends_s - now_s <= _SOON_S:
        left = figures.whole_seconds(max(0.0, ends_s - now_s))
        told.append(f":orange[given up in {left}]")
    return " · ".join(told)


def _doing(  # noqa: C901 - one case a status
    seat: SeatState, now_s: float, *, asked: str, writing: str
) -> str:
    match seat.status:
        case "pending":
            return "waiting for its turn"
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
            return f":orange[{reason} Trying again in {wait}.]"
        case "succeeded":
            return figures.call_line(seat.call) if seat.call else "answered"
        case "failed":
            return ":red[did not answer]"
        case "stopped":
            if not (seat.call and seat.parts):
                return "stopped"
            return f"stopped · {figures.call_line(seat.call)}"
        case "interrupted":
            return "interrupted"
        case _:
            assert_never(seat.status)
