"""Draws a run: layers, answer, timeline and prompts, live or stored."""

from pages.widgets.run.follow import follow, follow_sides, rerun_soon
from pages.widgets.run.live_tools import LiveTools
from pages.widgets.run.replay import DrawnReplay, draw_replay, replay_button
from pages.widgets.run.run_line import run_line
from pages.widgets.run.run_tools import NoTools
from pages.widgets.run.run_view import RunView
from pages.widgets.run.seat_text import SeatText

__all__ = [
    "DrawnReplay",
    "LiveTools",
    "NoTools",
    "RunView",
    "SeatText",
    "draw_replay",
    "follow",
    "follow_sides",
    "replay_button",
    "rerun_soon",
    "run_line",
]
