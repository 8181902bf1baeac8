"""Scores files of recorded judgements, asking nobody, and keeps what they say."""

from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES, RecordedFigure, recorded_figures
from moa_core.experiments import BenchmarkName
from pages.widgets.conversations import offer_undo
from pages.widgets.formatting import (
    SEPARATOR,
    attempt,
    attempt_at,
    counted,
    dates,
    failure,
    problem_at,
)
from pages.widgets.layout import head_row, icon_only
from pages.widgets.markdown import horizontal_scroll, plain_label
from storage.evaluation import RecordedFiles, RecordedJudgements

_HERE: Final = "benchmark-recorded"
_MEGABYTE: Final = 1_000_000
_NAME_CHARS: Final = 60
_FORMS: Final[dict[BenchmarkName, str]] = {
    "mt_bench": "FastChat's model judgements: JSON lines with `question_id`, `model`, "
    "`turn` and `judgment`.",
    "alpaca": "AlpacaEval's annotations: JSON with `instruction`, `generator_1`, "
    "`generator_2` and `preference`.",
}


def recorded_judgements(files: RecordedFiles, benchmark: BenchmarkName) -> None:
    """Draw the choice of a file, its figures, and the files that were imported."""
    if benchmark not in _FORMS:
        return
    with st.expander("Import recorded judgements", key="benchmark-recorded"):
        _choose(files, benchmark)
        problem_at(_HERE)
        for each in files.kept(benchmark):
            _imported(files, each)


def _choose(files: RecordedFiles, benchmark: BenchmarkName) -> None:
    """Draw the choice of a file, its figures, and the button that keeps them."""
    st.caption(
        f"{_FORMS[benchmark]} They are scored as they are, and nobody is asked. Their "
        "figures are marked as recorded, and stand below yours."
    )
    file = st.file_uploader(
        "File with judgements",
        type=["json", "jsonl"],
        max_upload_size=MAX_FILE_BYTES // _MEGABYTE,
        key=f"benchmark-recorded-{benchmark}",
    )
    if file is None:
        return
    data, name = file.getvalue(), file.name
    try:
        found = recorded_figures(benchmark, data)
    except ConfigError as error:
        failure(st.container(key="benchmark-recorded-refused"), error)
        return
    place = st.container(key="benchmark-recorded-table")
    horizontal_scroll(place).markdown(_table(found))
    st.button(
        "Add to the results",
        key="benchmark-import",
        icon=":material/playlist_add:",
        on_click=attempt_at,
        args=(_HERE, files.keep, benchmark, name, data, found),
    )


def _imported(files: RecordedFiles, each: RecordedJudgements) -> None:
    """One file that was imported, with a button that takes its figures away."""
    name = plain_label(each.file_name, limit=_NAME_CHARS)

    def remove() -> None:
        files.remove(each.uid)
        offer_undo(each.uid, f"{name} removed.", lambda: files.put_back(each))

    about = [name, counted(len(each.figures), "system"), dates.short_date(each.at)]
    row = head_row(key=f"imported-{each.uid}")
    row.caption(SEPARATOR.join(about))
    icon_only(row, f"remove-{each.uid}").button(
        f"Remove {name}",
        key=f"remove-imported-{each.uid}",
        icon=":material/delete:",
        type="tertiary",
        on_click=attempt,
        args=(remove,),
    )


def _table(found: list[RecordedFigure]) -> str:
    lines = ["| System | Result | Judgements |", "|---|--:|--:|"]
    for each in found:
        name = plain_label(each.system, limit=_NAME_CHARS)
        lines.append(f"| {name} | {recorded_words(each)} | {each.n:,} |")
    return "\n".join(lines)


def recorded_words(figure: RecordedFigure) -> str:
    """``6.68 (turns 7.00, 6.35)``, or ``76.90 % (standard error 1.10)``."""
    if figure.turns:
        turns = ", ".join("–" if t is None else f"{t:.2f}" for t in figure.turns)
        return f"{figure.score:.2f} (turns {turns})"
    error = "" if figure.error is None else f" (standard error {figure.error:.2f})"
    return f"{figure.score:.2f} %{error}"
