"""Draws a run: layers, answer, timeline and prompts, live or stored."""

from pages.widgets.run.follow import follow, rerun_soon
from pages.widgets.run.replay import draw_replay, replay_button
from pages.widgets.run.run_tools import LiveTools, RunTools
from pages.widgets.run.run_view import RunView

__all__ = [
    "LiveTools", "RunTools", "RunView", "draw_replay", "follow", "replay_button",
    "rerun_soon",
]  # fmt: skip
