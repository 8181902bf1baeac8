"""Draws a run: layers, answer, timeline and prompts, live or stored."""

from pages.widgets.run.follow import follow, follow_sides, look_again
from pages.widgets.run.live_tools import LiveTools
from pages.widgets.run.replay import Playing, replay_button, replayed
from pages.widgets.run.run_line import run_line
from pages.widgets.run.run_tools import NoTools
from pages.widgets.run.run_view import RunView
from pages.widgets.run.seat_text import SeatText

__all__ = [
    "LiveTools",
    "NoTools",
    "Playing",
    "RunView",
    "SeatText",
    "follow",
    "follow_sides",
    "look_again",
    "replay_button",
    "replayed",
    "run_line",
]
