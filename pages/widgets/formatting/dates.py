"""Formats days and times of day in the user's time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def user_timezone() -> tzinfo:
    """The browser's time zone; the server's where the browser does not say."""
    name = st.context.timezone
    try:
        zone = ZoneInfo(name) if name else None
    except (ValueError, ZoneInfoNotFoundError):
        zone = None
    return zone or datetime.now(UTC).astimezone().tzinfo or UTC


def today() -> date:
    """The day it is."""
    return datetime.now(user_timezone()).date()


def day_of(moment: datetime) -> date:
    """The day on which it was."""
    return moment.astimezone(user_timezone()).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time(), user_timezone())


def heading(day: date) -> str:
    """``Today``, ``Yesterday``, ``Friday, 20 November``, with the year if not this."""
    now = today()
    if day == now:
        return "Today"
    if day == now - timedelta(days=1):
        return "Yesterday"
    text = f"{day:%A}, {day.day} {day:%B}"
    return text if day.year == now.year else f"{text} {day.year}"


def since(day: date) -> str:
    """``today``, ``since yesterday``, ``since Friday, 20 November``."""
    now, text = today(), heading(day)
    if day == now:
        return "today"
    return f"since {text.lower() if day == now - timedelta(days=1) else text}"


def period(day: date) -> str:
    """``Today``, ``Yesterday``, ``Previous 7 days``, ``Previous 30 days``, ``May``."""
    now = today()
    if day >= now - timedelta(days=1):
        return heading(day)
    for days in (7, 30):
        if day >= now - timedelta(days=days):
            return f"Previous {days} days"
    return f"{day:%B}" if day.year == now.year else f"{day:%B %Y}"


def short_date(moment: datetime) -> str:
    """``20 Nov``, with the year if not this."""
    day = day_of(moment)
    text = f"{day.day} {day:%b}"
    return text if day.year == today().year else f"{text} {day.year}"


def clock(moment: datetime) -> str:
    """``14:05``."""
    return f"{moment.astimezone(user_timezone()):%H:%M}"


def day_and_clock(moment: datetime) -> str:
    """``20 Nov 2026, 14:05``."""
    local = moment.astimezone(user_timezone())
    return f"{local.day} {local:%b %Y, %H:%M}"
