"""Scores a file of recorded judgements, without asking anybody."""

from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES, RecordedFigure, recorded_figures
from moa_core.experiments import BENCHMARK_TITLES, BenchmarkName
from pages.widgets.formatting import failure
from pages.widgets.markdown import horizontal_scroll, plain_label

_MEGABYTE: Final = 1_000_000
_NAME_CHARS: Final = 60
_FORMS: Final[dict[BenchmarkName, str]] = {
    "mt_bench": "FastChat's model judgements: JSON lines with `question_id`, `model`, "
    "`turn` and `judgment`.",
    "alpaca": "AlpacaEval's annotations: JSON with `instruction`, `generator_1`, "
    "`generator_2` and `preference`.",
}


def recorded_judgements(benchmark: BenchmarkName) -> None:
    """Draw the choice of a file, and the figures of what is recorded in it."""
    form = _FORMS.get(benchmark)
    if form is None:
        return
    with st.expander("Score recorded judgements", key="benchmark-recorded"):
        st.caption(f"{form} Nobody is asked, and nothing is stored.")
        file = st.file_uploader(
            "File with judgements",
            type=["json", "jsonl"],
            max_upload_size=MAX_FILE_BYTES // _MEGABYTE,
            key=f"benchmark-recorded-{benchmark}",
        )
        if file is None:
            return
        try:
            found = recorded_figures(benchmark, file.getvalue())
        except ConfigError as error:
            failure(st.container(key="benchmark-recorded-refused"), error)
            return
        place = st.container(key="benchmark-recorded-table")
        horizontal_scroll(place).markdown(_table(found))
        st.caption(f"Recorded judgements of {BENCHMARK_TITLES[benchmark]}, not ours.")


def _table(found: list[RecordedFigure]) -> str:
    lines = ["| System | Result | Judgements |", "|---|--:|--:|"]
    for each in found:
        name = plain_label(each.system, limit=_NAME_CHARS)
        lines.append(f"| {name} | {_words(each)} | {each.n:,} |")
    return "\n".join(lines)


def _words(figure: RecordedFigure) -> str:
    if figure.turns:
        turns = ", ".join("–" if t is None else f"{t:.2f}" for t in figure.turns)
        return f"{figure.score:.2f} (turns {turns})"
    error = "" if figure.error is None else f" (standard error {figure.error:.2f})"
    return f"{figure.score:.2f} %{error}"
