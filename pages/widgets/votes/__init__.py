"""Runs duels, takes votes and shows the scoreboard."""

from pages.widgets.votes.blinding import hidden_side
from pages.widgets.votes.duel_view import duel_view
from pages.widgets.votes.mix_vote import can_be_judged, mix_view
from pages.widgets.votes.scoreboard import scoreboard_view

__all__ = ["can_be_judged", "duel_view", "hidden_side", "mix_view", "scoreboard_view"]
