"""Draws the controls above the columns: what is compared, and how it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import streamlit as st

from moa_core.text import one_line
from pages.widgets.compare.texts import ComparedText

Layout = Literal["columns", "one"]
Marking = Literal["nothing", "words", "sources"]

_LAYOUTS: Final[Mapping[Layout, str]] = {
    "columns": ":material/view_column: Columns",
    "one": ":material/crop_portrait: One at a time",
}
_MARKINGS: Final[Mapping[Marking, str]] = {
    "nothing": "Off",
    "words": "Word differences",
    "sources": "Sources",
}
LONGEST_LABEL: Final = 40
"""Characters of a model in the picker."""

_LAYOUT, _MARKING = "compare-layout", "compare-marking"


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What the user wants to see.

    Attributes:
        shown: Texts that are drawn, in order.
        against: The text that the others are compared with.
        marking: What is marked in the texts.
        alone: Whether one text is shown at a time.
    """

    shown: tuple[ComparedText, ...]
    against: ComparedText
    marking: Marking
    alone: bool


def compare_options(uid: str, texts: Sequence[ComparedText]) -> CompareOptions:
    """Draw the controls for ``texts``, proposals first.

    What is ticked is remembered for each run, by its ``uid``.
    """
    with st.container(horizontal=True, gap="small"):
        ticked = _ticked(uid, texts)
    with st.container(horizontal=True, gap="small"):
        layout = st.segmented_control(
            "Show",
            get_args(Layout),
            format_func=_LAYOUTS.__getitem__,
            # Streamlit warns of a default for what a button has set.
            default=None if _LAYOUT in st.session_state else "columns",
            required=True,
            key=_LAYOUT,
            persist_state="session",
        )
        marking: Marking = st.segmented_control(
            "Highlight",
            get_args(Marking),
            format_func=_MARKINGS.__getitem__,
            default="nothing",
            required=True,
            key=_MARKING,
            persist_state="session",
            help="**Word differences** from the text you compare with, or the "
            "**sources** of each sentence in an answer.",
        )
        against = _against(uid, texts)
    alone = layout == "one"
    if alone and ticked:
        ticked = [_alone(uid, ticked)]
    return CompareOptions(tuple(ticked), against, marking, alone)


def show_alone(uid: str, mark: str) -> None:
    """Show one text at a time, beginning with this one."""
    st.session_state[_LAYOUT] = "one"
    st.session_state[_alone_key(uid)] = mark


def show_all() -> None:
    """Show columns again."""
    st.session_state[_LAYOUT] = "columns"


def _ticked(uid: str, texts: Sequence[ComparedText]) -> list[ComparedText]:
    """Pills for every layer and for the answers; the newest material is ticked."""
    rows: dict[int | None, dict[str, ComparedText]] = {}
    for text in texts:
        rows.setdefault(text.layer_index, {})[text.mark] = text
    last = max((index for index in rows if index is not None), default=None)
    ticked: list[ComparedText] = []
    for index, marks in rows.items():
        labels = {text.mark: text.label for text in marks.values()}
        first = list(marks) if index == last else []
        picked = st.pills(
            "Answers" if index is None else f"Layer {index + 1}",
            list(marks),
            selection_mode="multi",
            format_func=labels.__getitem__,
            default=list(marks)[-1:] if index is None else first,
            key=f"{uid}-shown-{index}-{len(marks)}",
            persist_state="session",
        )
        ticked += [marks[mark] for mark in marks if mark in picked]
    return ticked


def _against(uid: str, texts: Sequence[ComparedText]) -> ComparedText:
    marks = {text.mark: text for text in texts}
    mark = st.selectbox(
        "Compare with",
        list(marks),
        index=len(marks) - 1,
        format_func=lambda mark: one_line(
            f"{mark} {marks[mark].seat.agent.model}", LONGEST_LABEL
        ),
        key=f"{uid}-against-{len(marks)}",
        width=260,
        persist_state="session",
    )
    return marks[mark]


def _alone(uid: str, ticked: Sequence[ComparedText]) -> ComparedText:
    marks = {text.mark: text for text in ticked}
    if st.session_state.get(_alone_key(uid)) not in marks:
        st.session_state[_alone_key(uid)] = ticked[0].mark
    mark = st.segmented_control(
        "Text",
        list(marks),
        format_func=lambda mark: marks[mark].label,
        required=True,
        key=_alone_key(uid),
        label_visibility="collapsed",
        wrap=True,
    )
    return marks[mark or ticked[0].mark]


def _alone_key(uid: str) -> str:
    return f"{uid}-alone"
