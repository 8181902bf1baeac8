"""Draws a run in the browser, and tells what is asked of it there."""

from collections.abc import Callable
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import Asked, mount
from pages.tickets import ticket_of_visitor


def run_component(
    place: DeltaGenerator,
    data: dict[str, Any],
    *,
    key: str,
    on_asked: Callable[[Asked], None] | None = None,
) -> None:
    """Draw the run that ``data`` names; the script may end, it is followed elsewhere.

    The browser follows it over a socket (docs/run-stream.md) and has the engine stop,
    restart and so on itself; what else is clicked changes the page, and comes here.
    When a run that was live has ended, the script runs once more; so it does when
    another tab of the browser has asked something in the ``chat``. Where people sign
    in, the browser is given the ticket of this session, and comes back for another one.

    Args:
        place: Where it stands.
        data: ``run``: what names it in its stream; ``live``: whether more is to come;
            ``heading``: what screen readers call it; ``about``: what tells its controls
            from those of other runs, for example ``question 2``; ``turn``: names its
            question, to whose beginning the page is scrolled if this is the ``last``
            run; ``chat``: the uid of its chat, if that stands here; ``page``: what the
            page can do with it now; ``lookOnly``: nothing can be done; ``compact``: it
            stands in a column.
        key: Of the widget; what is unfolded stays so as long as this stays.
        on_asked: Does what was clicked, before the script runs.
    """
    if ticket := ticket_of_visitor():
        data = {**data, "ticket": ticket}
    mount(
        place,
        "run",
        key=key,
        data=data,
        on_asked=on_asked,
        on_ended_change=lambda: None,
        on_continued_change=lambda: None,
    )
