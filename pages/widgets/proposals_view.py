"""Proposals and answers side by side: their texts, their figures, where they agree."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets import wording
from pages.widgets.agreement_view import agreement_of, agreement_view
from pages.widgets.compare_choices import Choices, choices, show_all, show_alone
from pages.widgets.compared import Compared, answers, proposals, silent
from pages.widgets.differences import draw_differences, legend
from pages.widgets.figures_table import figures_table
from pages.widgets.likeness import EXPLAINED, Likeness, likenesses
from pages.widgets.live_text import LiveText
from pages.widgets.run_picker import LONGEST_LABEL, Picked, pick_run
from pages.widgets.sideways import sideways
from pages.widgets.sizes import COLUMN_MIN_PX, READABLE_PX
from pages.widgets.sources import Source, provenance_of, sources
from pages.widgets.text_column import ColumnFacts, text_column
from services import Services

QUESTION_HEIGHT_PX = 160
_LONG_QUESTION_CHARS = 600


def proposals_view(app: Services) -> None:
    """Draw the texts of one run, and every answer of its turn."""
    picked = pick_run(app)
    if picked is None:
        _nothing_yet()
        return
    _question(picked.turn.question)
    texts = [*proposals(picked.run.state), *answers(picked.turn, picked.run)]
    _say_what_is_missing(picked)
    if not texts:
        st.info("No model has written anything in this run.")
        return
    chosen = choices(picked.run.uid, texts)
    alike = _likenesses(texts, chosen.against)
    agreement = _agreement(texts, chosen.against)
    shares = _shares(_answer(texts, chosen))
    _columns(picked.run.uid, chosen, agreement, shares)
    _figures(texts, chosen, alike, shares)
    agreement_view(texts)


def _nothing_yet() -> None:
    st.info(
        "Nothing to compare yet. Ask a question in the chat; what each model answered, "
        "and what was made of it, then stands here side by side.",
        icon=":material/compare:",
    )
    st.page_link("chat.py", label="Go to the chat", icon=":material/forum:")


def _question(question: str) -> None:
    """The whole of it, where the picker shows its beginning."""
    if len(question) <= LONGEST_LABEL and "\n" not in question:
        return
    is_long = len(question) > _LONG_QUESTION_CHARS
    box = st.container(height=QUESTION_HEIGHT_PX if is_long else "content", border=True)
    LiveText(box).update([question], done=True)


def _say_what_is_missing(picked: Picked) -> None:
    if picked.run.state.live:
        st.info("This run is under way. What has arrived so far is shown.")
    if names := [wording.model_name(seat.agent) for seat in silent(picked.run.state)]:
        st.caption(f":orange[Without a text: {', '.join(names)}.]")


def _likenesses(texts: Sequence[Compared], against: Compared) -> Mapping[str, Likeness]:
    """How like ``against`` each text is, by its mark."""
    found = likenesses(against.text, tuple(text.text for text in texts))
    return {text.mark: its for text, its in zip(texts, found, strict=True)}


def _agreement(texts: Sequence[Compared], against: Compared) -> Mapping[str, float]:
    """The same in one figure, as the matrix has it."""
    matrix = agreement_of(tuple(text.text for text in texts)).matrix
    row = matrix[texts.index(against)]
    return {text.mark: its for text, its in zip(texts, row, strict=True)}


def _answer(texts: Sequence[Compared], chosen: Choices) -> Compared | None:
    """The answer whose shares are told: the one that is compared with, or the last."""
    if chosen.against.layer_index is None:
        return chosen.against
    return next((text for text in reversed(texts) if text.layer_index is None), None)


def _shares(answer: Compared | None) -> Mapping[str, float]:
    """What share of the answer each proposal has, by its mark."""
    if answer is None or not answer.read:
        return {}
    found = provenance_of(answer.text, tuple(source.text for source in answer.read))
    marks = [source.mark for source in answer.read]
    return dict(zip(marks, found.shares, strict=True))


def _columns(
    uid: str,
    chosen: Choices,
    alike: Mapping[str, float],
    shares: Mapping[str, float],
) -> None:
    if not chosen.shown:
        st.caption("Tick a text above to see it here.")
        return
    place = (
        st.container(width=READABLE_PX)
        if chosen.alone
        else st.grid("auto", min_column_width=COLUMN_MIN_PX)
    )
    for text in chosen.shown:
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        card = place.container(border=True, height="stretch", gap="xsmall")
        facts = ColumnFacts(
            key=f"{uid}-{text.mark}",
            against=chosen.against.mark,
            alike=alike[text.mark],
            share=shares.get(text.mark),
            alone=chosen.alone,
            toggle=show_all if chosen.alone else partial(show_alone, uid, text.mark),
        )
        text_column(card, text, facts, partial(_draw_text, text, chosen))


def _draw_text(text: Compared, chosen: Choices, place: DeltaGenerator) -> None:
    if chosen.marking == "words" and text is not chosen.against:
        place.caption(legend(chosen.against.mark))
        draw_differences(place, chosen.against.text, text.text)
    elif chosen.marking == "sources" and text.read:
        read = [Source(each.mark, each.name, each.text) for each in text.read]
        sources(place, text.text, read)
    else:
        LiveText(place).update([text.text], done=True)


def _figures(
    texts: Sequence[Compared],
    chosen: Choices,
    alike: Mapping[str, Likeness],
    shares: Mapping[str, float],
) -> None:
    st.subheader("Figures", help=EXPLAINED)
    table = figures_table(texts, chosen.against, alike, shares)
    sideways(st.container()).markdown(table)
