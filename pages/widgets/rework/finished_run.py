"""A finished run where it stands: what its buttons need to know."""

from collections.abc import Callable
from dataclasses import dataclass

from moa_core.mixture import AgentSpec, Seat
from moa_core.plan import Plan, rework_plan
from pages.widgets.formatting import figures, notices
from pages.widgets.models import session_keys
from services import Services
from storage.conversations import Turn
from storage.runs import StoredRun


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that ended, and what it takes to ask it something again.

    Attributes:
        app: Carries it out.
        turn: Whose run it is.
        run: The run.
        follower: The turn after it on the path that is shown; ``None`` at its end.
        busy: Whether the conversation waits for another run, so that nothing new can
            be asked.
    """

    app: Services
    turn: Turn
    run: StoredRun
    follower: Turn | None
    busy: bool


def start(app: Services, run: StoredRun, plan: Callable[[], Plan]) -> None:
    """Carry out a plan over what ``run`` has; what cannot be is said on the page."""
    notices.attempt(_start, app, run, plan)


def retry_seat(
    app: Services, run: StoredRun, seat: Seat, agent: AgentSpec | None = None
) -> None:
    """Ask a proposer again, or another model in its place."""
    start(app, run, lambda: rework_plan.retry_seats(run.state, [seat], agent))


def price_line(app: Services, run: StoredRun, plan: Callable[[], Plan]) -> str:
    """What carrying out a plan is likely to take, or why it cannot be.

    Raises:
        ConfigError: The plan cannot be made.
    """
    return figures.estimate_line(app.asking().price(run.uid, plan()))


def _start(app: Services, run: StoredRun, plan: Callable[[], Plan]) -> None:
    app.asking(session_keys()).again(run.uid, plan())
