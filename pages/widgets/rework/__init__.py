"""Reruns parts of a finished run, and shows the versions of an answer."""

from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import origin_picker
from pages.widgets.rework.offers import offers
from pages.widgets.rework.panels import panels
from pages.widgets.rework.requests import handle_request
from pages.widgets.rework.versions import shown_run

__all__ = [
    "FinishedRun", "handle_request", "offers", "origin_picker",
    "panels", "shown_run",
]  # fmt: skip
