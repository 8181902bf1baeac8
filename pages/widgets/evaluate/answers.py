"""Shows all answers to one question, and who wrote them: once it is voted on."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from moa_core.evaluation import KINDS
from moa_core.experiments import MIXTURE, Item, name_of_arm
from pages.component import Copy, draw_markdown
from pages.widgets.compare import question_box
from pages.widgets.formatting import attempt
from pages.widgets.layout import COLUMN_MIN_PX, QUESTION, card_head, readable
from pages.widgets.markdown import plain_label
from services.experimenting import Experimenting
from storage.evaluation import ExperimentWork, StoredExperiment

_PICKED: Final = "experiment-question"
_QUESTION_CHARS: Final = 90


def known_answers(experimenting: Experimenting, stored: StoredExperiment) -> None:
    """Draw the choice of a question, and the answers of all arms to it."""
    work = experimenting.work_of(stored)
    answered = {key.item for key in work.progress().answers}
    known = {item.id: item for item in stored.items if item.id in answered}
    with readable("answers"):
        if not known:
            st.container(key="no-question").info(
                "No answers yet. Start or resume the experiment."
            )
            return
        if (item := _pick_question(known)) is None:
            return
        question_box(work.with_conversation(item).asked)
    if _is_to_be_voted_on(experimenting, stored, item):
        with readable("not-voted"):
            _offer_to_show(experimenting, stored, item)
        return
    experimenting.ballots.reveal(item.id)
    with readable("kind"):
        _kind(experimenting, stored, item)
    _answers(stored, work, item)


def _pick_question(known: Mapping[str, Item]) -> Item | None:
    """Draw the choice; the address names the one that is chosen."""
    named = st.query_params.get(QUESTION)
    st.session_state[_PICKED] = named if named in known else None

    def open_question() -> None:
        st.query_params[QUESTION] = st.session_state[_PICKED]

    def label(uid: str) -> str:
        asked = " ".join(known[uid].question.split())
        cut = asked if len(asked) <= _QUESTION_CHARS else asked[:_QUESTION_CHARS] + "…"
        return f"{list(known).index(uid) + 1}. {cut}"

    uid = st.selectbox(
        "Question",
        list(known),
        format_func=label,
        placeholder="Choose a question",
        key=_PICKED,
        on_change=open_question,
    )
    return known[uid] if uid else None


def _is_to_be_voted_on(
    experimenting: Experimenting, stored: StoredExperiment, item: Item
) -> bool:
    cast = experimenting.ballots.of(stored.summary.uid)
    voted = {(ballot.item, ballot.pair) for ballot in cast}
    return (item.id, stored.protocol.primary) not in voted


def _offer_to_show(
    experimenting: Experimenting, stored: StoredExperiment, item: Item
) -> None:
    skip = partial(
        experimenting.ballots.cast,
        item.id,
        stored.protocol.primary,
        "skipped",
        ours_first=True,
    )
    st.container(key="answers-hidden").info(
        "You have not voted on this question. Once you have seen who wrote "
        "what, you cannot vote blindly: it will count as skipped."
    )
    st.button("Show anyway", key="show-answers", on_click=attempt, args=(skip,))


def _answers(stored: StoredExperiment, work: ExperimentWork, item: Item) -> None:
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
