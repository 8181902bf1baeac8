"""Proposals and answers side by side: their texts, their figures, where they agree."""

from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets import wording
from pages.widgets.agreement_view import agreement_view
from pages.widgets.asked import draw_asked
from pages.widgets.compare_choices import Choices, choices, show_all, show_alone
from pages.widgets.compared import Compared, answers, proposals, silent
from pages.widgets.differences import draw_differences, legend
from pages.widgets.figures_table import figures_table
from pages.widgets.findings import Findings, compare
from pages.widgets.likeness import EXPLAINED
from pages.widgets.live_text import LiveText
from pages.widgets.nothing_yet import nothing_yet
from pages.widgets.run_picker import LONGEST_LABEL, Picked, pick_run
from pages.widgets.sideways import sideways
from pages.widgets.sizes import COLUMN_MIN_PX, READABLE_PX
from pages.widgets.sources import sources
from pages.widgets.text_column import Maximising, text_column
from services import Services

_NOTHING_YET: Final = (
    "Nothing to compare yet. Ask a question in the chat; what each model answered, "
    "and what was made of it, then stands here side by side."
)


def proposals_view(app: Services) -> None:
    """Draw the texts of one run, and every answer of its turn."""
    picked = pick_run(app)
    if picked is None:
        nothing_yet(_NOTHING_YET)
        return
    question = picked.turn.question
    if len(question) > LONGEST_LABEL or "\n" in question:
        draw_asked(question)  # the picker shows its beginning
    texts = [*proposals(picked.run.state), *answers(picked.turn, picked.run)]
    _say_what_is_missing(picked)
    if not texts:
        st.info("No model has written anything in this run.")
        return
    chosen = choices(picked.run.uid, texts)
    found = compare(texts, chosen.against)
    _columns(picked.run.uid, chosen, found)
    st.subheader("Figures", help=EXPLAINED)
    sideways(st.container()).markdown(figures_table(texts, found))
    agreement_view(texts)


def _say_what_is_missing(picked: Picked) -> None:
    if picked.run.state.live:
        st.info("This run is under way. What has arrived so far is shown.")
    if names := [wording.model_name(seat.agent) for seat in silent(picked.run.state)]:
        st.caption(f":orange[Without a text: {', '.join(names)}.]")


def _columns(uid: str, chosen: Choices, found: Findings) -> None:
    if not chosen.shown:
        st.caption("Tick a text above to see it here.")
        return
    if chosen.marking == "sources" and not any(text.read for text in chosen.shown):
        st.caption("Tick an answer above to see where its sentences come from.")
    place = (
        st.container(width=READABLE_PX)
        if chosen.alone
        else st.grid("auto", min_column_width=COLUMN_MIN_PX)
    )
    for text in chosen.shown:
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        card = place.container(border=True, height="stretch", gap="xsmall")
        toggle = show_all if chosen.alone else partial(show_alone, uid, text.mark)
        draw = partial(_draw_text, text, chosen)
        text_column(card, text, found, Maximising(uid, chosen.alone, toggle), draw)


def _draw_text(text: Compared, chosen: Choices, place: DeltaGenerator) -> None:
    if chosen.marking == "words" and text is not chosen.against:
        place.caption(legend(chosen.against.mark))
        draw_differences(place, chosen.against.text, text.text)
    elif chosen.marking == "sources" and text.read:
        sources(place, text.text, text.read)
    else:
        LiveText(place).update([text.text], done=True)
