"""Describes a finished run where it stands, and asks its models again."""

from collections.abc import Callable
from dataclasses import dataclass

from moa_core.mixture import AgentSpec, Seat
from moa_core.plan import Plan, rework_plan
from pages.widgets.formatting import figures, notices
from pages.widgets.models import model_refs
from services.asking import Asking
from storage.conversations import Turn
from storage.runs import AnswerRef, StoredRun


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that ended, and what it takes to ask it something again.

    Attributes:
        choose: Sets the answer that the question after a turn goes on from; ``None``
            where a program asks, which sets that itself.
        follower: The turn after it on the path that is shown; ``None`` at its end.
        busy: Whether nothing new can be asked, because another run is under way.
    """

    asking: Asking
    choose: Callable[[str, AnswerRef | None], None] | None
    turn: Turn
    run: StoredRun
    follower: Turn | None
    busy: bool

    @property
    def next_origin(self) -> AnswerRef | None:
        """The answer that the next question has gone on from, or will."""
        return self.follower.origin if self.follower else self.turn.answer

    def model_refs(self) -> list[str]:
        """The models that can be asked now."""
        return model_refs(self.asking.endpoints)

    def start(self, plan: Callable[[], Plan]) -> None:
        """Carry out a plan over what it has; what cannot be is said on the page."""

        def start() -> None:
            self.asking.start_rework(self.run.uid, plan())

        notices.attempt(start)

    def retry_seat(self, seat: Seat, agent: AgentSpec | None = None) -> None:
        """Ask a proposer again, or another model in its place."""
        self.start(lambda: rework_plan.retry_seats(self.run.state, [seat], agent))

    def price_line(self, plan: Callable[[], Plan]) -> str:
        """What carrying out a plan is likely to take.

        Raises:
            ConfigError: The plan cannot be made.
        """
        return figures.estimate_line(self.asking.estimate_rework(self.run.uid, plan()))
