"""Puts texts side by side: the proposals of a run, and the answers made from them."""

from functools import partial

from pages.account import my_services
from pages.widgets.compare import proposals_view
from pages.widgets.layout import View, pick_view, readable
from pages.widgets.models import session_keys
from pages.widgets.votes import duel_view, mix_view, scoreboard_view

app = my_services()
runs = (app.history, app.conversations)
proposals = partial(proposals_view, *runs)
asking = app.asking(session_keys())
duel = partial(duel_view, asking, app.presets, app.duels, app.votes)
mix = partial(mix_view, *runs, app.votes)
scoreboard = partial(scoreboard_view, app.votes)

VIEWS = {
    "proposals": View("Proposals", ":material/view_column:", proposals),
    "duel": View("Duel", ":material/swords:", duel),
    "mix": View("Did the mix help?", ":material/balance:", mix),
    "scoreboard": View("Scoreboard", ":material/leaderboard:", scoreboard, wide=False),
}
"""What the address calls them, and what draws them."""

readable("title").title("Compare", anchor=False)
pick_view(VIEWS)
