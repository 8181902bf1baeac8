"""Sums a run up in one line, which opens to its calls, timeline, layers and prompts."""

from typing import Literal, TypeAlias, assert_never, get_args

from streamlit.delta_generator import DeltaGenerator

from moa_core.run import Call, RunState
from pages.widgets.formatting import figures, notices, wording
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.mixture import use_mixture
from pages.widgets.run.layers_drawing import layers_html
from pages.widgets.run.sent_prompts import ReadAsked, sent_prompts
from pages.widgets.run.timeline_view import timeline_view
from storage.runs import CostRange

View: TypeAlias = Literal["Calls", "Timeline", "Layers", "Prompts"]


def run_line(
    place: DeltaGenerator,
    uid: str,
    state: RunState,
    estimate: CostRange | None,
    asked: ReadAsked | None = None,
) -> None:
    """Draw the line of a run that has ended; behind it, one of the ways to look at it.

    Nothing is drawn behind it until it is opened.
    """
    expected = (estimate.low, estimate.high) if estimate else None
    block = place.expander(
        figures.run_facts(state, expected),
        type="compact",
        key=f"{uid}-calls",
        on_change="rerun",
    )
    if not block.open:
        return
    _draw_view(block, uid, state, asked)
    block.button(
        "Reuse this mixture",
        key=f"{uid}-again",
        icon=":material/instant_mix:",
        on_click=use_mixture,
        args=(state.config,),
    )


def _draw_view(
    block: DeltaGenerator, uid: str, state: RunState, asked: ReadAsked | None
) -> None:
    views: list[View] = [v for v in get_args(View) if v != "Prompts" or asked]
    chosen: View = block.segmented_control(
        "Look at",
        views,
        default="Calls",
        required=True,
        key=f"{uid}-look-at",
        label_visibility="collapsed",
    )
    match chosen:
        case "Calls":
            cached = any(call.usage.cached_share is not None for call in state.calls)
            head = [_HEAD_CACHED, _RULE_CACHED] if cached else [_HEAD, _RULE]
            rows = [*head, *(_row(call, cached=cached) for call in state.calls)]
            horizontal_scroll(block).markdown("\n".join(rows))
            if notes := _notes(state):
                block.caption(notes)
            block.caption(wording.mixture_line(state.config))
        case "Timeline":
            timeline_view(block, state)
        case "Layers":
            block.html(layers_html(state))
        case "Prompts":
            if asked:
                sent_prompts(block, uid, state, asked)
        case _:
            assert_never(chosen)


def _notes(state: RunState) -> str:
    """What there is to know about how calls were made: a line for each with notes."""
    lines = []
    for call in state.calls:
        if call.notes:
            layer = f"Layer {call.seat.layer_index + 1}"
            place = layer if call.role == "proposer" else "Answer"
            model = wording.model_name(call.agent)
            lines.append(f"- {place}, {model}: {notices.notes(call)}")
    return "\n".join(lines)


_HEAD = "| Layer | Model | Outcome | In | Out | First token | Time | Cost |"
_RULE = "|---|---|---|--:|--:|--:|--:|--:|"
_HEAD_CACHED, _RULE_CACHED = _HEAD.replace("Out |", "Cached | Out |"), f"{_RULE}--:|"


def _row(call: Call, *, cached: bool) -> str:
    """The row of a call; a retried one has a row for every attempt.

    Args:
        call: That ended.
        cached: Whether there is a column for what of its input was cached.
    """
    usage, about = call.usage, "~" if call.usage.source == "estimated" else ""
    share = usage.cached_share
    counts = [f"{about}{usage.input_tokens:,}", f"{about}{usage.output_tokens:,}"]
    if usage.unknown_calls:
        counts = ["unknown", "unknown"]
    if cached:
        counts.insert(1, "unknown" if share is None else figures.percent(share))
    outcome: str = call.outcome
    if outcome == "succeeded":
        cut = call.finish_reason in ("length", "deadline")
        outcome = ":orange[cut]" if cut else "answered"
    elif outcome == "failed":
        outcome = ":red[failed]"
    cells = [
        str(call.seat.layer_index + 1) if call.role == "proposer" else "Answer",
        plain_label(call.agent.ref, limit=60),
        f"{outcome} (try {call.attempt})" if call.attempt > 1 else outcome,
        *counts,
        "" if call.ttft_s is None else figures.seconds(call.ttft_s),
        figures.seconds(call.latency_s),
        figures.money_cell(call.cost),
    ]
    return f"| {' | '.join(cells)} |"
