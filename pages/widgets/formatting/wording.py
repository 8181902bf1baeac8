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


def seat_status(seat: SeatState) -> str:
    """What a proposer is doing, or what it took."""
    where = plain_label(seat.agent.endpoint)
    doing = _doing(seat, asked="asked, no word yet", writing="writing")
    left_out = "" if seat.included else ":orange[left out] · "
    kept = "kept · " if seat.reused and seat.status == "succeeded" else ""
    return f"{left_out}{kept}{where} · {doing}"


def synthesis_status(state: RunState) -> str:
    """What the aggregator is doing, by name."""
    seat = state.synthesis
    if seat.status == "pending" and not state.live:
        return ""
    asked = "reading the proposals" if state.layers else "asked, no word yet"
    doing = _doing(seat, asked=asked, writing="writing the answer")
    return f"**{model_name(seat.agent)}** · {doing}"


def _doing(  # noqa: C901 - one case a status
    seat: SeatState, *, asked: str, writing: str
) -> str:
    match seat.status:
        case "pending":
            return "waiting for its turn"
        case "queued":
            return ":shimmer[waiting for a slot]"
        case "loading":
            return ":shimmer[Loading the model …]"
        case "waiting":
            return f":shimmer[{asked}]"
        case "writing":
            return f":shimmer[{writing if seat.parts else 'reasoning'}]"
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
