"""Reruns parts of a finished run, and shows the versions of an answer."""

from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.finished_run_tools import FinishedRunTools
from pages.widgets.rework.next_origin import origin_picker
from pages.widgets.rework.versions import shown_run

__all__ = ["FinishedRun", "FinishedRunTools", "origin_picker", "shown_run"]
