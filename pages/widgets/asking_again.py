"""Asks again over what a run already has: the buttons of a finished run lead here."""

from collections.abc import Callable

from moa_core import again
from moa_core.again import Plan
from moa_core.config import AgentSpec
from moa_core.estimate import Estimate
from moa_core.results import Seat
from pages.widgets import notices
from pages.widgets.connect import session_keys
from services import Services
from storage.stored_runs import StoredRun


def start(app: Services, run: StoredRun, plan: Callable[[], Plan]) -> None:
    """Carry out a plan over what ``run`` has; what cannot be is said on the page."""
    notices.attempt(_start, app, run, plan)


def retry(
    app: Services, run: StoredRun, seat: Seat, agent: AgentSpec | None = None
) -> None:
    """Ask a proposer again, or another model in its place."""
    start(app, run, lambda: again.retry(run.state, [seat], agent))


def price(app: Services, run: StoredRun, plan: Plan) -> Estimate:
    """What carrying out ``plan`` is likely to take."""
    return app.asking().price(run.uid, plan)


def _start(app: Services, run: StoredRun, plan: Callable[[], Plan]) -> None:
    app.asking(session_keys()).again(run.uid, plan())
