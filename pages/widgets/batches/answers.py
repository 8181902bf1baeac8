"""Shows the newest answers of a batch, each beside the proposals it was made of."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.batch import BatchAnswer, newest_answers
from moa_core.mixture import own_name
from moa_core.usage import Cost
from pages.component import Copy, draw_markdown
from pages.widgets.compare import question_box
from pages.widgets.formatting import SEPARATOR, counted, money, seconds
from pages.widgets.layout import COLUMN_MIN_PX, card_head, readable
from pages.widgets.markdown import plain_label
from storage.batches import StoredBatch

MOST_ANSWERS: Final = 50
_QUESTION_CHARS: Final = 90
_ENDS: Final = "how much of the answers of batches is shown"


def batch_answers(batch: StoredBatch) -> None:
    """Draw the choice of one of the newest answers, and that with its proposals."""
    with readable("batch-answer"):
        answers = _newest(batch)
        if not answers:
            return
        answer = _pick(answers)
        asked = [_text(message) for message in answer.messages]
        if len(asked) > 1:
            st.caption(f"After {counted(len(asked) - 1, 'earlier message')}:")
        question_box(asked[-1] if asked else "")
        st.container(key="batch-answer-facts").caption(_facts(answer.about))
    _texts(answer)


def _newest(batch: StoredBatch) -> list[BatchAnswer]:
    """The newest answers up to where this tab began to look; or why there are none."""
    path = batch.asked.output
    ends: dict[str, int] = st.session_state.setdefault(_ENDS, {})
    try:
        size = path.stat().st_size
        end = min(ends.setdefault(batch.uid, size), size)
        answers = newest_answers(path, MOST_ANSWERS, end)
    except OSError:
        _say_why_none(batch, path)
        return []
    if not answers:
        st.container(key="no-batch-answers").info("No answers yet.")
    if size > end:
        st.button(
            "Show newer answers",
            key="newer-batch-answers",
            icon=":material/refresh:",
            on_click=lambda: ends.update({batch.uid: size}),
        )
    return answers


def _say_why_none(batch: StoredBatch, path: Path) -> None:
    place = st.container(key="batch-files-missing")
    if batch.elsewhere:
        host = plain_label(batch.elsewhere)
        place.info(f"The answers are on {host}. Open Polyphony there to see them.")
    elif not batch.progress.answered:
        place.info("No answers yet.")
    else:
        name = plain_label(str(path), limit=400)
        place.warning(
            f"{name} is not there any more, or cannot be read. Move it back to see "
            "its answers."
        )


def _pick(answers: list[BatchAnswer]) -> BatchAnswer:
    """Draw the choice, newest first."""
    by_id = {answer.custom_id: answer for answer in answers}

    def label(custom_id: str) -> str:
        messages = by_id[custom_id].messages
        asked = " ".join(_text(messages[-1]).split()) if messages else ""
        cut = asked if len(asked) <= _QUESTION_CHARS else asked[:_QUESTION_CHARS] + "…"
        return f"{custom_id}: {cut}"

    picked: str = st.selectbox(
        "Answer",
        list(by_id),
        format_func=label,
        help="The newest ones. All of them are in the file.",
        key="batch-answer",
    )
    return by_id[picked]


def _text(message: Mapping[str, Any]) -> str:
    """What a message says; of one in parts, what is text."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n\n".join(part.get("text") or f"({part.get('type')})" for part in content)


def _facts(about: Mapping[str, Any]) -> str:
    usd = about.get("cost_usd", about.get("cost_usd_known", 0))
    cost = Cost(Decimal(str(usd)), about.get("cost_unknown_calls", 0))
    parts = [money(cost), counted(len(about.get("calls", ())), "call")]
    if (latency_s := about.get("latency_s")) is not None:
        parts.append(seconds(latency_s))
    return SEPARATOR.join(parts)


def _texts(answer: BatchAnswer) -> None:
    """The answer, and the proposals beside it, layer by layer."""
    proposals = answer.about.get("proposals") or ()
    place = readable("batch-answer-alone")
    if proposals:
        place = st.container().grid("auto", min_column_width=COLUMN_MIN_PX)
    writer = answer.about.get("aggregator") or ""
    text = {"text": answer.text, "finish_reason": answer.finish_reason}
    _card(place, f"{answer.custom_id}-answer", "Answer", writer, text)
    several = len({proposal["layer"] for proposal in proposals}) > 1
    for number, proposal in enumerate(proposals):
        layer = f"Layer {proposal['layer']}" if several else "Proposal"
        key = f"{answer.custom_id}-{number}"
        _card(place, key, layer, proposal["model"], proposal)


def _card(
    place: DeltaGenerator, key: str, kind: str, writer: str, text: Mapping[str, Any]
) -> None:
    name = plain_label(own_name(writer), limit=60)
    card = place.container(border=True, height="stretch", key=f"batch-text-{key}")
    card_head(card, f"**{SEPARATOR.join([kind, name])}**")
    if text["text"]:
        draw_markdown(card, text["text"], key, Copy(f"the text of {name}", name))
    else:
        card.caption("No text.")
    if text.get("finish_reason") == "length":
        card.caption(":orange[Cut off at the length limit.]")
