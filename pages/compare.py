"""Put texts side by side: the proposals of a run, and the answers made from them."""

import streamlit as st

from pages.widgets.compare import proposals_view
from pages.widgets.layout import View, pick_view
from pages.widgets.votes import duel_view, mix_view, scoreboard_view
from services import services

VIEWS = {
    "proposals": View("Proposals", ":material/view_column:", proposals_view),
    "duel": View("Duel", ":material/swords:", duel_view),
    "mix": View("Did the mix help?", ":material/balance:", mix_view),
    "scoreboard": View("Scoreboard", ":material/leaderboard:", scoreboard_view),
}
"""What the address calls them, and what draws them."""

st.title("Compare")
pick_view(services(), VIEWS)
