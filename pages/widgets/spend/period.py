"""Lets the user pick the days that the figures of spending are of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import streamlit as st

from pages.widgets.formatting import dates
from storage.spending import Day
from storage.values import ALWAYS, TimeSpan


@dataclass(frozen=True, slots=True)
class Period:
    """Days up to today, in the user's time zone.

    Attributes:
        name: As it is shown.
        first: The first day; ``None``: there is none.
    """

    name: str
    first: date | None

    @property
    def span(self) -> TimeSpan:
        """From its first moment on."""
        return ALWAYS if self.first is None else TimeSpan(dates.start_of(self.first))

    def of(self, days: list[Day]) -> list[Day]:
        """Those of the days that lie in it."""
        return [day for day in days if self.first is None or day.day >= self.first]


_FIRST: Final[dict[str, Callable[[date], date | None]]] = {
    "Today": lambda today: today,
    "7 days": lambda today: today - timedelta(days=6),
    "30 days": lambda today: today - timedelta(days=29),
    "This month": lambda today: today.replace(day=1),
    "This year": lambda today: today.replace(month=1, day=1),
    "All time": lambda today: None,
}


def pick_period() -> Period:
    """Draw the choice; it stays for the browser session."""
    name = st.segmented_control(
        "Period",
        list(_FIRST),
        default="30 days",
        required=True,
        key="spend-period",
        label_visibility="collapsed",
        persist_state="session",
    )
    return Period(name, _FIRST[name](dates.today()))
