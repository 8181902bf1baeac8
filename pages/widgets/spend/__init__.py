"""Shows what was spent, by time, model, preset and run."""

from pages.widgets.spend.breakdown import spend_breakdown
from pages.widgets.spend.chart import day_chart
from pages.widgets.spend.cost_and_latency import cost_and_latency
from pages.widgets.spend.csv_downloads import csv_downloads
from pages.widgets.spend.period import pick_period
from pages.widgets.spend.runs import most_expensive_runs, show_chosen
from pages.widgets.spend.totals import nothing_spent, period_summary, totals

__all__ = [
    "cost_and_latency",
    "csv_downloads",
    "day_chart",
    "most_expensive_runs",
    "nothing_spent",
    "period_summary",
    "pick_period",
    "show_chosen",
    "spend_breakdown",
    "totals",
]
