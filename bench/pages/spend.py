"""Measures the figures of spending, and their page, with a million calls."""

import statistics
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.app import LINKS, AppProcess, opened_s
from bench.database import filled
from bench.figures import Figures, say
from storage.database import Database
from storage.spending import CallFilter, Spend, cost_of_days
from storage.values import ALWAYS, TimeSpan
from storage.votes import Votes

TIMES = 20
CHARTS = '[class*="st-key-spend-patience"] canvas'
ZONE = ZoneInfo("Asia/Kathmandu")
"""Five hours and three quarters from UTC: no day of theirs is one of UTC."""


def measure_spend() -> Figures:
    """All queries of the page, for each of its periods; the slowest period counts."""
    today = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    periods = {
        "today": TimeSpan(today),
        "30 days": TimeSpan(today - timedelta(days=29)),
        "this year": TimeSpan(today.replace(month=1, day=1)),
        "all time": ALWAYS,
    }
    with filled() as database:
        taken_ms = {
            name: statistics.median(_asked_ms(database, span) for _ in range(TIMES))
            for name, span in periods.items()
        }
        runs_ms = _runs_ms(Spend(database))
        url = f"sqlite:///{database.path}"
    say(f"spend: {', '.join(f'{name} {ms:.0f} ms' for name, ms in taken_ms.items())}")
    with AppProcess(database_url=url) as app:
        page_s = opened_s(f"{app.url}/spend", CHARTS, LINKS)
    return {
        "spend_ms": max(taken_ms.values()),
        "spend_runs_ms": runs_ms,
        "spend_page_s": page_s,
    }


def _asked_ms(database: Database, span: TimeSpan) -> float:
    """All that the page asks, one after the other."""
    spend, votes = Spend(database), Votes(database)
    began_s = time.perf_counter()
    spend.catch_up()
    every_day = spend.by_day(ZONE)
    spent = spend.breakdown(span)
    spend.under_way()
    spend.presets(span)
    votes.all(span.since)
    spend.most_expensive_runs(span)
    taken_ms = 1000 * (time.perf_counter() - began_s)
    if span == ALWAYS and cost_of_days(every_day) != spent.total.cost:
        raise ValueError("the days do not add up to the total")
    return taken_ms


def _runs_ms(spend: Spend) -> float:
    """The runs behind a figure, for the model for which they take longest."""
    slowest = 0.0
    for group in spend.breakdown().by("model"):
        began_s = time.perf_counter()
        if not spend.runs(CallFilter(model=group.call_filter.model)):
            raise ValueError("a model has cost something, but has no runs")
        slowest = max(slowest, 1000 * (time.perf_counter() - began_s))
    return slowest
