"""Shows both answers to one question, and who wrote them: once it is voted on."""

from functools import partial

import streamlit as st

from moa_core.evaluation import KINDS
from moa_core.experiments import MIXTURE, Item, name_of_arm
from pages.component import Copy, draw_markdown
from pages.widgets.compare import question_box
from pages.widgets.evaluate.address import QUESTION
from pages.widgets.formatting import attempt
from pages.widgets.layout import COLUMN_MIN_PX, card_head, readable
from pages.widgets.markdown import plain_label
from services.experimenting import Experimenting
from storage.evaluation import StoredExperiment


def known_answers(experimenting: Experimenting, stored: StoredExperiment) -> None:
    """Draw the question that the address names, with the answers of all arms."""
    uid = st.query_params.get(QUESTION)
    item = next((each for each in stored.items if each.id == uid), None)
    with readable("answers"):
        if item is None:
            st.container(key="no-question").info(
                "Open a question from the list of those that got worse, in Result."
            )
            return
        work = experimenting.work_of(stored)
        question_box(work.with_conversation(item).asked)
    pair = stored.protocol.primary
    cast = experimenting.ballots.of(stored.summary.uid)
    if (item.id, pair) not in {(ballot.item, ballot.pair) for ballot in cast}:
        skip = partial(
            experimenting.ballots.cast, item.id, pair, "skipped", ours_first=True
        )
        with readable("not-voted"):
            st.container(key="answers-hidden").info(
                "You have not voted on this question. Once you have seen who wrote "
                "what, you cannot vote blindly: it will count as skipped."
            )
            st.button("Show anyway", key="show-answers", on_click=attempt, args=(skip,))
        return
    experimenting.ballots.reveal(item.id)
    with readable("kind"):
        _kind(experimenting, stored, item)
    texts = work.texts_of(item)
    grid = st.container().grid("auto", min_column_width=COLUMN_MIN_PX)
    for arm in sorted(texts, key=lambda arm: (arm != MIXTURE, arm)):
        card = grid.container(border=True, height="stretch", key=f"answer-of-{arm}")
        name = plain_label(name_of_arm(stored.protocol, arm))
        card_head(card, f"**{name[:1].upper()}{name[1:]}**")
        copy = Copy(f"the answer of {name}")
        draw_markdown(card, texts[arm], f"{item.id}-{arm}", copy)


def _kind(experimenting: Experimenting, stored: StoredExperiment, item: Item) -> None:
    """Draw what kind of question it is, which the user may correct."""
    key = f"{item.id}-kind"

    def correct() -> None:
        experiments = experimenting.experiments
        experiments.set_kind(stored.summary.uid, item.id, st.session_state[key])

    st.selectbox(
        "Kind of question",
        KINDS,
        index=list(KINDS).index(item.kind) if item.kind in KINDS else None,
        placeholder="Not known",
        key=key,
        width=240,
        on_change=attempt,
        args=(correct,),
    )
