"""Put texts side by side: the proposals of a run, and the answers made from them."""

import streamlit as st

from pages.widgets.duel import duel_view
from pages.widgets.mix_vote import mix_view
from pages.widgets.proposals_view import proposals_view
from pages.widgets.scoreboard import scoreboard
from services import services

VIEWS = {
    "proposals": ("Proposals", ":material/view_column:", proposals_view),
    "duel": ("Duel", ":material/swords:", duel_view),
    "mix": ("Did the mix help?", ":material/balance:", mix_view),
    "scoreboard": ("Scoreboard", ":material/leaderboard:", scoreboard),
}
"""What stands in the address, what the user reads, and what draws it."""

app = services()
st.title("Compare")
view = st.segmented_control(
    "View",
    list(VIEWS),
    default="proposals",
    required=True,
    format_func=lambda name: f"{VIEWS[name][1]} {VIEWS[name][0]}",
    key="view",
    bind="query-params",
    label_visibility="collapsed",
)
VIEWS[view][2](app)
