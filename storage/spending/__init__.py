"""Sums what calls have cost, and keeps spending within its caps."""

from storage.spending.amounts import (
    Amount,
    Day,
    Share,
    Spent,
    Which,
    by_endpoint,
    by_fate,
    by_model,
    by_preset,
    by_role,
    cost_of,
)
from storage.spending.by_preset import PresetSpend
from storage.spending.csv_export import MOST_CALLS, shares_csv
from storage.spending.ledger import Estimated, Ledger, Spending, reserve
from storage.spending.rollup import count_runs, count_what_is_not, erase_spend
from storage.spending.runs import SpendingRun
from storage.spending.spend import Spend

__all__ = [
    "MOST_CALLS",
    "Amount",
    "Day",
    "Estimated",
    "Ledger",
    "PresetSpend",
    "Share",
    "Spend",
    "Spending",
    "SpendingRun",
    "Spent",
    "Which",
    "by_endpoint",
    "by_fate",
    "by_model",
    "by_preset",
    "by_role",
    "cost_of",
    "count_runs",
    "count_what_is_not",
    "erase_spend",
    "reserve",
    "shares_csv",
]
