"""Sums what calls have cost, and keeps spending within its caps."""

from storage.spending.amounts import (
    Amount,
    CallFilter,
    Day,
    KindSpend,
    SpendBreakdown,
    SpendGroup,
    cost_of_days,
)
from storage.spending.auto_savings import AutoSavings
from storage.spending.csv_export import MOST_CALLS, breakdown_csv
from storage.spending.key_spends import OTHER_KEY, KeySpend
from storage.spending.ledger import (
    Estimated,
    Headroom,
    Ledger,
    Spending,
    reserve,
    spending_by_key,
    spent_in,
)
from storage.spending.preset_spends import PresetSpend
from storage.spending.rollup import (
    count_runs,
    count_what_is_not,
    counted_anew,
    erase_spend,
    erase_spend_of_turns,
)
from storage.spending.runs import SpendingRun
from storage.spending.spend import Spend

__all__ = [
    "MOST_CALLS", "OTHER_KEY", "Amount", "AutoSavings", "CallFilter", "Day",
    "Estimated", "Headroom", "KeySpend", "KindSpend", "Ledger", "PresetSpend", "Spend",
    "SpendBreakdown", "SpendGroup",
    "Spending", "SpendingRun",
    "breakdown_csv", "cost_of_days", "count_runs", "count_what_is_not", "counted_anew",
    "erase_spend", "erase_spend_of_turns", "reserve", "spending_by_key",
    "spent_in",
]  # fmt: skip
