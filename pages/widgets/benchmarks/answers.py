"""Shows the answers of a benchmark one by one, with what the judge said of each."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from moa_core.experiments import (
    MIXTURE,
    GradeKey,
    Item,
    JudgementKey,
    KnownRun,
    Progress,
    WorkKey,
)
from pages.component import Copy, draw_markdown
from pages.widgets.compare import question_box
from pages.widgets.layout import COLUMN_MIN_PX, card_head, readable
from pages.widgets.markdown import plain_label
from storage.evaluation import ExperimentWork, StoredBenchmark

_QUESTION_CHARS: Final = 80
_NAME_CHARS: Final = 60
_ORDERS: Final = {True: "Yours first", False: "Yours second"}


def judged_answers(
    work: ExperimentWork, stored: StoredBenchmark, progress: Progress
) -> None:
    """Draw the choice of an answer, lowest grades first, and what is known of it."""
    answered = {key.item for key in progress.answers}
    known = [item for item in stored.items if item.id in answered]
    known.sort(key=lambda item: _grade(progress, item))
    with readable("benchmark-question"):
        if not known:
            st.container(key="no-benchmark-answers").info(
                "No answers yet. Start or resume the run."
            )
            return
        item = known[_pick(known, progress)]
        question_box(work.with_conversation(item).asked)
    _texts(work, stored, item)
    with readable("benchmark-judge"):
        if item.reference.answer:
            with st.expander("Reference answer", key="benchmark-reference"):
                st.code(item.reference.answer, language=None, wrap_lines=True)
        _what_the_judge_said(work.runs_of(item))


def _grade(progress: Progress, item: Item) -> float:
    """The mean of its grades; what has none comes last."""
    reading = progress.grades.get(GradeKey(item.id))
    scores = [s for s in reading.scores.values() if s is not None] if reading else []
    return sum(scores) / len(scores) if scores else float("inf")


def _pick(known: list[Item], progress: Progress) -> int:
    def label(index: int) -> str:
        item = known[index]
        asked = " ".join(item.question.split())
        cut = asked if len(asked) <= _QUESTION_CHARS else asked[:_QUESTION_CHARS] + "…"
        grade = _grade(progress, item)
        return cut if grade == float("inf") else f"{grade:.3g}: {cut}"

    return st.selectbox(
        "Answer",
        range(len(known)),
        format_func=label,
        help="With its grade, the lowest first.",
        key="benchmark-answer",
    )


def _texts(work: ExperimentWork, stored: StoredBenchmark, item: Item) -> None:
    """The answer, beside the baseline's where there is one."""
    texts = {stored.protocol.preset: work.texts_of(item).get(MIXTURE, "")}
    if baseline := item.reference.baseline:
        texts[stored.protocol.baseline] = baseline
    place = readable("benchmark-text")
    if baseline:
        place = st.container().grid("auto", min_column_width=COLUMN_MIN_PX)
    for number, (writer, text) in enumerate(texts.items()):
        card = place.container(border=True, height="stretch", key=f"answer-{number}")
        name = plain_label(writer, limit=_NAME_CHARS)
        card_head(card, f"**{name}**")
        draw_markdown(card, text, f"{item.id}-{number}", Copy(f"the answer of {name}"))


def _what_the_judge_said(runs: Mapping[WorkKey, KnownRun]) -> None:
    """Its replies, as it wrote them."""
    replies: dict[str, str] = {}
    for key, run in runs.items():
        if isinstance(key, GradeKey):
            replies["The judge"] = run.state.synthesis.text
        elif isinstance(key, JudgementKey):
            replies[_ORDERS[key.ours_first]] = run.state.synthesis.text
    with st.container(key="benchmark-replies", gap="xsmall"):
        if not replies:
            st.caption("Not judged yet.")
        for name, reply in replies.items():
            st.caption(f"{name} said:" if name == "The judge" else f"{name}:")
            st.code(reply, language=None, wrap_lines=True)
