"""What a run took in one line, which opens to where it went: calls, time, prompts."""

from typing import Final, Literal, TypeAlias, assert_never, get_args

from streamlit.delta_generator import DeltaGenerator

from moa_core.run.run_state import RunState
from moa_core.usage import Cost
from pages.widgets import figures, wording
from pages.widgets.calls_table import calls_table
from pages.widgets.layers_drawing import layers_drawing
from pages.widgets.mixture_state import use_mixture
from pages.widgets.run_tools import NoTools, RunTools
from pages.widgets.sent_prompts import sent_prompts
from pages.widgets.sideways import sideways
from pages.widgets.timeline_view import timeline_view

View: TypeAlias = Literal["Calls", "Timeline", "Layers", "Prompts"]

_NO_TOOLS: Final = NoTools()


def run_line(
    place: DeltaGenerator,
    uid: str,
    state: RunState,
    expected: tuple[Cost, Cost] | None,
    tools: RunTools = _NO_TOOLS,
) -> None:
    """Draw the line, and what is behind it once it is opened.

    Args:
        place: Where to draw.
        uid: The run's id; names the widgets.
        state: The run, which has ended.
        expected: What it was thought to cost, at least and at most.
        tools: What can be done to it.
    """
    block = place.expander(
        figures.run_facts(state, expected),
        type="compact",
        key=f"{uid}-calls",
        on_change="rerun",
    )
    if not block.open:
        return
    _view(block, uid, state, tools)
    row = block.container(horizontal=True, gap="small", vertical_alignment="center")
    row.button(
        "Use this mixture again",
        key=f"{uid}-again",
        icon=":material/instant_mix:",
        on_click=use_mixture,
        args=(state.config,),
    )
    tools.run_foot(row)


def _view(block: DeltaGenerator, uid: str, state: RunState, tools: RunTools) -> None:
    """One of the ways to look at the run."""
    messages = tools.messages()
    views: list[View] = [v for v in get_args(View) if v != "Prompts" or messages]
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
            sideways(block).markdown(calls_table(state))
            block.caption(wording.mixture_line(state.config))
        case "Timeline":
            timeline_view(block, state)
        case "Layers":
            layers_drawing(block, state)
        case "Prompts":
            if messages:
                sent_prompts(block, uid, state, messages)
        case _:
            assert_never(chosen)
