"""Shows what was spent, by time, model, preset and run."""

from pages.widgets.spend.breakdown import spend_breakdown
from pages.widgets.spend.chart import day_chart
from pages.widgets.spend.cost_and_latency import cost_and_latency
from pages.widgets.spend.period import pick_period
from pages.widgets.spend.runs import show_chosen, top_runs
from pages.widgets.spend.totals import (
    csv_downloads,
    nothing_spent,
    period_summary,
    totals,
)

__all__ = [
    "cost_and_latency", "csv_downloads", "day_chart", "nothing_spent", "period_summary",
    "pick_period", "show_chosen", "spend_breakdown", "top_runs", "totals",
]  # fmt: skip
