"""Put texts side by side: the proposals of a run, and the answers made from them."""

import streamlit as st

from pages.widgets.compare.proposals_view import proposals_view
from pages.widgets.layout.view_picker import View, pick_view
from pages.widgets.votes.duel import duel_view
from pages.widgets.votes.mix_vote import mix_view
from pages.widgets.votes.scoreboard import scoreboard
from services import services

VIEWS = {
    "proposals": View("Proposals", ":material/view_column:", proposals_view),
    "duel": View("Duel", ":material/swords:", duel_view),
    "mix": View("Did the mix help?", ":material/balance:", mix_view),
    "scoreboard": View("Scoreboard", ":material/leaderboard:", scoreboard),
}
"""What the address calls them, and what draws them."""

st.title("Compare")
pick_view(services(), VIEWS)
