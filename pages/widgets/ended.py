"""A finished run where it stands: what its buttons need to know."""

from dataclasses import dataclass

from services import Services
from storage.conversations.conversation_store import Turn
from storage.runs.stored_runs import StoredRun


@dataclass(frozen=True, slots=True)
class Ended:
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
