"""Reruns parts of a finished run, and shows the versions of an answer."""

from pages.widgets.rework.finished_run import Ended
from pages.widgets.rework.finished_run_tools import EndedTools
from pages.widgets.rework.next_origin import continues_from
from pages.widgets.rework.versions import shown_run

__all__ = [
    "Ended",
    "EndedTools",
    "continues_from",
    "shown_run",
]
