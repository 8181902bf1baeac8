"""Edits what an administrator lets a person spend."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import attempt_at, money
from pages.widgets.settings import cap_field
from services.people import Administration
from storage.people import KnownPerson
from storage.settings import Caps

_HERE: Final = "people"
_CAPS: Final = {
    "per_run_usd": ("Per run (US$)", "a run"),
    "per_day_usd": ("Per day (US$)", "a day"),
    "per_month_usd": ("Per month (US$)", "a month"),
}


def caps_line(caps: Caps) -> str:
    """``at most $1.00 a run, $20.00 a month``, or ``no cap``."""
    set_here = [
        f"{money(Cost(usd))} {span}"
        for name, (_, span) in _CAPS.items()
        if (usd := getattr(caps, name)) is not None
    ]
    return f"at most {', '.join(set_here)}" if set_here else "no cap"


def caps_fields(administration: Administration, known: KnownPerson) -> None:
    """Draw a field for each cap.

    Args:
        administration: Keeps them.
        known: Whose they are.
    """
    uid = known.person.uid
    st.caption("Their own caps hold as well: the lower one counts.")
    for name, (label, _) in _CAPS.items():
        key = f"cap-{name}-{uid}"
        cap_field(
            label,
            key,
            getattr(known.caps, name),
            on_change=attempt_at,
            args=(_HERE, _set, administration, known, name, key),
        )


def _set(
    administration: Administration, known: KnownPerson, name: str, key: str
) -> None:
    entered = st.session_state[key]
    changes: dict[str, Any] = {name: None if entered is None else Decimal(str(entered))}
    administration.set_caps(known.person.uid, replace(known.caps, **changes))
