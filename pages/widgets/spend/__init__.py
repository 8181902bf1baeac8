"""Shows what was spent, by time, model, preset and run."""

from pages.widgets.spend.breakdown import shares_view
from pages.widgets.spend.chart import day_chart
from pages.widgets.spend.cost_and_latency import patience_and_votes
from pages.widgets.spend.csv_downloads import csv_downloads
from pages.widgets.spend.period import pick_period
from pages.widgets.spend.runs import dearest_runs, show_chosen
from pages.widgets.spend.totals import nothing_spent, span_line, totals

__all__ = [
    "csv_downloads",
    "day_chart",
    "dearest_runs",
    "nothing_spent",
    "patience_and_votes",
    "pick_period",
    "shares_view",
    "show_chosen",
    "span_line",
    "totals",
]
