"""Draws one line of a list: of experiments, or of runs of a benchmark."""

from typing import Final

from pages.widgets.evaluate.address import PAGE
from pages.widgets.formatting import SEPARATOR, dates, money
from pages.widgets.layout import link_row
from storage.evaluation import ExperimentSummary

_ICONS: Final = {
    "running": ":material/progress_activity:",
    "paused": ":material/pause_circle:",
    "finished": ":material/check_circle:",
}


def summary_row(
    summary: ExperimentSummary, name: str, parameter: str, *, live: bool
) -> None:
    """Draw a link to it, with its state, its cost and its date.

    Args:
        summary: What is known of it.
        name: What it is, in the key of its row.
        parameter: Of the address that shows it.
        live: Whether it is under way.
    """
    at_rest = "finished" if summary.state == "finished" else "paused"
    state = "running" if live else at_rest
    about = [state, money(summary.spent), dates.day_and_clock(summary.created_at)]
    link_row(
        PAGE,
        {parameter: summary.uid},
        summary.title,
        SEPARATOR.join(about),
        icon=_ICONS[state],
        key=f"{name}-{summary.uid}",
    )
