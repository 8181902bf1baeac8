"""Shows the texts of the file named in TEXTS, in the ways that ``?how=`` names."""

import json
import os
import time
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.component import draw_difference, draw_markdown, draw_sentences, draw_typed
from pages.streamlit_patches import correct_front_end
from pages.widgets.markdown import plain_label


def _slowly() -> None:
    """Take a while, as a full database does; then say so."""
    time.sleep(1)
    st.session_state["said"] = "It was done."


def _draw(box: DeltaGenerator, number: int, text: str, how: str) -> None:
    match how:
        case "raw":
            box.markdown(text)
        case "component":
            draw_markdown(box, text, f"markdown-{number}")
        case "others":
            draw_typed(box, text, f"typed-{number}")
            halves = (text[: len(text) // 2], text[len(text) // 2 :])
            marks = [("A", 1.0), ("", 0.0)]
            draw_sentences(box, [(half, marks) for half in halves], f"marks-{number}")
            difference = list(zip(("added", "removed"), halves, strict=True))
            draw_difference(box, difference, f"difference-{number}")
        case "clicks":
            box.button("Slow", on_click=_slowly)
            box.checkbox("Another")
            box.markdown(st.session_state.get("said", text))
        case "label":
            _draw_labels(box, number, plain_label(text))
        case "error":
            box.error(plain_label(text, limit=400))
            box.warning(plain_label(text), title=plain_label(text))
        case "none":
            pass
        case _:
            raise ValueError(how)


def _draw_labels(box: DeltaGenerator, number: int, label: str) -> None:
    box.title(label)
    box.button(label, key=f"button-{number}", help=label)
    box.expander(label).caption(label)
    box.checkbox(label, key=f"box-{number}")
    box.metric(label, label)
    box.table([{label: label}])
    if number < 5:
        st.toast(label)


if os.environ["POLICY"] == "on":
    correct_front_end()
texts = json.loads(Path(os.environ["TEXTS"]).read_text("utf-8"))
if "only" in st.query_params:
    texts = [texts[int(st.query_params["only"])]]
for number, text in enumerate(texts):
    box = st.container(key=f"text-{number}")
    for how in st.query_params["how"].split(","):
        _draw(box, number, text, how)
st.text("all drawn")
