"""Tells a browser what is known of a run, and then only what is new of it."""

from pages.widgets.run_feed.blind_side import NO_ANSWER, is_hidden
from pages.widgets.run_feed.run_json import Json
from pages.widgets.run_feed.run_news import Position, packed
from pages.widgets.run_feed.shared_run import SHARED, SharedRun, shared_name
from pages.widgets.run_feed.subscription import RunsToFollow, Subscription

__all__ = [
    "NO_ANSWER", "SHARED", "Json", "Position", "RunsToFollow", "SharedRun",
    "Subscription", "is_hidden", "packed", "shared_name",
]  # fmt: skip
